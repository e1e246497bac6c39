// A command line of talosctl, taken apart as talosctl 1.12 and 1.13 do it.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "providers/tools.h"

namespace tbx::test {

struct FakeTalosCall {
  std::string line;                ///< "etcd remove-member 00..01": the words that are no flags
  std::vector<std::string> words;  ///< the same one by one
  std::string endpoint;            ///< -e; of an insecure call its one node
  std::vector<std::string> nodes;  ///< -n
  bool is_insecure = false;
  bool is_offline = false;
  std::map<std::string, std::string> flags;  ///< by name, the last one: {"--mode", "staged"}, {"--wait", "false"}
  std::vector<std::filesystem::path> patches;
  std::string usage_error;  ///< "unknown flag: --drain"; empty: there is none

  std::string flag(const std::string& name) const;
};

/// `client_minor`: flags that came with a release are unknown to those before.
FakeTalosCall fake_talos_call(const ToolCall& call, int client_minor);

}  // namespace tbx::test
