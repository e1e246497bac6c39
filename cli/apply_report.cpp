// Words the end of an apply.
#include "cli/apply_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/change.h"
#include "engine/ownership.h"
#include "engine/text_layout.h"
#include "providers/credentials.h"
#include "specs/load.h"

namespace tbx {
namespace {

/// As talosctl's -n wants it: the address that the nodes call it by.
std::string first_control_plane(const ClusterSpec& spec, const Observed& found) {
  const auto node = std::find_if(spec.nodes.begin(), spec.nodes.end(),
                                 [](const NodeSpec& each) { return each.role == Role::control_plane; });
  const Machine* machine = node == spec.nodes.end() ? nullptr : our_machine(found, spec, node->name);
  if (machine == nullptr) return "NODE";
  return machine->mark.node_address.empty() ? machine->dhcp_address : machine->mark.node_address;
}

std::string credentials_text(const Session& session, const Observed& found) {
  const CredentialPaths paths = credential_paths(session.folder);
  const std::string talosconfig = text_from_path(paths.talosconfig);
  const std::string kubeconfig = text_from_path(paths.kubeconfig);
  const std::string note = session.outside.is_simulated ? " (of a simulated cluster: they open nothing)" : "";
  return fmt::format(
      "\nCredentials{}:\n  {}\n  {}\n"
      "  talosctl --talosconfig {} -n {} dashboard\n"
      "  kubectl --kubeconfig {} get nodes\n",
      note, talosconfig, kubeconfig, talosconfig, first_control_plane(session.spec, found), kubeconfig);
}

std::string routes_text(const ClusterSpec& spec) {
  if (spec.routes.empty()) return {};
  std::size_t column = 0;
  const auto address = [](const RouteSpec& route) { return fmt::format("http://{}{}", route.host, route.path); };
  for (const RouteSpec& route : spec.routes) column = std::max(column, address(route).size());
  std::string text = "\nDashboards:\n";
  for (const RouteSpec& route : spec.routes) {
    std::string user = route.user.empty() ? "no login" : fmt::format("user {}", route.user);
    if (route.dashboard.empty() && route.user.empty()) {
      user = fmt::format("service {}/{}", route.service_namespace, route.service);
    }
    if (!route.password_hint.empty()) user += fmt::format(", password: {}", route.password_hint);
    text += fmt::format("  {:<{}}  {}\n", address(route), column, user);
  }
  return text;
}

/// What it took, and how near that comes to what is possible: the durations that the steps had are not the estimates.
std::string effort_lines(const ConvergeResult& result, const PlannedTime& planned, const Session& session) {
  constexpr std::size_t width = 80;
  const std::string took = fmt::format("It took {}.", effort_text(result, session));
  const std::string bound = fmt::format("No order within the limits takes less than {} with these durations.",
                                        duration_text(result.lower_bound_seconds));
  const std::string estimate = fmt::format("The plan's estimates came to {}, and no order to less than {}.",
                                           duration_text(planned.seconds), duration_text(planned.lower_bound_seconds));
  std::string text;
  for (const std::string& sentence : {took, bound, estimate}) {
    for (const std::string& line : wrapped(sentence, width)) text += line + "\n";
  }
  return text;
}

}  // namespace

std::string apply_report(const ConvergeResult& result, const PlannedTime& planned, const Session& session) {
  const std::string effort = result.rounds == 0 ? "" : effort_lines(result, planned, session);
  return fmt::format("\nCluster {} is as {} says. Looked again: nothing left to do.\n{}{}{}", session.spec.name,
                     session.spec_file, effort, credentials_text(session, result.found), routes_text(session.spec));
}

}  // namespace tbx
