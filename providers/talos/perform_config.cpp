// A machine's config, and its restarts.
#include <algorithm>

#include <fmt/format.h>

#include "engine/ownership.h"
#include "providers/talos/client_version.h"
#include "providers/talos/node_answer.h"
#include "providers/talos/parse_machine_config.h"
#include "providers/talos/parse_node.h"
#include "providers/talos/perform.h"
#include "specs/load.h"
#include "specs/versions.h"

namespace tbx {

namespace {

std::string without_v(const std::string& version) { return version.starts_with('v') ? version.substr(1) : version; }

const char* mode_name(ConfigMode mode) {
  switch (mode) {
    case ConfigMode::at_once:
      return "no-reboot";
    case ConfigMode::reboot:
      return "reboot";
    case ConfigMode::staged:
      return "staged";
  }
  return "";
}

/// The VIP; without node addresses the first control plane as it is found now.
Result<std::string> endpoint_of(const TalosWork& work, const NodeNetwork& network) {
  if (!network.vip.empty()) {
    return fmt::format("https://{}:6443", network.vip);
  }
  for (const NodeSpec& node : work.context.spec.nodes) {
    const Machine* machine = our_machine(work.context.found, work.context.spec, node.name);
    if (node.role == Role::control_plane && machine != nullptr && !machine->dhcp_address.empty()) {
      return fmt::format("https://{}:6443", machine->dhcp_address);
    }
  }
  return failure(ErrorKind::unreachable, "no control plane has an address that the others could join by");
}

Result<ConfigBase> base_of_new(const TalosWork& work, const ApplyConfig& op, const NodeSpec& node,
                               const NodeNetwork& network) {
  return endpoint_of(work, network).map([&](std::string endpoint) {
    const ClusterSpec& spec = work.context.spec;
    const std::string& talos = op.talos_version.empty() ? spec.talos_version : op.talos_version;
    const std::string& kubernetes =
        op.kubernetes_version.empty() ? default_kubernetes_version(talos) : op.kubernetes_version;
    ConfigBase base;
    base.role = node.role;
    base.endpoint = std::move(endpoint);
    base.kubernetes_version = without_v(kubernetes);
    base.install_image = installer_image(spec, talos);
    base.contract = contract_for(talos);
    return base;
  });
}

/// The generator is told what it was told before, so that nothing changes but what the spec asks for.
Result<ConfigBase> base_of_running(const TalosWork& work, const NodeReach& reach) {
  auto output = ask(work, reach, {"get", "machineconfig", "v1alpha1", "-o", "json"});
  if (!output) {
    return tl::unexpected(output.error().error);
  }
  auto resources = parse_resources(*output);
  if (!resources) {
    return tl::unexpected(resources.error());
  }
  if (resources->size() != 1) {
    return failure(ErrorKind::malformed_answer, fmt::format("{} told no machine config", reach.node));
  }
  return active_machine_config(resources->front()).map([&](const std::vector<nlohmann::json>& running) {
    ConfigBase base = base_of(running);
    if (const ClusterSpec& spec = work.context.spec; !spec.schematic.empty()) {
      base.install_image = installer_image(spec, spec.talos_version);
    }
    return base;
  });
}

Result<std::string> make_config(const TalosWork& work, const ApplyConfig& op, const NodeReach& reach, bool is_new) {
  const ClusterSpec& spec = work.context.spec;
  const NodeSpec* node = wanted_node(spec, op.target);
  if (node == nullptr) {
    return failure(ErrorKind::rejected, fmt::format("{} is not in the file any more", op.target));
  }
  const NodeNetwork network = lay_out_node_network(spec, work.context.found);
  auto base = is_new ? base_of_new(work, op, *node, network) : base_of_running(work, reach);
  if (!base) {
    return tl::unexpected(base.error());
  }
  const ConfigFacts facts = config_facts(spec, work.context.found, network);
  return work.configs.make(spec.name, *base, patches_for(spec, *node, facts, base->contract), work.stop);
}

ToolCall apply_call(const TalosWork& work, const ApplyConfig& op, const NodeReach& reach, bool is_new,
                    const std::filesystem::path& file) {
  std::vector<std::string> arguments{"apply-config", "-f", text_from_path(file)};
  ToolCall call;
  if (is_new) {
    call = Talosctl::insecure(reach.host_address, arguments);
  } else {
    arguments.insert(arguments.end(), {"--mode", mode_name(op.mode)});
    call = work.talosctl.authenticated(target_of(reach), arguments);
  }
  call.effect = ToolEffect::changes;
  call.deadline_seconds = 90;
  return call;
}

/// Time and network are there, so its API can be used; what else a control plane's boot waits for is etcd.
bool serves_while_it_boots(const MachineStatus& status) {
  return std::ranges::none_of(status.unmet_conditions, [](const std::string& condition) {
    return condition.starts_with("time") || condition.starts_with("network");
  });
}

Waiting stage_of(const NodeAnswer& answer) {
  auto status = answer.resources.empty() ? nullptr : &answer.resources.front();
  auto parsed =
      status == nullptr ? Result<MachineStatus>(failure(ErrorKind::unreachable, "")) : parse_machine_status(*status);
  if (answer.state.kind == NodeStateKind::maintenance) {
    return not_yet("Talos is in maintenance mode");
  }
  if (answer.state.kind == NodeStateKind::foreign) {
    return never({ErrorKind::rejected, answer.reach.node + " belongs to another cluster", answer.state.reason});
  }
  if (!parsed) {
    bool answers = answer.reach.port == PortAnswer::open;
    return not_yet(answers ? "something answers, and not yet as a Talos that is up" : "Talos does not answer yet");
  }
  if (parsed->stage == TalosStage::running ||
      (parsed->stage == TalosStage::booting && answer.reach.is_control_plane && serves_while_it_boots(*parsed))) {
    return it_is_so();
  }
  switch (parsed->stage) {
    case TalosStage::installing:
      return not_yet("Talos is installing to disk");
    case TalosStage::booting:
      return not_yet("Talos is booting, services are starting");
    case TalosStage::upgrading:
      return not_yet("Talos is upgrading");
    default:
      return not_yet("Talos is on its way down or up again");
  }
}

Result<std::string> version_of(const TalosWork& work, const NodeReach& reach) {
  auto output = ask(work, reach, {"version", "--json"});
  if (!output) {
    return tl::unexpected(output.error().error);
  }
  auto versions = parse_versions(*output);
  if (!versions) {
    return tl::unexpected(versions.error());
  }
  return versions->empty() ? Result<std::string>(failure(ErrorKind::malformed_answer, reach.node + " told no version"))
                           : versions->front().version;
}

Waiting running_release(const TalosWork& work, const NodeReach& reach, const std::string& wanted) {
  auto version = version_of(work, reach);
  if (!version) {
    return not_yet(version.error().message);
  }
  return *version == wanted ? it_is_so() : not_yet(fmt::format("it runs Talos {}", *version));
}

std::vector<std::string> upgrade_arguments(const UpgradeTalos& op, const ClientVersion& client) {
  std::vector<std::string> arguments{"upgrade", "--image", op.image, "--wait=false"};
  // Nodes are drained before, by disruption budgets. Until 1.12 the flag is not known, and the server drains.
  if (client.minor >= 13) {
    arguments.emplace_back("--drain=false");
  }
  return arguments;
}

/// Another boot that runs the old release is Talos' own way back from a release that did not come up.
Waiting upgraded(const TalosWork& work, const UpgradeTalos& op, const NodeReach& reach, const std::string& before) {
  if (reach.port != PortAnswer::open) {
    return not_yet("Talos is upgrading, or restarting with its new release");
  }
  auto boot = boot_id(work, reach);
  if (!boot || *boot == before) {
    return not_yet("Talos is upgrading");
  }
  auto version = version_of(work, reach);
  if (!version) {
    return not_yet(version.error().message);
  }
  if (*version != op.version) {
    return never({ErrorKind::rejected,
                  fmt::format("{} restarted and runs Talos {}, not {}: it went back to the release that worked",
                              op.target, *version, op.version),
                  "talosctl dmesg and the console of the machine say why"});
  }
  return it_is_so();
}

bool runs_as_wanted(const TalosWork& work, const UpgradeTalos& op, const std::string& version) {
  const TalosNode* seen = talos_node(work.context.found, op.target);
  return version == op.version &&
         (work.context.spec.schematic.empty() || (seen != nullptr && seen->schematic == work.context.spec.schematic));
}

}  // namespace

Status perform(const TalosWork& work, const ApplyConfig& op) {
  auto reach = machine_reach(work, op.target);
  if (!reach) {
    return tl::unexpected(reach.error());
  }
  const TalosNode* talos = talos_node(work.context.found, op.target);
  if (talos == nullptr || talos->presence != Presence::present || talos->stage == TalosStage::unreachable) {
    return failure(ErrorKind::unreachable, fmt::format("Talos on {} does not answer", op.target),
                   talos == nullptr ? "" : talos->reason);
  }
  const bool is_new = talos->stage == TalosStage::maintenance;
  // Talos restarts in this mode also where nothing changes.
  if (!is_new && op.mode == ConfigMode::reboot && talos->config == op.config) {
    return {};
  }
  auto config = make_config(work, op, *reach, is_new);
  if (!config) {
    return tl::unexpected(config.error());
  }
  auto folder = PrivateWorkFolder::make(work.folder);
  auto file = folder ? folder->write("config.yaml", *config) : tl::unexpected(folder.error());
  if (!file) {
    return tl::unexpected(file.error());
  }
  const bool restarts = !is_new && op.mode == ConfigMode::reboot;
  auto before = restarts ? boot_id(work, *reach) : std::string();
  if (!before) {
    return tl::unexpected(before.error());
  }
  auto applied = work.talosctl.ask(apply_call(work, op, *reach, is_new, *file), work.stop);
  if (!applied) {
    return tl::unexpected(applied.error().error);
  }
  return restarts ? wait_for_restart(work, op.target, *before) : Status{};
}

Status perform(const TalosWork& work, const AwaitTalos& op) {
  return wait_for_node(work, op.target, [&](const NodeReach& reach) {
    std::vector<NodeAnswer> answers = ask_nodes(work.talosctl, {reach}, work.stop);
    Waiting stage = stage_of(answers.front());
    return stage.is_over && !stage.error && !op.version.empty() ? running_release(work, reach, op.version) : stage;
  });
}

Status perform(const TalosWork& work, const UpgradeTalos& op) {
  auto reach = machine_reach(work, op.target);
  if (!reach) {
    return tl::unexpected(reach.error());
  }
  auto version = version_of(work, *reach);
  if (!version) {
    return tl::unexpected(version.error());
  }
  if (runs_as_wanted(work, op, *version)) {
    return {};
  }
  auto client = client_version(work.talosctl);
  if (Status fits = client ? must_reach(*client, op.version) : tl::unexpected(client.error()); !fits) {
    return fits;
  }
  auto before = boot_id(work, *reach);
  if (!before) {
    return tl::unexpected(before.error());
  }
  // The image is pulled before the call returns.
  auto begun = change(work, *reach, upgrade_arguments(op, *client), 900);
  if (!begun && begun.error().trouble != TalosTrouble::lost) {
    return tl::unexpected(begun.error().error);
  }
  return wait_for_node(work, op.target, [&](const NodeReach& now) { return upgraded(work, op, now, *before); });
}

Status perform(const TalosWork& work, const RestartKubelet& op) {
  auto reach = machine_reach(work, op.target);
  if (!reach) {
    return tl::unexpected(reach.error());
  }
  auto restarted = change(work, *reach, {"service", "kubelet", "restart"});
  return restarted ? Status{} : tl::unexpected(restarted.error().error);
}

}  // namespace tbx
