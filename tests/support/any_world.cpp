#include "tests/support/any_world.h"

#include <algorithm>

#include <fmt/format.h>
#include <rapidcheck.h>

#include "engine/etcd_quorum.h"
#include "specs/load.h"
#include "tests/support/converged_world.h"

namespace tbx::test {

int pick(int from, int to) { return *rc::gen::inRange(from, to + 1); }

bool one_in(int count) { return pick(1, count) == 1; }

namespace {

template <class T>
T one_of(std::initializer_list<T> values) {
  return *(values.begin() + pick(0, static_cast<int>(values.size()) - 1));
}

struct Sizes {
  int control_planes;
  int workers;
  std::string pool = "worker";
};

std::string any_list(int count) {
  std::string list;
  for (int number = 1; number <= count; ++number) {
    if (one_in(2) || (number == count && list.empty())) {
      list += (list.empty() ? "" : ", ") + std::to_string(number);
    }
  }
  return list;
}

/// With `edited`, other values than those of the cluster that is there.
ClusterSpec any_spec(const Sizes& sizes, bool edited) {
  auto maybe = [&](int one_of_so_many, std::string text) {
    return edited && one_in(one_of_so_many) ? std::move(text) : std::string();
  };
  std::string count = fmt::format("count: {}", sizes.control_planes);
  if (edited && one_in(4)) {
    count = fmt::format("nodes: [{}]", any_list(5));
  }
  return *load_cluster_spec(
              fmt::format("apiVersion: tbx/v1\nkind: Cluster\nmetadata: {{name: demo}}\nspec:\n"
                          "  talos: {{version: {}{}}}\n  controlPlane: {{{}{}{}{}}}\n  workers:\n  - {{name: {}, "
                          "count: {}{}{}{}}}\n"
                          "  addons: [{}]\n{}{}",
                          edited ? one_of<std::string>({"v1.12.4", "v1.12.4", "v1.12.11", "v1.13.9"}) : "v1.12.4",
                          maybe(8, ", schematic: " + std::string(64, 'a')), count, maybe(3, ", memory: 8Gi"),
                          maybe(4, ", disk: 40Gi"), maybe(8, ", protect: true"), sizes.pool, sizes.workers,
                          maybe(3, ", cpus: 4"), maybe(4, ", disk: 40Gi"), maybe(4, ", maxUnavailable: 2"),
                          one_of<std::string>({"", "cilium", "cilium, metallb, traefik"}),
                          maybe(3, "  kubernetes: {version: v1.35.4}\n"),
                          maybe(4,
                                "  patches: [{machine: {nodeLabels: {a: b}, files: [{path: /var/x, content: y, op: "
                                "create}]}}]\n")),
              {"cluster.yaml"})
              .spec;
}

void add_releases(Observed& found) {
  found.kubernetes.version = "v1.35.0";
  for (KubernetesNode& node : found.kubernetes.nodes) {
    node.kubelet_version = "v1.35.0";
  }
}

const std::string& any_machine(const Observed& found) {
  return found.host.machines[static_cast<std::size_t>(pick(0, static_cast<int>(found.host.machines.size()) - 1))].name;
}

EtcdMember* member_on(Observed& found, const std::string& node) {
  auto place = std::ranges::find(found.etcd.members, node, &EtcdMember::node);
  return place == found.etcd.members.end() ? nullptr : &*place;
}

void be_gone(Observed& found, const std::string& node) {
  found.talos[node] = {};
  found.talos[node].presence = Presence::absent;
  for (EtcdMember& member : found.etcd.members) {
    member.healthy = member.healthy && member.node != node;
    member.leader = member.leader && member.node != node;
  }
  for (KubernetesNode& each : found.kubernetes.nodes) {
    each.ready = each.ready && each.name != node;
  }
}

void disturb_host(Observed& found, const std::string& node) {
  switch (pick(0, 6)) {
    case 0:
      machine_named(found, node).power = Power::off;
      return be_gone(found, node);
    case 1:
      be_gone(found, node);
      return lose_machine(found, node, true);
    case 2:
      be_gone(found, node);
      if (std::ranges::find(found.host.disks, node, &Disk::node) != found.host.disks.end()) {
        lose_machine(found, node, false);
      }
      return;
    case 3:
      std::erase_if(found.host.disks, [&](const Disk& disk) { return disk.node == node; });
      return one_in(2) ? be_gone(found, node) : void();
    case 4:
      machine_named(found, node).mark = {};
      return;
    case 5:
      machine_named(found, node).power = one_of({Power::saved, Power::paused, Power::transition});
      return be_gone(found, node);
    case 6:
      machine_named(found, node).cpu_count = 7;
      return;
  }
}

/// etcd itself allows one learner at a time.
bool may_learn(const Observed& found) { return std::ranges::none_of(found.etcd.members, &EtcdMember::learner); }

void disturb_etcd(Observed& found, const std::string& node) {
  EtcdMember* member = member_on(found, node);
  switch (pick(0, 6)) {
    case 0:
      if (member != nullptr) {
        member->healthy = false;
      }
      return;
    case 1:
      if (member != nullptr) {
        member->learner = may_learn(found);
      }
      return;
    case 2:
      std::erase_if(found.etcd.members, [&](const EtcdMember& each) { return each.node == node && !each.leader; });
      return;
    case 3:
      found.etcd.members.push_back({"00000000000000f1", "", false, may_learn(found) && one_in(2), false});
      return;
    case 4:
      if (member != nullptr) {
        found.etcd.members.push_back({"00000000000000f2", node, false, may_learn(found) && one_in(2), false});
        std::ranges::sort(found.etcd.members, {},
                          [](const EtcdMember& each) { return std::pair(each.healthy, each.id); });
      }
      return;
    case 5:
      found.etcd.lists_agree = false;
      return;
    case 6:
      found.etcd.alarms = {"NOSPACE 0000000000000001"};
      return;
  }
}

void disturb_facts(Observed& found, const std::string& node) {
  switch (pick(0, 9)) {
    case 0:
      found.talos[node] = {};
      return;
    case 1:
      found.talos[node].stage = one_of({TalosStage::booting, TalosStage::upgrading, TalosStage::unreachable});
      return;
    case 2:
      found.talos[node].stage = TalosStage::maintenance;
      return be_gone(found, node);
    case 3:
      found.etcd = {};
      return;
    case 4:
      found.kubernetes = {};
      found.helm = {};
      return;
    case 5:
      found.talos[node].version = one_of({"v1.11.6", "v1.12.11", "v1.13.9", "mine", ""});
      return;
    case 6:
      std::erase_if(found.kubernetes.nodes, [&](const KubernetesNode& each) { return each.name == node; });
      return;
    case 7:
      for (KubernetesNode& each : found.kubernetes.nodes) {
        each.unschedulable = each.unschedulable || each.name == node;
        each.kubelet_version = each.name == node ? "v1.34.1" : each.kubelet_version;
      }
      return;
    case 8:
      for (KubernetesNode& each : found.kubernetes.nodes) {
        each.system_uuid = each.name == node ? "another" : each.system_uuid;
      }
      return;
    case 9:
      found.talos_presence = Presence::unknown;
      found.talos.clear();
      found.etcd = {};
      return;
  }
}

void lose_leader_without_quorum(Observed& found) {
  VoterCount count = count_voters(found.etcd);
  if (found.etcd.presence == Presence::present && count.healthy < quorum_of(count.voters)) {
    std::erase_if(found.etcd.members, [](const EtcdMember& member) { return !member.healthy; });
    for (EtcdMember& member : found.etcd.members) {
      member.healthy = member.leader = false;
    }
    found.etcd.has_leader = false;
    found.kubernetes = {};
    found.helm = {};
  }
}

}  // namespace

namespace {

/// Configured at most; its bootstrap may have begun.
void be_before_the_bootstrap(Observed& found, bool is_lost) {
  found.etcd = {};
  found.etcd.presence = found.kubernetes.presence = found.helm.presence = Presence::absent;
  found.kubernetes.nodes.clear();
  found.helm.releases.clear();
  std::string begun = one_in(2) ? any_machine(found) : "";
  auto mark_of = [&](const std::string& node) {
    return is_lost ? BootstrapMark::bootstrapped : (node == begun ? BootstrapMark::bootstrapping : BootstrapMark::none);
  };
  for (Machine& machine : found.host.machines) {
    machine.mark.bootstrap = mark_of(machine.name);
  }
  for (Disk& disk : found.host.disks) {
    disk.mark.bootstrap = mark_of(disk.node);
  }
  for (auto& [node, talos] : found.talos) {
    talos.etcd_data = Presence::absent;
    talos.stage = one_of({TalosStage::booting, TalosStage::running});
  }
}

}  // namespace

AnyCase any_case() {
  Sizes before{one_of({1, 2, 3, 3, 5}), pick(1, 3)};
  AnyCase result;
  result.found = converged_world(any_spec(before, false));
  add_releases(result.found);
  if (one_in(6)) {
    be_before_the_bootstrap(result.found, one_in(4));
  }
  Sizes after = before;
  if (one_in(2)) {
    after = {one_of({1, 2, 3, 5}), pick(1, 3), one_of<std::string>({"worker", "worker", "pool"})};
  }
  result.wanted = any_spec(after, true);
  if (one_in(3)) {
    result.wanted.protected_nodes = {any_machine(result.found)};
  }
  if (one_in(4)) {
    const std::string& node = any_machine(result.found);
    result.replaced[node] = machine_named(result.found, node).id;
  }
  for (int count = pick(0, 4); count > 0 && !result.found.host.machines.empty(); --count) {
    std::string node = any_machine(result.found);
    int part = pick(0, 2);
    part == 0 ? disturb_host(result.found, node)
              : (part == 1 ? disturb_etcd(result.found, node) : disturb_facts(result.found, node));
  }
  lose_leader_without_quorum(result.found);
  return result;
}

}  // namespace tbx::test
