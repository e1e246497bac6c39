// Programs of this machine.
#pragma once

#include <filesystem>
#include <string>

#include "providers/tools.h"

namespace tbx {

class LocalTools : public Tools {
 public:
  Result<CommandOutput> run(const ToolCall& call, std::stop_token stop = {}) override;
};

/// TBX_TALOSCTL, TBX_KUBECTL, TBX_HELM name a program; else the PATH has it. Empty: it is nowhere.
std::filesystem::path find_tool(const std::string& tool);

}  // namespace tbx
