// Secrets, and what opens the cluster: made by talosctl, written by us, so that nobody sees half of a file.
#include <algorithm>

#include <fmt/format.h>

#include "providers/credentials.h"
#include "providers/private_file.h"
#include "providers/private_work_folder.h"
#include "providers/talos/perform.h"
#include "providers/talosconfig.h"
#include "specs/load.h"

namespace tbx {

namespace {

/// Control planes of the spec that have an address, by name. Not those that are about to leave.
std::vector<NodeReach> control_planes(const TalosWork& work) {
  std::vector<std::string> wanted;
  std::ranges::transform(work.context.spec.nodes, std::back_inserter(wanted), &NodeSpec::name);
  return reach_of(work.context.spec, work.context.found, control_planes_in(work.context.spec, wanted));
}

tl::unexpected<Error> none_has_an_address(const std::string& cluster) {
  return failure(ErrorKind::unreachable, fmt::format("no control plane of {} has an address", cluster));
}

}  // namespace

Status perform(const TalosWork& work, const GenerateSecrets&) {
  std::filesystem::path path = credential_paths(work.folder).secrets;
  std::error_code error;
  if (std::filesystem::exists(path, error)) {
    return read_secrets(work.folder).map([](const ClusterSecrets&) {});
  }
  auto folder = PrivateWorkFolder::make(work.folder);
  if (!folder) {
    return tl::unexpected(folder.error());
  }
  std::filesystem::path made = folder->path() / "secrets.yaml";
  auto generated = work.talosctl.ask(Talosctl::offline({"gen", "secrets", "-o", text_from_path(made)}), work.stop);
  if (!generated) {
    return tl::unexpected(generated.error().error);
  }
  auto text = read_private_file(made);
  if (!text) {
    return tl::unexpected(text.error());
  }
  return write_private_file(path, *text);
}

Status perform(const TalosWork& work, const WriteTalosconfig& op) {
  std::vector<std::string> endpoints;
  std::ranges::transform(control_planes(work), std::back_inserter(endpoints), &NodeReach::host_address);
  if (endpoints.empty()) {
    return none_has_an_address(op.target);
  }
  std::ranges::sort(endpoints);
  const CredentialState& has = work.credentials;
  if (has.talosconfig == Presence::present && has.talosconfig_endpoints == endpoints && !has.talosconfig_expires_soon) {
    return {};
  }
  return make_talosconfig(work.tools, work.folder, work.context.spec.name, endpoints, work.stop)
      .and_then(
          [&](const std::string& text) { return write_private_file(credential_paths(work.folder).talosconfig, text); });
}

Status perform(const TalosWork& work, const WriteKubeconfig& op) {
  std::vector<NodeReach> nodes = control_planes(work);
  std::ranges::stable_partition(nodes, [&](const NodeReach& node) { return node.node == op.node; });
  probe(nodes);
  // Why one that answers gives none tells more than that another is silent.
  Status last = nodes.empty()
                    ? none_has_an_address(op.target)
                    : failure(ErrorKind::unreachable, fmt::format("Talos on {} does not answer", nodes.front().node));
  for (const NodeReach& node : nodes) {
    if (node.port != PortAnswer::open) {
      continue;
    }
    auto kubeconfig = ask(work, node, {"kubeconfig", "--merge=false", "--force", "-"});
    if (!kubeconfig) {
      last = tl::unexpected(kubeconfig.error().error);
      continue;
    }
    return write_kubeconfig(work.folder, *kubeconfig, node.host_address);
  }
  return last;
}

}  // namespace tbx
