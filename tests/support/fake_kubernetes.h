// kubectl, helm and talosctl over a small API server's state, and a port that looks like the API's.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "engine/observed.h"
#include "providers/api_server.h"
#include "providers/tools.h"
#include "specs/cluster_spec.h"
#include "tests/support/open_port.h"

namespace tbx::test {

/// Keeps objects, and applies what is asked of it as the real API server was seen to. Answers by what is asked, in any
/// order. What it has no answer for is an error that no code of ours takes for anything else.
class FakeKubernetes : public Tools {
 public:
  Result<CommandOutput> run(const ToolCall& call, std::stop_token stop = {}) override;

  /// A Node as its kubelet registers it, Ready.
  void add_node(const std::string& name, const std::string& system_uuid);
  void add(nlohmann::json object);
  /// Null when there is none; by "Kind", "namespace" or empty, "name".
  nlohmann::json* find(const std::string& kind, const std::string& space, const std::string& name);

  /// Arguments of every call so far, without where it went; "kubectl get nodes a --output=json".
  std::vector<std::string> calls;
  std::vector<ToolCall> full_calls;

  // What it is to do, or to fail at.
  std::string version = "v1.35.4";
  bool serves_pools = true;
  std::map<std::string, CommandOutput> failures;  ///< by the start of the call: "kubectl apply"
  std::vector<CommandOutput> drains;              ///< one after another; then it is drained
  std::string definitions;                        ///< what helm show crds prints
  std::string talos_kubeconfig;                   ///< what talosctl kubeconfig prints
  std::function<void(const ToolCall&)> before_call = [](const ToolCall&) {};

 private:
  CommandOutput answer(const std::string& line, const ToolCall& call);
  CommandOutput get(const ToolCall& call);
  CommandOutput apply(const ToolCall& call);
  CommandOutput patch(const ToolCall& call);
  CommandOutput remove(const ToolCall& call);
  CommandOutput upgrade(const ToolCall& call);
  void apply_object(const nlohmann::json& manifest);

  using Key = std::vector<std::string>;
  std::mutex mutex_;
  std::map<Key, nlohmann::json> objects_;
};

/// An address of this process alone on which the API's port is open, and a folder with the cluster's credentials.
class ApiPlace {
 public:
  ApiPlace();
  ~ApiPlace();
  ApiPlace(const ApiPlace&) = delete;
  ApiPlace& operator=(const ApiPlace&) = delete;

  const std::string& address() const { return port_.address(); }
  const std::filesystem::path& credentials() const { return credentials_; }
  const std::string& cluster_id() const { return cluster_id_; }

 private:
  OpenPort port_{api_port};
  std::filesystem::path folder_;
  std::filesystem::path credentials_;
  std::string cluster_id_;
};

/// A converged world whose first control plane is at this place, and whose machines are of this cluster.
Observed world_at(const ClusterSpec& spec, const ApiPlace& place);

}  // namespace tbx::test
