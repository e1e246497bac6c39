// Disturbances of what lives on the machines, and of what can be learned of them.
#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/described.h"
#include "engine/op.h"
#include "providers/sim/disturbances.h"
#include "providers/sim/rules.h"
#include "providers/sim/state.h"
#include "specs/mask.h"

namespace tbx::sim {

namespace {

using Words = std::span<const std::string>;

/// The cluster that has a release of this name; empty: none has.
std::string cluster_with_release(const World& world, const std::string& release) {
  for (const auto& [name, cluster] : world.clusters) {
    if (cluster.releases.contains(release)) {
      return name;
    }
  }
  return {};
}

tl::unexpected<Error> no_release(const World& world, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& [cluster_name, cluster] : world.clusters) {
    for (const auto& [release_name, release] : cluster.releases) {
      names.push_back(release_name);
    }
  }
  return not_there("release", name, names);
}

nlohmann::json value_of(const std::string& text) {
  nlohmann::json parsed = nlohmann::json::parse(text, nullptr, false);
  return parsed.is_discarded() ? nlohmann::json(text) : parsed;
}

/// `a.b.c=value` into the values of a release, masked like all that the world keeps.
Status set_value(SimRelease& release, const std::string& assignment) {
  std::size_t equals = assignment.find('=');
  if (equals == 0 || equals == std::string::npos) {
    return failure(ErrorKind::rejected, fmt::format("\"{}\" is no PATH=VALUE: deployment.replicas=3", assignment));
  }
  nlohmann::json wanted = value_of(assignment.substr(equals + 1));
  std::string path = assignment.substr(0, equals);
  while (!path.empty()) {
    std::size_t dot = path.rfind('.');
    std::string key = dot == std::string::npos ? path : path.substr(dot + 1);
    wanted = nlohmann::json{{key, wanted}};
    path = dot == std::string::npos ? "" : path.substr(0, dot);
  }
  nlohmann::json values = nlohmann::json::parse(release.values);
  values.merge_patch(nlohmann::json::parse(mask_secrets(wanted.dump(), nullptr)));
  release.values = values.dump();
  ++release.revision;
  return {};
}

void edit_live_object(SimRelease& release) {
  auto workload = std::ranges::find_if(
      release.workloads, [](const Workload& each) { return each.kind == "Deployment" || each.kind == "StatefulSet"; });
  std::string object = workload == release.workloads.end()
                           ? fmt::format("Deployment {}/{}", release.namespace_name, release.chart)
                           : fmt::format("{} {}/{}", workload->kind, workload->namespace_name, workload->name);
  release.live_drift = {{object + " spec.replicas", "3", "1"}};
}

Result<std::string> system_name(const std::string& text) {
  if (enum_value<System>(text)) {
    return text;
  }
  return not_there("system", text, {"hyperv", "talos", "kubernetes", "helm", "access"});
}

}  // namespace

Result<std::string> take_node(LiveWorld& live, Words arguments) {
  std::vector<std::string> names;
  for (const auto& [name, cluster] : live.world.clusters) {
    if (cluster.nodes.contains(arguments[0])) {
      touch(live, EntityKind::node, arguments[0], name);
      live.world.clusters.at(name).nodes.erase(arguments[0]);
      evict_pods(live, name, arguments[0]);
      return fmt::format("Node {} is deleted; its kubelet makes it again only when it is restarted", arguments[0]);
    }
    for (const auto& [node, value] : cluster.nodes) {
      names.push_back(node);
    }
  }
  return not_there("Node", arguments[0], names);
}

Result<std::string> uninstall(LiveWorld& live, Words arguments) {
  std::string cluster = cluster_with_release(live.world, arguments[0]);
  if (cluster.empty()) {
    return no_release(live.world, arguments[0]);
  }
  erase_release(live, cluster, arguments[0]);
  return fmt::format("release {} is uninstalled", arguments[0]);
}

Result<std::string> edit_release(LiveWorld& live, Words arguments) {
  std::string cluster = cluster_with_release(live.world, arguments[0]);
  if (cluster.empty()) {
    return no_release(live.world, arguments[0]);
  }
  SimRelease edited = live.world.clusters.at(cluster).releases.at(arguments[0]);
  if (arguments.size() == 1) {
    edit_live_object(edited);
  } else if (Status set = set_value(edited, arguments[1]); !set) {
    return tl::unexpected(set.error());
  }
  std::string what = arguments.size() == 1 ? edited.live_drift.front().field + " is 3" : arguments[1];
  change_release(live, cluster, arguments[0]) = std::move(edited);
  return fmt::format("release {} was edited by hand: {}", arguments[0], what);
}

Result<std::string> edit_hosts(LiveWorld& live, Words) {
  auto& lines = change_hosts_file(live);
  auto ours = std::ranges::find_if(lines, [](const HostsLine& line) { return !line.cluster.empty(); });
  if (ours == lines.end()) {
    return failure(ErrorKind::rejected, "the hosts file has no line of ours yet");
  }
  std::string before = ours->address;
  ours->address = "10.0.0.99";
  return fmt::format("the hosts file's line of {} was {} and is {}", ours->host, before, ours->address);
}

Result<std::string> raise_alarm(LiveWorld& live, Words arguments) {
  for (const auto& [name, cluster] : live.world.clusters) {
    std::string member = member_of_node(cluster, arguments[0]);
    if (member.empty()) {
      continue;
    }
    auto& alarms = facts_of(live, name).alarms;
    alarms.push_back(fmt::format("NOSPACE (member {} on {})", member, arguments[0]));
    std::ranges::sort(alarms);
    alarms.erase(std::ranges::unique(alarms).begin(), alarms.end());
    return fmt::format("etcd on {} has no space left", arguments[0]);
  }
  std::vector<std::string> nodes;
  for (const auto& [name, cluster] : live.world.clusters) {
    for (const auto& [id, member] : cluster.members) {
      nodes.push_back(member.node);
    }
  }
  return not_there("etcd member on", arguments[0], nodes);
}

Result<std::string> clear_alarms(LiveWorld& live, Words) {
  std::vector<std::string> names;
  for (const auto& [name, cluster] : live.world.clusters) {
    names.push_back(name);
  }
  for (const std::string& name : names) {
    facts_of(live, name).alarms.clear();
  }
  return "no etcd has an alarm";
}

Result<std::string> hide(LiveWorld& live, Words arguments) {
  return system_name(arguments[0]).map([&](const std::string& name) {
    auto& hidden = change_disturbances(live).hidden;
    if (!std::ranges::binary_search(hidden, name)) {
      hidden.push_back(name);
      std::ranges::sort(hidden);
    }
    return fmt::format("{} answers nothing any more", name);
  });
}

Result<std::string> unhide(LiveWorld& live, Words arguments) {
  return system_name(arguments[0]).map([&](const std::string& name) {
    std::erase(change_disturbances(live).hidden, name);
    return fmt::format("{} answers again", name);
  });
}

Result<std::string> fail_next(LiveWorld& live, Words arguments) {
  std::vector<std::string> names;
  for (const OpTraits& traits : all_op_traits()) {
    names.emplace_back(traits.name);
  }
  if (std::ranges::find(names, arguments[0]) == names.end()) {
    return not_there("kind of action", arguments[0], names);
  }
  auto& failing = change_disturbances(live).failing;
  failing.push_back(arguments[0]);
  std::ranges::sort(failing);
  return fmt::format("the next {} will fail", arguments[0]);
}

}  // namespace tbx::sim
