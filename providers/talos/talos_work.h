// What every op of Talos works with, and the ways to the machines that they share.
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/provider.h"
#include "providers/poll.h"
#include "providers/talos/machine_configs.h"
#include "providers/talos/node_reach.h"
#include "providers/talos/talosctl.h"

namespace tbx {

struct TalosWork {
  Tools& tools;
  Talosctl& talosctl;
  MachineConfigs& configs;
  std::filesystem::path folder;  ///< _out/<cluster>
  CredentialState credentials;
  const ApplyContext& context;
  std::stop_token stop;
};

/// Where the machine of this node is, by the host's last look. rejected: it is absent or off; unreachable: it has no
/// address.
Result<NodeReach> machine_reach(const TalosWork& work, const Observed& found, const std::string& node);

/// The same, as the action's own look found it.
Result<NodeReach> machine_reach(const TalosWork& work, const std::string& node);

/// A machine is its own endpoint: that works for control planes and workers alike.
TalosTarget target_of(const NodeReach& node);

/// One call that changes something. Only what talosctl itself calls a success is one.
tl::expected<std::string, TalosFailure> change(const TalosWork& work, const NodeReach& node,
                                               std::vector<std::string> arguments, double deadline_seconds = 60);

/// A look at one node, by one call.
tl::expected<std::string, TalosFailure> ask(const TalosWork& work, const NodeReach& node,
                                            std::vector<std::string> arguments);

/// The control planes whose etcd serves, by the action's own look: voters that are healthy; but for `except`.
std::vector<NodeReach> serving_members(const TalosWork& work, const std::string& except = {});

/// Of the boot that runs; a restart changes it. Source: talosctl's own tracker, pkg/cli/action.
Result<std::string> boot_id(const TalosWork& work, const NodeReach& node);

/// Polls, and looks at the host again in between, since a machine that restarts may come back elsewhere.
Status wait_for_node(const TalosWork& work, const std::string& node,
                     const std::function<Waiting(const NodeReach&)>& ask);

/// Until the boot `before` is over: nothing answers there, or another boot does.
Status wait_for_restart(const TalosWork& work, const std::string& node, const std::string& before);

}  // namespace tbx
