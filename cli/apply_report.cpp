// Words the end of an apply.
#include "cli/apply_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/change.h"
#include "providers/credentials.h"
#include "specs/load.h"

namespace tbx {
namespace {

std::string first_control_plane(const ClusterSpec& spec) {
  const auto found = std::find_if(spec.nodes.begin(), spec.nodes.end(),
                                  [](const NodeSpec& node) { return node.role == Role::control_plane; });
  return found == spec.nodes.end() ? std::string() : found->name;
}

std::string credentials_text(const Session& session) {
  const CredentialPaths paths = credential_paths(session.folder);
  const std::string talosconfig = text_from_path(paths.talosconfig);
  const std::string kubeconfig = text_from_path(paths.kubeconfig);
  const std::string note = session.outside.is_simulated ? " (of a simulated cluster: they open nothing)" : "";
  return fmt::format(
      "\nCredentials{}:\n  {}\n  {}\n"
      "  talosctl --talosconfig {} -n {} dashboard\n"
      "  kubectl --kubeconfig {} get nodes\n",
      note, talosconfig, kubeconfig, talosconfig, first_control_plane(session.spec), kubeconfig);
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

}  // namespace

std::string apply_report(const ConvergeResult& result, const Session& session) {
  const std::string effort = result.rounds == 0 ? "" : fmt::format(" It took {}.", effort_text(result, session));
  return fmt::format("\nCluster {} is as {} says. Looked again: nothing left to do.{}\n{}{}", session.spec.name,
                     session.spec_file, effort, credentials_text(session), routes_text(session.spec));
}

}  // namespace tbx
