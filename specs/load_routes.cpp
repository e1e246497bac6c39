#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "specs/catalogue.h"
#include "specs/did_you_mean.h"
#include "specs/load_steps.h"
#include "specs/merge_values.h"
#include "specs/names.h"

namespace tbx {
namespace {

using nlohmann::json;

const AddonSpec* find_addon(const Loading& loading, const std::string& name) {
  const auto& addons = loading.spec.addons;
  const auto found = std::ranges::find(addons, name, &AddonSpec::name);
  return found == addons.end() ? nullptr : &*found;
}

void check_host(Loading& loading, const Field& route, const std::string& host) {
  if (is_dns_name(host) && host.find('.') != std::string::npos) return;
  complain_at_key(loading, route.path,
                  in_quotes(host) + " is no host name: write it in lower case, like grafana.talos.local");
}

void fill_in_dashboard(RouteSpec& route, const CatalogueEntry& entry, const CatalogueDashboard& dashboard,
                       const AddonSpec& addon) {
  const bool moved = dashboard.service_namespace == entry.addon.namespace_name;
  route.dashboard = dashboard.name;
  route.service_namespace = moved ? addon.namespace_name : dashboard.service_namespace;
  route.service = dashboard.service;
  route.port = dashboard.port;
  route.path = dashboard.path;
  route.addon = addon.name;
  route.password_hint = dashboard.password_hint;
  route.served_by_ingress_itself = dashboard.served_by_ingress_itself;
  const json values = json::parse(addon.values);
  const json& user = value_at(values, dashboard.user_from);
  if (!dashboard.user_from.empty() && user.is_string()) route.user = user.get<std::string>();
}

void load_dashboard(Loading& loading, const Field& field, const std::string& name, RouteSpec& route) {
  const auto owner = find_dashboard(name);
  if (!owner) {
    std::string hint = did_you_mean(name, dashboard_names());
    if (hint.empty())
      hint = fmt::format(": it is one of {}, or a mapping of service and port", fmt::join(dashboard_names(), ", "));
    complain(loading, field.path, fmt::format("there is no known dashboard {}{}", in_quotes(name), hint));
    return;
  }
  const AddonSpec* addon = find_addon(loading, owner->entry->addon.name);
  if (addon == nullptr) {
    complain(loading, field.path,
             fmt::format("route {} needs the addon {}: add it to addons", route.host, owner->entry->addon.name));
    return;
  }
  const json values = json::parse(addon->values);
  for (const std::string& path : owner->dashboard->unless_false) {
    if (value_at(values, path) != false) continue;
    complain(loading, field.path,
             fmt::format("route {} leads to what {} switches off in the values of {}", route.host, path, addon->name));
    return;
  }
  fill_in_dashboard(route, *owner->entry, *owner->dashboard, *addon);
}

void load_service(Loading& loading, const Field& field, RouteSpec& route) {
  const Field service = member(field, "service");
  const auto port = whole_number_of(member(field, "port"));
  if (port && *port >= 1 && *port <= 65535) route.port = static_cast<int>(*port);
  const auto text = text_of(service);
  if (!text) return;
  const std::size_t slash = text->find('/');
  route.service_namespace = text->substr(0, slash);
  route.service = slash == std::string::npos ? "" : text->substr(slash + 1);
  if (!is_dns_label(route.service_namespace) || !is_dns_label(route.service)) {
    complain(loading, service.path, in_quotes(*text) + " is no service: write it as namespace/name");
  }
}

}  // namespace

void load_routes(Loading& loading, const Field& spec) {
  const Field routes = member(spec, "routes");
  for (const Field& field : children(routes)) {
    RouteSpec route;
    route.host = key_of(field);
    check_host(loading, field, route.host);
    if (const auto name = text_of(field)) {
      load_dashboard(loading, field, *name, route);
    } else {
      load_service(loading, field, route);
    }
    loading.spec.routes.push_back(std::move(route));
  }
  std::ranges::sort(loading.spec.routes, {}, &RouteSpec::host);
  const bool has_ingress = std::ranges::any_of(loading.spec.addons, &AddonSpec::is_ingress);
  if (!loading.spec.routes.empty() && !has_ingress) {
    complain_at_key(loading, routes.path, "routes need an ingress: add traefik to addons");
  }
}

}  // namespace tbx
