#include "providers/talos/talos_work.h"

#include <fmt/format.h>

#include "engine/ownership.h"

namespace tbx {

namespace {

std::string trimmed(const std::string& text) {
  std::size_t end = text.find_last_not_of(" \r\n");
  return end == std::string::npos ? "" : text.substr(0, end + 1);
}

}  // namespace

Result<NodeReach> machine_reach(const TalosWork& work, const Observed& found, const std::string& node) {
  const Machine* machine = our_machine(found, work.context.spec, node);
  if (machine == nullptr || machine->power != Power::running) {
    return failure(ErrorKind::rejected, fmt::format("machine {} is {}", node, machine == nullptr ? "absent" : "off"));
  }
  auto reached = reach_of(work.context.spec, found, {node});
  if (reached.empty()) {
    return failure(ErrorKind::unreachable, fmt::format("{} has no address yet", node));
  }
  return reached.front();
}

Result<NodeReach> machine_reach(const TalosWork& work, const std::string& node) {
  return machine_reach(work, work.context.found, node);
}

TalosTarget target_of(const NodeReach& node) { return {node.host_address, {node.own_name()}}; }

tl::expected<std::string, TalosFailure> change(const TalosWork& work, const NodeReach& node,
                                               std::vector<std::string> arguments, double deadline_seconds) {
  ToolCall call = work.talosctl.authenticated(target_of(node), std::move(arguments));
  call.effect = ToolEffect::changes;
  call.deadline_seconds = deadline_seconds;
  return work.talosctl.ask(call, work.stop);
}

tl::expected<std::string, TalosFailure> ask(const TalosWork& work, const NodeReach& node,
                                            std::vector<std::string> arguments) {
  return work.talosctl.ask(work.talosctl.authenticated(target_of(node), std::move(arguments)), work.stop);
}

std::vector<NodeReach> serving_members(const TalosWork& work, const std::string& except) {
  std::vector<NodeReach> serving;
  for (const EtcdMember& member : work.context.found.etcd.members) {
    auto node = member.node.empty() ? failure(ErrorKind::unreachable, "") : machine_reach(work, member.node);
    if (node && member.healthy && !member.learner && member.node != except) {
      serving.push_back(*std::move(node));
    }
  }
  return serving;
}

Result<std::string> boot_id(const TalosWork& work, const NodeReach& node) {
  auto text = ask(work, node, {"read", "/proc/sys/kernel/random/boot_id"});
  if (!text) {
    return tl::unexpected(text.error().error);
  }
  // A call that was cut off may exit with 0 and print nothing.
  std::string id = trimmed(*text);
  if (id.empty()) {
    return failure(ErrorKind::malformed_answer, fmt::format("{} told no boot ID", node.node));
  }
  return id;
}

Status wait_for_node(const TalosWork& work, const std::string& node,
                     const std::function<Waiting(const NodeReach&)>& ask) {
  Observed found = work.context.found;
  HostWatch host(work.context);
  return wait_until(work.stop, work.context.waiting_for, [&]() -> Waiting {
    host.look(found);
    if (found.host.presence != Presence::present) {
      return not_yet(fmt::format("where {} is can't be learned: {}", node, found.host.reason));
    }
    auto reach = machine_reach(work, found, node);
    if (!reach) {
      return reach.error().kind == ErrorKind::unreachable ? not_yet("no address from DHCP yet")
                                                          : never(std::move(reach.error()));
    }
    std::vector<NodeReach> probed{*std::move(reach)};
    probe(probed);
    return ask(probed.front());
  });
}

Status wait_for_restart(const TalosWork& work, const std::string& node, const std::string& before) {
  return wait_for_node(work, node, [&](const NodeReach& reach) {
    if (reach.port != PortAnswer::open) {
      return it_is_so();
    }
    auto now = boot_id(work, reach);
    return !now || *now == before ? not_yet("it is about to restart") : it_is_so();
  });
}

}  // namespace tbx
