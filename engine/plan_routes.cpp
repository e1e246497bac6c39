// Ways in: MetalLB's pool, routes, the hosts file, and the probes that prove that a dashboard answers.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "engine/address_pool.h"
#include "engine/json_text.h"
#include "engine/planning.h"

namespace tbx {

namespace {

Step step_of(const std::map<std::string, Step>& steps, const std::string& name) {
  auto place = steps.find(name);
  return place == steps.end() ? Step{} : place->second;
}

const AddonSpec* addon_where(const Planning& planning, bool AddonSpec::*role) {
  auto place = std::ranges::find_if(planning.wanted.addons, [&](const AddonSpec& addon) { return addon.*role; });
  return place == planning.wanted.addons.end() ? nullptr : &*place;
}

/// Where the nodes have their addresses the pool can be told already; it is chosen again when the action starts.
std::string pool_to_be(const Planning& planning, const std::string& now) {
  std::string range = now.empty() ? "" : choose_address_pool(planning.found);
  return range.empty() ? fmt::format("(20 free addresses of {})", planning.found.host.switch_subnet) : range;
}

void plan_pool(Planning& planning) {
  const AddonSpec* server = addon_where(planning, &AddonSpec::is_load_balancer);
  bool has_switch = planning.found.host.switch_presence == Presence::present;
  if (server == nullptr || planning.installed.empty() || !has_switch) {
    return;
  }
  const std::string& asked = planning.wanted.metallb_pool;
  const std::string& now = planning.found.kubernetes.address_pool;
  bool fits = asked.empty() ? !now.empty() && address_pool_fits(now, planning.found) : now == asked;
  if (fits) {
    return;
  }
  std::string reason = now.empty() ? "there is no address pool"
                                   : fmt::format("the address pool {} is not of the switch's subnet {}", now,
                                                 planning.found.host.switch_subnet);
  if (!now.empty() && !asked.empty()) {
    reason = fmt::format("the address pool is {} instead of {}", now, asked);
  }
  std::string to = asked.empty() ? pool_to_be(planning, now) : asked;
  planning.address_pool =
      planning.builder.add({ApplyAddressPool{server->name, asked},
                            std::move(reason),
                            now.empty() ? Impact::none : Impact::in_place,
                            {{"pool", now.empty() ? json_text("absent") : json_text(now), json_text(to)}}},
                           {step_of(planning.addon_ready, server->name)});
  for (const AddonSpec& addon : planning.wanted.addons) {
    if (addon.needs_load_balancer) {
      planning.builder.order(planning.address_pool, step_of(planning.addon_ready, addon.name));
    }
  }
}

std::string service_text(const std::string& name_space, const std::string& service, int port) {
  return json_text(fmt::format("{}/{}:{}", name_space, service, port));
}

Step plan_route(Planning& planning, const RouteSpec& route, Step ingress) {
  if (route.served_by_ingress_itself) {
    return {};
  }
  const auto& existing = planning.found.kubernetes.routes;
  auto place = std::ranges::find(existing, route.host, &RouteState::host);
  bool is_there = place != existing.end();
  if (is_there && place->service_namespace == route.service_namespace && place->service == route.service &&
      place->port == route.port) {
    return {};
  }
  std::string wanted = service_text(route.service_namespace, route.service, route.port);
  return planning.builder.add(
      {ApplyRoute{route.host, route.service_namespace, route.service, route.port},
       is_there ? fmt::format("route {} leads elsewhere", route.host) : fmt::format("route {} is absent", route.host),
       is_there ? Impact::in_place : Impact::none,
       {{"route", is_there ? service_text(place->service_namespace, place->service, place->port) : json_text("absent"),
         wanted}}},
      {ingress, step_of(planning.installed, route.addon)});
}

void delete_unwanted_routes(Planning& planning) {
  for (const RouteState& route : planning.found.kubernetes.routes) {
    bool is_wanted = std::ranges::any_of(planning.wanted.routes, [&](const RouteSpec& spec) {
      return spec.host == route.host && !spec.served_by_ingress_itself;
    });
    if (route.ours && !is_wanted) {
      Step deleted = planning.builder.add(
          {DeleteRoute{route.host},
           fmt::format("route {} is not in the file", route.host),
           Impact::in_place,
           {{"route", service_text(route.service_namespace, route.service, route.port), json_text("absent")}}});
      for (const auto& [name, uninstalled] : planning.uninstalled) {
        planning.builder.order(deleted, uninstalled);
      }
    }
  }
}

/// What the hosts file has to change to. `address` is empty while it is not known yet; lines that are there then only
/// differ when the pool moves.
std::vector<Change> hosts_changes(const Planning& planning, const std::string& address) {
  std::vector<Change> changes;
  std::set<std::string> wanted;
  std::string to = address.empty() ? json_text("(the ingress' address)") : json_text(address);
  for (const RouteSpec& route : planning.wanted.routes) {
    wanted.insert(route.host);
    auto place = std::ranges::find(planning.found.access.hosts, route.host, &HostsEntry::host);
    bool is_there = place != planning.found.access.hosts.end();
    bool may_stay = is_there && address.empty() && !planning.address_pool.exists();
    if (!may_stay && (!is_there || place->address != address)) {
      changes.push_back({"hosts." + route.host, is_there ? json_text(place->address) : json_text("absent"), to});
    }
  }
  for (const HostsEntry& entry : planning.found.access.hosts) {
    if (!wanted.contains(entry.host)) {
      changes.push_back({"hosts." + entry.host, json_text(entry.address), json_text("absent")});
    }
  }
  return changes;
}

std::string hosts_reason(const std::vector<Change>& changes) {
  if (changes.empty()) {
    return "the ingress may get another address";
  }
  return changes.size() == 1 ? "1 line of the hosts file differs"
                             : fmt::format("{} lines of the hosts file differ", changes.size());
}

struct HostsStep {
  Step step;
  std::set<std::string> touched;  ///< hosts whose line changes, or may change
};

HostsStep plan_hosts(Planning& planning, Step ingress_ready) {
  bool address_moves = planning.address_pool.exists();
  const std::string& address = planning.found.kubernetes.ingress_address;
  bool has_routes = !planning.wanted.routes.empty();
  bool comes = has_routes && address.empty() && ingress_ready.exists();
  if (planning.found.kubernetes.presence == Presence::unknown || planning.found.access.presence != Presence::present ||
      (address.empty() && !comes && !address_moves && has_routes)) {
    return {};
  }
  std::vector<Change> changes = hosts_changes(planning, address_moves ? "" : address);
  if (changes.empty() && !comes) {
    return {};
  }
  std::vector<std::string> hosts;
  std::ranges::transform(planning.wanted.routes, std::back_inserter(hosts), &RouteSpec::host);
  std::ranges::sort(hosts);
  HostsStep result;
  for (const std::string& host : hosts) {
    bool changes_line = std::ranges::find(changes, "hosts." + host, &Change::field) != changes.end();
    if (comes || changes_line) {
      result.touched.insert(host);
    }
  }
  std::string reason = hosts_reason(changes);
  result.step = planning.builder.add(
      {WriteHosts{planning.wanted.name, std::move(hosts)}, std::move(reason), Impact::none, std::move(changes)},
      {ingress_ready, planning.address_pool});
  return result;
}

void plan_probe(Planning& planning, const RouteSpec& route, Step routed, Step hosts, Step ingress_ready) {
  const auto& probes = planning.found.access.probes;
  auto place = std::ranges::find(probes, route.host, &ProbeState::host);
  bool answers = place != probes.end() && place->answers;
  Step service_ready = step_of(planning.addon_ready, route.addon);
  bool is_touched = routed.exists() || hosts.exists() || ingress_ready.exists() || service_ready.exists();
  if (answers && !is_touched) {
    return;
  }
  std::string reason = place == probes.end() || is_touched
                           ? fmt::format("{} has to answer", route.host)
                           : fmt::format("{} does not answer: {}", route.host, place->detail);
  planning.builder.add({AwaitRoute{route.host, route.path}, std::move(reason)},
                       {routed, hosts, ingress_ready, service_ready});
}

}  // namespace

void plan_routes(Planning& planning) {
  plan_pool(planning);
  const AddonSpec* ingress = addon_where(planning, &AddonSpec::is_ingress);
  Step ingress_ready = ingress == nullptr ? Step{} : step_of(planning.addon_ready, ingress->name);
  HostsStep hosts = plan_hosts(planning, ingress_ready);
  if (!planning.kubernetes_known() || planning.installed.empty()) {
    return;
  }
  bool can_probe = planning.found.access.presence == Presence::present;
  for (const RouteSpec& route : planning.wanted.routes) {
    Step routed = plan_route(planning, route, ingress_ready);
    if (can_probe) {
      Step line = hosts.touched.contains(route.host) ? hosts.step : Step{};
      plan_probe(planning, route, routed, line, ingress_ready);
    }
  }
  delete_unwanted_routes(planning);
}

}  // namespace tbx
