// The facts that an action reads, with their present values and the system that each came from.
#include <algorithm>
#include <ranges>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/described.h"
#include "engine/etcd_quorum.h"
#include "engine/explain_parts.h"
#include "engine/look.h"
#include "engine/ownership.h"

namespace tbx {
namespace {

constexpr std::ptrdiff_t most_facts = 6;

std::string listed(const std::vector<std::string>& names) {
  if (names.empty()) return "none";
  const std::ptrdiff_t more = std::ssize(names) - most_facts;
  return fmt::format("{}{}", fmt::join(names | std::views::take(most_facts), ", "),
                     more > 0 ? fmt::format(" and {} more", more) : "");
}

std::string because(const std::string& reason) { return reason.empty() ? "" : ": " + reason; }

class Facts {
 public:
  Facts(const Op& op, const ClusterSpec& wanted, const Observed& found)
      : op_(op), wanted_(wanted), found_(found), scope_(scope_of(op, wanted)), target_(target_of(op)) {
    is_about_node_ = std::ranges::binary_search(scope_.nodes, target_) && !is_about_release();
  }

  std::vector<ExplainedLine> read() {
    for (const System system : facts_needed(op_)) {
      if (system == System::hyperv) read_host();
      if (system == System::talos) read_talos();
      if (system == System::kubernetes) read_kubernetes();
      if (system == System::helm) read_helm();
      if (system == System::access) read_access();
    }
    read_credentials();
    if (lines_.empty()) lines_.push_back({"", "none: it depends on nothing that has to be looked up"});
    return std::move(lines_);
  }

 private:
  bool is_about_release() const { return !scope_.releases.empty(); }

  void know(const char* system, std::string text) { lines_.push_back({system, std::move(text)}); }
  void not_know(const char* system, const std::string& reason) {
    lines_.push_back({system, "not known" + because(reason), Tone::unknown});
  }

  std::vector<std::string> other_nodes() const {
    std::vector<std::string> others = scope_.nodes;
    if (is_about_node_) std::erase(others, target_);
    return others;
  }

  void read_host() {
    if (found_.host.presence != Presence::present) {
      not_know("Hyper-V", found_.host.reason);
      return;
    }
    if (is_about_node_) {
      read_machine();
      read_disk();
    }
    std::vector<std::string> powers;
    for (const std::string& node : other_nodes()) {
      const Machine* machine = our_machine(found_, wanted_, node);
      powers.push_back(
          fmt::format("{} {}", node, machine == nullptr ? "is absent" : "is " + enum_name(machine->power)));
    }
    if (!powers.empty()) {
      know("Hyper-V", fmt::format("{}control planes of the file: {}", is_about_node_ ? "other " : "", listed(powers)));
    }
    if (std::holds_alternative<DownloadImage>(op_))
      know("Hyper-V", "images in the cache: " + listed(found_.host.images));
    if (std::holds_alternative<CreateMachine>(op_) || std::holds_alternative<ApplyAddressPool>(op_)) read_switch();
  }

  void read_machine() {
    const Machine* machine = our_machine(found_, wanted_, target_);
    if (machine == nullptr) {
      const Machine* foreign = foreign_machine(found_, wanted_, target_);
      know("Hyper-V", foreign == nullptr ? fmt::format("machine {} is absent", target_)
                                         : fmt::format("the VM {} is not ours (VM ID {})", target_, foreign->id));
      return;
    }
    const std::string address = machine->dhcp_address.empty() ? "no address" : "address " + machine->dhcp_address;
    know("Hyper-V", fmt::format("machine {} is {}: {}, {} MiB, {} (VM ID {})", target_, enum_name(machine->power),
                                counted(static_cast<std::size_t>(machine->cpu_count), "CPU"), machine->memory_mib,
                                address, machine->id));
  }

  void read_disk() {
    const Disk* disk = disk_of(found_, wanted_, target_);
    if (disk == nullptr) {
      know("Hyper-V", fmt::format("disk of {} is absent", target_));
      return;
    }
    know("Hyper-V", fmt::format("disk of {}: {} GiB, {}, {}", target_, disk->size_gib,
                                disk->attached_to.empty() ? "attached to nothing" : "attached",
                                disk->was_booted ? "holds data" : "never booted from"));
  }

  void read_switch() {
    if (found_.host.switch_presence == Presence::unknown) {
      not_know("Hyper-V", "whether there is a switch " + wanted_.hyperv.switch_name);
      return;
    }
    const bool is_there = found_.host.switch_presence == Presence::present;
    know("Hyper-V",
         fmt::format("switch {} is {}{}", wanted_.hyperv.switch_name, is_there ? "there" : "absent",
                     found_.host.switch_subnet.empty() ? "" : ", its DHCP serves " + found_.host.switch_subnet));
  }

  void read_talos() {
    if (found_.talos_presence == Presence::unknown) {
      not_know("Talos", found_.talos_reason);
    } else if (is_about_node_) {
      read_node_of_talos(target_);
    } else if (std::holds_alternative<UpgradeKubernetes>(op_)) {
      for (const auto& [node, talos] : found_.talos) read_node_of_talos(node);
    }
    if (scope_.membership) read_etcd();
  }

  void read_node_of_talos(const std::string& node) {
    const TalosNode* talos = talos_node(found_, node);
    if (talos == nullptr || talos->presence == Presence::absent) {
      know("Talos", fmt::format("{} runs no Talos that could be asked", node));
    } else if (talos->presence == Presence::unknown) {
      not_know("Talos", talos->reason.empty() ? node + " does not answer" : talos->reason);
    } else {
      const std::string version = talos->version.empty() ? "" : talos->version + ", ";
      const std::string uuid = talos->uuid.empty() ? "" : fmt::format(" (UUID {})", talos->uuid);
      know("Talos", fmt::format("{}: {}stage {}, {}{}", node, version, enum_name(talos->stage),
                                talos->ready ? "ready" : "not ready", uuid));
    }
  }

  /// By talosctl etcd members and status, of every control plane that answers.
  void read_etcd() {
    const EtcdState& etcd = found_.etcd;
    if (etcd.presence == Presence::unknown) return not_know("etcd", etcd.reason);
    if (etcd.presence == Presence::absent) return know("etcd", "it was never bootstrapped");
    const VoterCount count = count_voters(etcd);
    const auto leader = std::ranges::find_if(etcd.members, &EtcdMember::leader);
    std::string text = fmt::format("{}, {} healthy, ", counted(static_cast<std::size_t>(count.voters), "voting member"),
                                   count.healthy);
    if (count.learners > 0) text += counted(static_cast<std::size_t>(count.learners), "learner") + ", ";
    text += leader == etcd.members.end() ? "no leader" : "leader " + leader->node;
    text += etcd.lists_agree ? "; all lists agree" : "; the members' lists differ";
    if (!etcd.alarms.empty()) text += "; alarms: " + listed(etcd.alarms);
    know("etcd", text + " (each member's list and status)");
  }

  void read_kubernetes() {
    const KubernetesState& kubernetes = found_.kubernetes;
    if (kubernetes.presence == Presence::unknown) return not_know("Kubernetes", kubernetes.reason);
    if (kubernetes.presence == Presence::absent) {
      return know("Kubernetes", "there is no API: the cluster was never bootstrapped");
    }
    const auto ready = std::ranges::count_if(kubernetes.nodes, &KubernetesNode::ready);
    const std::string version = kubernetes.version.empty() ? "" : " and runs " + kubernetes.version;
    know("Kubernetes",
         fmt::format("the API answers{}; {} of {} Nodes are Ready", version, ready, kubernetes.nodes.size()));
    if (is_about_node_) read_node();
    if (std::holds_alternative<ApplyRoute>(op_) || std::holds_alternative<DeleteRoute>(op_)) read_route();
    if (std::holds_alternative<ApplyNamespace>(op_)) read_namespace();
    if (std::holds_alternative<ApplyAddressPool>(op_)) {
      know("Kubernetes", "address pool: " + (kubernetes.address_pool.empty() ? "none" : kubernetes.address_pool));
    }
    if (std::holds_alternative<WriteHosts>(op_)) {
      know("Kubernetes",
           "address of the ingress: " + (kubernetes.ingress_address.empty() ? "none yet" : kubernetes.ingress_address));
    }
  }

  void read_node() {
    const KubernetesNode* node = kubernetes_node(found_.kubernetes, target_);
    if (node == nullptr) return know("Kubernetes", fmt::format("Node {} is absent", target_));
    const std::string kubelet = node->kubelet_version.empty() ? "" : ", kubelet " + node->kubelet_version;
    know("Kubernetes", fmt::format("Node {} is {}{}{} (system UUID {})", target_, node->ready ? "Ready" : "not Ready",
                                   node->unschedulable ? ", cordoned" : "", kubelet, node->system_uuid));
  }

  void read_route() {
    const auto& routes = found_.kubernetes.routes;
    const auto route = std::ranges::find(routes, target_, &RouteState::host);
    if (route == routes.end()) return know("Kubernetes", fmt::format("route {} is absent", target_));
    know("Kubernetes", fmt::format("route {} leads to {}/{}, port {}, and is {}", target_, route->service_namespace,
                                   route->service, route->port, route->ours ? "ours" : "not ours"));
  }

  void read_namespace() {
    const auto& namespaces = found_.kubernetes.namespaces;
    const auto place = std::ranges::find(namespaces, target_, &NamespaceState::name);
    if (place == namespaces.end()) return know("Kubernetes", fmt::format("namespace {} is absent", target_));
    know("Kubernetes",
         fmt::format("namespace {} is there, {}", target_, place->privileged ? "privileged" : "not privileged"));
  }

  void read_helm() {
    const HelmState& helm = found_.helm;
    if (helm.presence == Presence::unknown) return not_know("Helm", helm.reason);
    const Release* release = release_named(helm, target_);
    if (release == nullptr) return know("Helm", fmt::format("release {} is absent", target_));
    const std::string readiness = release->ready == Presence::unknown   ? "whether it is ready is not known"
                                  : release->ready == Presence::present ? "ready"
                                                                        : "not ready: " + listed(release->not_ready);
    know("Helm", fmt::format("release {} is {}: revision {} of {} {} in {}, {}, {}", target_, release->status,
                             release->revision, release->chart, release->version, release->namespace_name,
                             release->ours ? "ours" : "not ours", readiness));
  }

  void read_access() {
    const AccessState& access = found_.access;
    if (access.presence == Presence::unknown) return not_know("hosts file", access.reason);
    if (std::holds_alternative<WriteHosts>(op_)) {
      std::vector<std::string> lines;
      for (const HostsEntry& entry : access.hosts) lines.push_back(entry.host + " " + entry.address);
      know("hosts file", "between tbx's markers: " + listed(lines));
      return;
    }
    const auto probe = std::ranges::find(access.probes, target_, &ProbeState::host);
    if (probe != access.probes.end()) {
      know("probe", fmt::format("http://{} {}{}", target_, probe->answers ? "answers" : "does not answer",
                                because(probe->detail)));
    }
  }

  void read_credentials() {
    const CredentialState& credentials = found_.credentials;
    const std::string folder = "_out/" + wanted_.name;
    const auto say = [&](const char* file, Presence presence, const std::string& more) {
      if (presence == Presence::unknown) return not_know(folder.c_str(), std::string(file) + " can't be read");
      know("credentials", fmt::format("{}/{} is {}{}", folder, file, enum_name(presence), more));
    };
    if (std::holds_alternative<GenerateSecrets>(op_)) say("secrets.yaml", credentials.secrets, "");
    if (std::holds_alternative<WriteTalosconfig>(op_)) {
      say("talosconfig", credentials.talosconfig, ", endpoints: " + listed(credentials.talosconfig_endpoints));
    }
    if (std::holds_alternative<WriteKubeconfig>(op_)) {
      const std::string server = credentials.kubeconfig_server.empty() ? "none" : credentials.kubeconfig_server;
      say("kubeconfig", credentials.kubeconfig, ", server: " + server);
    }
  }

  const Op& op_;
  const ClusterSpec& wanted_;
  const Observed& found_;
  const Scope scope_;
  const std::string& target_;
  bool is_about_node_ = false;
  std::vector<ExplainedLine> lines_;
};

}  // namespace

std::vector<ExplainedLine> facts_of(const Op& op, const ClusterSpec& wanted, const Observed& found) {
  return Facts(op, wanted, found).read();
}

}  // namespace tbx
