// A cluster with Helm releases behind scripted kubectl and helm: answers by what is asked, and remembers what changed.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "providers/tools.h"
#include "tests/support/packed_release.h"

namespace tbx::test {

class FakeHelm : public Tools {
 public:
  Result<CommandOutput> run(const ToolCall& call, std::stop_token stop) override;

  std::string version = "v4.1.4";
  std::string cluster_id;
  std::map<std::string, PackedRelease> releases;     ///< by name; the newest revisions
  std::string package = "a package";                 ///< what the repository gives
  std::string manifest;                              ///< what every chart renders
  nlohmann::json objects = nlohmann::json::array();  ///< what lives; `apply` and an upgrade merge into it
  int definitions_terminate_for = 0;                 ///< looks at the definitions that still see one on its way out
  CommandOutput next_helm;                           ///< printed by the next change of helm when its exit code is not 0
  bool next_helm_is_cut_off = false;                 ///< after its effect

  std::vector<ToolCall> calls;
  nlohmann::json values_read;    ///< from the file of the last upgrade
  std::string values_file_mode;  ///< "600"

  /// The calls that changed something, as somebody would type them, without what all have in common.
  std::vector<std::string> changes() const;
  /// Another helm comes to the end of its work.
  void be_deployed(const std::string& release);
  /// How many processes were started.
  std::size_t count() const { return calls.size(); }

 private:
  CommandOutput kubectl(const ToolCall& call);
  CommandOutput helm(const ToolCall& call);
  CommandOutput upgrade(const ToolCall& call);
  CommandOutput pull(const ToolCall& call) const;
  nlohmann::json merged(const std::string& input, bool only_named) const;

  mutable std::mutex mutex_;
};

}  // namespace tbx::test
