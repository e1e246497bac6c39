// What the host told in one look, as facts.
#pragma once

#include <nlohmann/json.hpp>

#include "engine/error.h"
#include "engine/observed_host.h"
#include "specs/cluster_spec.h"

namespace tbx {

/// Of the answer of scripts/observe.ps1. malformed_answer for what is none; unreachable while Hyper-V's service or
/// its hypervisor does not run: without the service there seem to be no VMs, which is not so.
Result<HostState> read_host(const nlohmann::json& answer);

/// "00155D0A0B0C" and "00-15-5D-0A-0B-0C" as "00:15:5d:0a:0b:0c"; empty for no MAC, or that of a card that never ran.
std::string normal_mac(std::string_view text);

}  // namespace tbx
