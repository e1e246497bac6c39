#include "providers/talos/node_details.h"

#include <algorithm>
#include <functional>
#include <mutex>
#include <set>

#include "providers/parallel.h"
#include "providers/talos/parse_node.h"
#include "providers/talos/talos_node.h"
#include "providers/talos/talosctl.h"

namespace tbx {

namespace {

/// Machines that are asked together.
struct Group {
  std::string endpoint;
  std::vector<const NodeAnswer*> nodes;
};

std::vector<Group> groups_of(const std::vector<NodeAnswer>& answers) {
  std::map<std::string, Group> groups;
  for (const NodeAnswer& node : answers) {
    if (node.state.kind == NodeStateKind::configured && !node.resources.empty()) {
      Group& group = groups[node.target.endpoint];
      group.endpoint = node.target.endpoint;
      group.nodes.push_back(&node);
    }
  }
  std::vector<Group> listed;
  for (auto& [endpoint, group] : groups) {
    std::ranges::stable_partition(group.nodes,
                                  [&](const NodeAnswer* node) { return node->reach.host_address == endpoint; });
    listed.push_back(std::move(group));
  }
  return listed;
}

Group control_planes_of(Group group) {
  std::erase_if(group.nodes, [](const NodeAnswer* node) { return !node->reach.is_control_plane; });
  return group;
}

TalosTarget target_of(const Group& group) {
  TalosTarget target{group.endpoint, {}};
  for (const NodeAnswer* node : group.nodes) {
    target.nodes.push_back(node->reach.own_name());
  }
  return target;
}

/// One look at the details, whose calls run at once and write under a lock.
class Asking {
 public:
  Asking(Talosctl& talosctl, std::vector<Group> groups) : talosctl_(talosctl), groups_(std::move(groups)) {}

  void ask(const DetailWish& wish) {
    for (const Group& group : groups_) {
      want_resources(group, {"get", "systeminformation", "-o", "json"});
      want_resources(group, {"get", "machineconfig", "v1alpha1", "-o", "json"});
      want(group, {"version", "--json"}, [this](const Group& of, const auto& out) { take_versions(of, out); });
      if (wish.extensions) {
        want_resources(group, {"get", "extensions", "-o", "json"});
      }
      if (Group members = control_planes_of(group); wish.etcd && !members.nodes.empty()) {
        want(members, {"etcd", "members"}, [this](const Group&, const auto& out) { take_members(out); });
        want(members, {"etcd", "status"}, [this](const Group&, const auto& out) { take_statuses(out); });
      }
    }
    run();
    if (wish.etcd) {
      ask_what_etcd_left_open();
    }
  }

  ClusterDetails take() { return std::move(details_); }

 private:
  using Take = std::function<void(const Group&, const CommandOutput&)>;

  void want(const Group& group, std::vector<std::string> arguments, Take take) {
    calls_.push_back([this, group, call = talosctl_.authenticated(target_of(group), std::move(arguments)), take] {
      Result<CommandOutput> output = talosctl_.run(call);
      std::lock_guard lock(mutex_);
      if (!output) {
        blame(group, output.error().message);
        return;
      }
      blame(group, call, *output);
      take(group, *output);
    });
  }

  void want_resources(const Group& group, std::vector<std::string> arguments) {
    want(group, std::move(arguments), [this](const Group& of, const CommandOutput& output) {
      auto resources = parse_resources(output.out);
      if (!resources) {
        return blame(of, resources.error().message);
      }
      for (const NodeAnswer* node : of.nodes) {
        std::ranges::move(resources_of_node(*resources, node->reach.own_name()),
                          std::back_inserter(details_.nodes[node->reach.node].resources));
      }
    });
  }

  void run() {
    in_parallel(calls_.size(), calls_at_once, [this](std::size_t i) { calls_[i](); });
    calls_.clear();
  }

  void blame(const Group& group, const std::string& why) {
    for (const NodeAnswer* node : group.nodes) {
      details_.why_unread.emplace(node->reach.node, why);
    }
    if (details_.etcd.reason.empty()) {
      details_.etcd.reason = why;
    }
  }

  /// A node that failed while others answered is named; its exit code is then that of a success.
  void blame(const Group& group, const ToolCall& call, const CommandOutput& output) {
    const std::vector<TalosFailure> failures = partial_failures(output.err, described(call));
    if (failures.empty() && output.exit_code != 0) {
      return blame(group, classify_failure(output.err, described(call)).error.message);
    }
    for (const TalosFailure& failure : failures) {
      Group own = group;
      std::erase_if(own.nodes, [&](const NodeAnswer* node) {
        return !failure.node.empty() && node->reach.own_name() != failure.node;
      });
      blame(own, failure.error.message);
    }
  }

  void take_versions(const Group& group, const CommandOutput& output) {
    auto versions = parse_versions(output.out);
    if (!versions) {
      return blame(group, versions.error().message);
    }
    for (const TalosVersion& version : *versions) {
      for (const NodeAnswer* node : group.nodes) {
        // Of a single node it may leave the name out.
        if (version.node == node->reach.own_name() || group.nodes.size() == 1) {
          details_.nodes[node->reach.node].version = version.version;
        }
      }
    }
  }

  void take_members(const CommandOutput& output) {
    if (auto rows = parse_etcd_members(output.out)) {
      std::ranges::move(*rows, std::back_inserter(details_.etcd.members));
    }
  }

  void take_statuses(const CommandOutput& output) {
    if (auto rows = parse_etcd_status(output.out)) {
      std::ranges::move(*rows, std::back_inserter(details_.etcd.statuses));
    }
  }

  /// Alarms show as errors in a member's status. Whether one without a status has data is asked of its disk.
  void ask_what_etcd_left_open() {
    std::set<std::string> told;
    bool any_errors = false;
    for (const EtcdStatusRow& row : details_.etcd.statuses) {
      told.insert(row.node);
      any_errors = any_errors || !row.errors.empty();
    }
    for (const Group& group : groups_) {
      for (const NodeAnswer* node : control_planes_of(group).nodes) {
        details_.etcd.node_names[node->reach.own_name()] = node->reach.node;
        if (told.contains(node->reach.own_name())) {
          details_.etcd_data[node->reach.node] = Presence::present;
        } else {
          want_data_of({group.endpoint, {node}});
        }
      }
      if (Group members = control_planes_of(group); any_errors && !members.nodes.empty()) {
        want(members, {"etcd", "alarm", "list"}, [this](const Group&, const auto& out) { take_alarms(out); });
      }
    }
    run();
  }

  void want_data_of(const Group& node) {
    want(node, {"ls", "/var/lib/etcd/member"}, [this](const Group& of, const CommandOutput& output) {
      details_.etcd_data[of.nodes.front()->reach.node] = parse_etcd_data(output);
    });
  }

  void take_alarms(const CommandOutput& output) {
    if (auto rows = parse_etcd_alarms(output.out)) {
      std::ranges::move(*rows, std::back_inserter(details_.etcd.alarms));
    }
  }

  Talosctl& talosctl_;
  std::vector<Group> groups_;
  std::vector<std::function<void()>> calls_;
  std::mutex mutex_;
  ClusterDetails details_;
};

}  // namespace

ClusterDetails ask_details(Talosctl& talosctl, const std::vector<NodeAnswer>& answers, const DetailWish& wish) {
  Asking asking(talosctl, groups_of(answers));
  asking.ask(wish);
  return asking.take();
}

}  // namespace tbx
