#include "providers/api_server.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <vector>

#include "engine/ownership.h"
#include "providers/credentials.h"
#include "providers/tcp_probe.h"
#include "specs/load.h"

namespace tbx {

namespace {

constexpr double probe_seconds = 2;

/// Of the host's machines, those of ours that are control planes; in the order of their names.
std::vector<const Machine*> control_planes(const ClusterSpec& spec, const Observed& found) {
  std::vector<const Machine*> machines;
  for (const Machine& machine : found.host.machines) {
    if (is_control_plane_name(spec, machine.name) && is_ours(machine.mark, spec, found.credentials)) {
      machines.push_back(&machine);
    }
  }
  return machines;
}

bool can_be_reached(const Machine& machine) { return machine.power == Power::running && !machine.dhcp_address.empty(); }

std::string why_not_reached(const Machine& machine) {
  if (machine.power == Power::running) {
    return fmt::format("{} has no address from DHCP yet", machine.name);
  }
  return fmt::format("machine {} is {}", machine.name, machine.power == Power::off ? "off" : "saved or paused");
}

bool is_of_another_cluster_id(const ClusterSpec& spec, const Machine& machine, const CredentialState& credentials) {
  return machine.mark.cluster == spec.name && !is_ours(machine.mark, spec, credentials);
}

/// Why no machine can be asked at all.
std::string why_nobody(const ClusterSpec& spec, const Observed& found, const std::vector<const Machine*>& machines) {
  if (!machines.empty()) {
    return why_not_reached(*machines.front());
  }
  bool are_foreign = std::ranges::any_of(found.host.machines, [&](const Machine& machine) {
    return is_of_another_cluster_id(spec, machine, found.credentials);
  });
  if (are_foreign) {
    return "the credentials in _out are not those of this cluster";
  }
  auto first = std::ranges::find(spec.nodes, Role::control_plane, &NodeSpec::role);
  return first == spec.nodes.end() ? "no control plane is there" : fmt::format("machine {} is absent", first->name);
}

std::string why_no_answer(const std::map<std::string, PortAnswer>& answers) {
  std::vector<std::string> silent;
  std::vector<std::string> closed;
  for (const auto& [address, answer] : answers) {
    (answer == PortAnswer::silent ? silent : closed).push_back(address);
  }
  if (closed.empty()) {
    return fmt::format("{} {} silent on port {}", fmt::join(silent, ", "), silent.size() == 1 ? "is" : "are", api_port);
  }
  return fmt::format("the API server is starting (nothing listens on port {} of {})", api_port,
                     fmt::join(closed, ", "));
}

ApiEndpoint endpoint_of(const Machine& machine) {
  const std::string& own = machine.mark.node_address;
  return {machine.name, machine.dhcp_address, own.empty() ? machine.dhcp_address : own};
}

std::string shown(const std::filesystem::path& folder) { return text_from_path(folder.lexically_normal()); }

/// Why the kubeconfig is of no use; empty when it is.
std::string why_no_credentials(Presence kubeconfig, const std::filesystem::path& folder) {
  switch (kubeconfig) {
    case Presence::absent:
      return fmt::format("there is no kubeconfig in {}: `tbx apply` writes it", shown(folder));
    case Presence::unknown:
      return fmt::format("the kubeconfig in {} can't be read: delete it, and `tbx apply` writes it again",
                         shown(folder));
    case Presence::present:
      break;
  }
  return "";
}

}  // namespace

Result<ApiEndpoint> find_api_endpoint(const ClusterSpec& spec, const Observed& found,
                                      const std::string& kubeconfig_server) {
  std::vector<const Machine*> machines = control_planes(spec, found);
  std::vector<std::string> addresses;
  for (const Machine* machine : machines) {
    if (can_be_reached(*machine)) {
      addresses.push_back(machine->dhcp_address);
    }
  }
  if (addresses.empty()) {
    return failure(ErrorKind::unreachable, why_nobody(spec, found, machines));
  }
  std::map<std::string, PortAnswer> answers = probe_ports(addresses, api_port, probe_seconds);
  const Machine* chosen = nullptr;
  for (const Machine* machine : machines) {
    if (!can_be_reached(*machine) || answers.at(machine->dhcp_address) != PortAnswer::open) {
      continue;
    }
    bool is_named = kubeconfig_server == fmt::format("https://{}:{}", machine->dhcp_address, api_port);
    chosen = chosen == nullptr || is_named ? machine : chosen;
  }
  return chosen != nullptr ? Result<ApiEndpoint>(endpoint_of(*chosen))
                           : failure(ErrorKind::unreachable, why_no_answer(answers));
}

ApiServer look_for_api(const ClusterSpec& spec, const Observed& found, const std::filesystem::path& credentials) {
  if (found.etcd.presence == Presence::absent) {
    return {Presence::absent, "etcd was never bootstrapped", {}};
  }
  if (found.host.presence != Presence::present) {
    return {Presence::unknown, fmt::format("where the control planes are can't be learned: {}", found.host.reason), {}};
  }
  CredentialReader reader(credentials);
  const CredentialState& state = reader.observe();
  Result<ApiEndpoint> endpoint = find_api_endpoint(spec, found, state.kubeconfig_server);
  if (!endpoint) {
    return {Presence::unknown, fmt::format("the Kubernetes API does not answer: {}", endpoint.error().message), {}};
  }
  if (std::string why = why_no_credentials(state.kubeconfig, credentials); !why.empty()) {
    return {Presence::unknown, why, {}};
  }
  return {Presence::present, "", std::move(*endpoint)};
}

Result<ApiEndpoint> api_for_action(const ClusterSpec& spec, const Observed& found,
                                   const std::filesystem::path& credentials) {
  CredentialReader reader(credentials);
  const CredentialState& state = reader.observe();
  if (std::string why = why_no_credentials(state.kubeconfig, credentials); !why.empty()) {
    return failure(ErrorKind::rejected, why);
  }
  Result<ApiEndpoint> endpoint = find_api_endpoint(spec, found, state.kubeconfig_server);
  if (!endpoint) {
    return failure(ErrorKind::unreachable,
                   fmt::format("the Kubernetes API of {} does not answer: {}", spec.name, endpoint.error().message));
  }
  return endpoint;
}

}  // namespace tbx
