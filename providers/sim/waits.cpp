#include "providers/sim/waits.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "providers/sim/state.h"

namespace tbx::sim {

namespace {

WaitState done() { return {true, std::nullopt, ""}; }
WaitState not_yet(std::string what) { return {false, std::nullopt, std::move(what)}; }
WaitState will_never_be(std::string why) { return {false, Error{ErrorKind::rejected, std::move(why), ""}, ""}; }

/// Nothing comes of waiting for a machine that is not there, or off.
std::optional<WaitState> why_never(const World& world, const std::string& key, const std::string& node) {
  if (key.empty()) {
    return will_never_be(fmt::format("machine {} is absent", node));
  }
  if (world.machines.at(key).power != Power::running) {
    return will_never_be(
        fmt::format("machine {} is {}", node, world.machines.at(key).power == Power::off ? "off" : "saved or paused"));
  }
  return std::nullopt;
}

std::string stage_sentence(const SimMachine& machine) {
  switch (machine.guest.stage) {
    case GuestStage::none:
      return "it boots nothing: there is no image and its disk is blank";
    case GuestStage::firmware:
      return "no address from DHCP yet";
    case GuestStage::maintenance:
      return "Talos is in maintenance mode";
    case GuestStage::installing:
      return "Talos is installing to disk";
    case GuestStage::rebooting:
      return "rebooting after the installation";
    case GuestStage::booting:
      return "Talos is booting, services are starting";
    case GuestStage::up:
      return "services are running";
  }
  return "";
}

std::string joined(const std::vector<std::string>& sentences) {
  std::vector<std::string> first(sentences.begin(),
                                 sentences.begin() + std::min<std::ptrdiff_t>(2, std::ssize(sentences)));
  std::string more = sentences.size() > 2 ? fmt::format("; {} more", sentences.size() - 2) : "";
  return fmt::format("{}{}", fmt::join(first, "; "), more);
}

}  // namespace

WaitState waiting(const World& world, const AwaitAddress& op, const Setting& setting) {
  std::string key = our_machine_key(world, op.target, setting);
  if (auto no = why_never(world, key, op.target)) {
    return *no;
  }
  const SimMachine& machine = world.machines.at(key);
  bool answers = machine.guest.stage == GuestStage::maintenance || machine.guest.stage == GuestStage::booting ||
                 machine.guest.stage == GuestStage::up;
  return answers && !machine.guest.address.empty() ? done() : not_yet(stage_sentence(machine));
}

WaitState waiting(const World& world, const AwaitTalos& op, const Setting& setting) {
  std::string key = our_machine_key(world, op.target, setting);
  if (auto no = why_never(world, key, op.target)) {
    return *no;
  }
  const SimMachine& machine = world.machines.at(key);
  if (machine.guest.stage != GuestStage::up) {
    return not_yet(stage_sentence(machine));
  }
  const SimDisk* disk = disk_in(world, machine);
  bool is_another = disk != nullptr && !op.version.empty() && disk->installed.version != op.version;
  return is_another ? not_yet(fmt::format("it runs Talos {}", disk->installed.version)) : done();
}

WaitState waiting(const World& world, const AwaitEtcdMember& op, const Setting& setting) {
  const std::string& cluster = setting.spec.name;
  std::string key = our_machine_key(world, op.target, setting);
  if (auto no = why_never(world, key, op.target)) {
    return *no;
  }
  if (world.machines.at(key).guest.stage != GuestStage::up) {
    return not_yet(stage_sentence(world.machines.at(key)));
  }
  const SimCluster* found = cluster_named(world, cluster);
  std::string member = found == nullptr ? "" : member_of_node(*found, op.target);
  if (member.empty()) {
    return not_yet(etcd_sentence(world, cluster));
  }
  if (found->members.at(member).learner) {
    return not_yet(fmt::format("{}, {} is a learner", etcd_sentence(world, cluster), op.target));
  }
  return member_lives(world, cluster, member) && has_quorum(world, cluster) ? done()
                                                                            : not_yet(etcd_sentence(world, cluster));
}

WaitState waiting(const World& world, const AwaitApi&, const Setting& setting) {
  const SimCluster* found = cluster_named(world, setting.spec.name);
  if (found == nullptr || found->facts.incarnation == 0) {
    return not_yet("etcd is preparing (not bootstrapped yet)");
  }
  if (api_answers(world, setting.spec.name)) {
    return done();
  }
  bool any_runs = std::ranges::any_of(found->facts.control_planes, [&](const std::string& node) {
    const SimMachine* machine = node_machine(world, setting.spec.name, node);
    return machine != nullptr && machine->power == Power::running;
  });
  std::string why = why_no_api(world, setting.spec.name);
  return any_runs ? not_yet(why) : will_never_be(fmt::format("the Kubernetes API can't answer: {}", why));
}

WaitState waiting(const World& world, const AwaitNode& op, const Setting& setting) {
  std::string key = our_machine_key(world, op.target, setting);
  if (auto no = why_never(world, key, op.target)) {
    return *no;
  }
  const SimCluster* found = cluster_named(world, setting.spec.name);
  if (found == nullptr || !api_answers(world, setting.spec.name)) {
    return not_yet(found == nullptr ? "there is no Kubernetes API yet" : why_no_api(world, setting.spec.name));
  }
  auto node = found->nodes.find(op.target);
  if (node == found->nodes.end()) {
    return not_yet("its kubelet has not registered a Node yet");
  }
  if (node->second.ready_since > 0 && node->second.lost_at == 0) {
    return done();
  }
  bool has_network = found->facts.flannel || found->facts.network_installed;
  return not_yet(has_network ? "the Node is NotReady: its network is starting"
                             : "the Node is NotReady: no network plugin is installed");
}

WaitState waiting(const World& world, const AwaitNodeLost& op, const Setting& setting) {
  const SimCluster* found = cluster_named(world, setting.spec.name);
  if (found == nullptr || !api_answers(world, setting.spec.name)) {
    return not_yet(found == nullptr ? "there is no Kubernetes API yet" : why_no_api(world, setting.spec.name));
  }
  auto node = found->nodes.find(op.target);
  bool is_ready = node != found->nodes.end() && node->second.ready_since > 0;
  return is_ready ? not_yet("the Node is Ready all the same: a machine may run somewhere else") : done();
}

WaitState waiting(const World& world, const AwaitRelease& op, const Setting& setting) {
  const SimCluster* found = cluster_named(world, setting.spec.name);
  if (found == nullptr || !api_answers(world, setting.spec.name)) {
    return not_yet(found == nullptr ? "there is no Kubernetes API yet" : why_no_api(world, setting.spec.name));
  }
  auto release = found->releases.find(op.target);
  if (release == found->releases.end()) {
    return will_never_be(fmt::format("release {} is absent", op.target));
  }
  std::vector<std::string> sentences = not_ready(world, *found, release->second);
  if (sentences.empty() && is_deployed(release->second)) {
    return done();
  }
  return not_yet(sentences.empty() ? fmt::format("its status is {}", release->second.status) : joined(sentences));
}

WaitState waiting(const World& world, const AwaitRoute& op, const Setting& setting) {
  auto route = std::ranges::find(setting.spec.routes, op.target, &RouteSpec::host);
  bool by_itself = route != setting.spec.routes.end() && route->served_by_ingress_itself;
  Probe probe = probe_route(world, setting.spec.name, op.target, by_itself);
  return probe.answers ? done() : not_yet(probe.detail);
}

}  // namespace tbx::sim
