// What every op of Hyper-V works with, and the ways to the host that they share.
#pragma once

#include <stop_token>
#include <string>
#include <string_view>

#include "engine/provider.h"
#include "providers/hyperv/host_looks.h"

namespace tbx {

struct HostWork {
  const Host& host;
  HostLooks& looks;
  const ApplyContext& context;
  std::stop_token stop;

  /// By the secrets, which may be younger than the second look. Where they are lost, by the marks of this name, if
  /// all of them are one cluster's.
  std::string cluster_id() const;
  /// Its text; where the plan did not know the cluster's ID yet, it is put in.
  std::string mark_with_id(Mark mark) const;
  /// As Host::ask, of this cluster.
  Result<nlohmann::json> ask(std::string_view script, nlohmann::json arguments, ToolEffect effect,
                             double deadline_seconds = usual_deadline_seconds) const;
  /// Changes a node: looks made before serve it no more.
  Result<nlohmann::json> ask_to_change(std::string_view script, const std::string& node, nlohmann::json arguments,
                                       double deadline_seconds = usual_deadline_seconds) const;
  /// The same where only success counts.
  Status change(std::string_view script, const std::string& node, nlohmann::json arguments,
                double deadline_seconds = usual_deadline_seconds) const;
};

}  // namespace tbx
