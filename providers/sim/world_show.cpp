// A world for people.
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/described.h"
#include "providers/sim/state.h"
#include "providers/sim/world_lock.h"
#include "providers/sim/world_verbs.h"

namespace tbx::sim {

namespace {

constexpr std::size_t widest = 100;

/// Columns as wide as their longest cell; what does not fit is cut off at the end.
std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += fmt::format("  {:<{}}", row[i], widths[i]);
    }
    line.resize(std::min(line.find_last_not_of(' ') + 1, widest));
    text += line + '\n';
  }
  return text;
}

std::string section(const std::string& title, const std::vector<std::vector<std::string>>& rows) {
  return rows.empty() ? "" : fmt::format("\n{}\n{}", title, table(rows));
}

std::string clock_text(double seconds) {
  auto whole = static_cast<long>(seconds);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

std::string owner(const Mark& mark) { return mark.cluster.empty() ? "not ours" : "ours: " + mark.cluster; }

std::string stage_text(const World& world, const SimMachine& machine) {
  if (machine.power != Power::running) {
    return enum_name(machine.power);
  }
  const SimDisk* disk = disk_in(world, machine);
  std::string version = disk == nullptr ? "" : disk->installed.version;
  std::string stage = machine.guest.stage == GuestStage::up ? "running" : enum_name(machine.guest.stage);
  return machine.mark.cluster.empty() ? "running" : stage + (version.empty() ? "" : " " + version);
}

std::string machine_section(const World& world) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& [key, machine] : world.machines) {
    rows.push_back({machine.name, machine.id, owner(machine.mark)});
    std::string address = machine.power == Power::running ? machine.guest.address : "";
    rows.push_back({fmt::format("  {} CPU, {} MiB", machine.cpu_count, machine.memory_mib),
                    fmt::format("{:<16} {}", address.empty() ? "no address" : address, machine.mark.node_address),
                    stage_text(world, machine)});
  }
  return section("machines", rows);
}

std::string disk_section(const World& world) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& [key, disk] : world.disks) {
    if (disk.attached_to.empty()) {
      rows.push_back(
          {disk.node, fmt::format("{} GiB", disk.size_gib), owner(disk.mark), disk.was_booted ? "has data" : "blank"});
    }
  }
  return section("disks without a machine", rows);
}

std::string etcd_section(const World& world, const std::string& name, const SimCluster& cluster) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& [id, member] : cluster.members) {
    std::string state = member_lives(world, name, id) ? "healthy" : "does not answer";
    std::string other = member.incarnation == cluster.facts.incarnation ? "" : ", of another etcd cluster";
    rows.push_back({member.node, id, (member.learner ? "learner, " : "") + state + other});
  }
  std::string quorum = has_quorum(world, name) ? "has quorum" : "has no quorum";
  return section(fmt::format("etcd of {}: {}", name, quorum), rows);
}

std::string node_section(const World& world, const std::string& name, const SimCluster& cluster) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& [node_name, node] : cluster.nodes) {
    rows.push_back({node_name, node.ready_since > 0 ? "Ready" : "NotReady", node.unschedulable ? "cordoned" : "",
                    node.kubelet_version, node.internal_address});
  }
  std::string api = api_answers(world, name) ? "answers" : "does not answer: " + why_no_api(world, name);
  return section(fmt::format("Kubernetes of {}: the API {}", name, api), rows);
}

std::string release_section(const World& world, const std::string& name, const SimCluster& cluster) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& [release_name, release] : cluster.releases) {
    std::vector<std::string> missing = not_ready(world, cluster, release);
    rows.push_back({release_name, fmt::format("{} {}", release.chart, release.version), release.status,
                    fmt::format("rev {}", release.revision), missing.empty() ? "ready" : missing.front()});
  }
  std::string text = section("releases of " + name, rows);
  if (!cluster.facts.address_pool.empty()) {
    std::string ingress = ingress_address(cluster);
    text += fmt::format("  address pool {}, ingress at {}\n", cluster.facts.address_pool,
                        ingress.empty() ? "no address" : ingress);
  }
  return text;
}

std::string hosts_section(const World& world) {
  std::vector<std::vector<std::string>> rows;
  for (const HostsLine& line : world.hosts_file) {
    rows.push_back({line.address, line.host, line.cluster.empty() ? "not ours" : "ours: " + line.cluster});
  }
  return section("hosts file", rows);
}

std::string disturbance_section(const World& world) {
  std::vector<std::vector<std::string>> rows;
  for (const std::string& system : world.disturbances.hidden) {
    rows.push_back({"hidden", system});
  }
  for (const std::string& op : world.disturbances.failing) {
    rows.push_back({"fails next", op});
  }
  for (const Scheduled& scheduled : world.disturbances.scheduled) {
    rows.push_back({"at " + clock_text(scheduled.at_seconds), fmt::format("{}", fmt::join(scheduled.words, " "))});
  }
  for (const auto& [cluster, lock] : world.locks) {
    rows.push_back({"locked", fmt::format("{} by {} since {} ({}){}", cluster, lock.who, lock.since, lock.from,
                                          is_stale(lock) ? ", stale" : "")});
  }
  return section("disturbances and locks", rows);
}

}  // namespace

std::string show_world(const World& world) {
  std::string text =
      fmt::format("virtual time {}\nswitch \"{}\" {}, gateway {}, {}\n", clock_text(world.clock.now_seconds),
                  world.host.switch_name, world.host.subnet, world.host.gateway, world.host.arch);
  if (!world.host.images.empty()) {
    text += fmt::format("boot images {}\n", fmt::join(world.host.images, ", "));
  }
  text += machine_section(world) + disk_section(world);
  for (const auto& [name, cluster] : world.clusters) {
    if (cluster.facts.incarnation > 0) {
      text += etcd_section(world, name, cluster) + node_section(world, name, cluster);
      text += release_section(world, name, cluster);
    }
  }
  text += hosts_section(world) + disturbance_section(world);
  return text;
}

}  // namespace tbx::sim
