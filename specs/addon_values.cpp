#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "specs/addon_wish.h"
#include "specs/merge_values.h"

namespace tbx {
namespace {

using nlohmann::json;

/// The hosts that lead to a dashboard, in the order of the alphabet.
std::vector<std::string> hosts_of(const Loading& loading, const std::string& dashboard) {
  std::vector<std::string> hosts;
  const Field routes = member(member(root_field(loading.document), "spec"), "routes");
  for (const Field& route : children(routes)) {
    if (text_of(route) == dashboard) hosts.push_back(fmt::format("Host(`{}`)", key_of(route)));
  }
  return hosts;
}

void fill_in(json& values, const std::string& host_rule) {
  constexpr std::string_view placeholder = "${hostRule}";
  if (values.is_string() && values == std::string(placeholder)) values = host_rule;
  if (!values.is_structured()) return;
  for (json& value : values) fill_in(value, host_rule);
}

void add_known_values(const Loading& loading, const CatalogueEntry& entry, json& values) {
  values = entry.values;
  const bool has_worker = std::ranges::count(loading.spec.nodes, Role::worker, &NodeSpec::role) > 0;
  if (!has_worker) merge_values(values, entry.values_without_workers);
  for (const CatalogueDashboard& dashboard : entry.dashboards) {
    const auto hosts = hosts_of(loading, dashboard.name);
    if (hosts.empty()) continue;
    json routed = dashboard.values_when_routed;
    fill_in(routed, fmt::format("{}", fmt::join(hosts, " || ")));
    merge_values(values, routed);
  }
}

void add_values_file(Loading& loading, const AddonWish& wish, const Field& name, json& values) {
  for (const Document& document : read_beside(loading, name, DocumentCount::one)) {
    loading.origins.push_back({wish.addon.name, *text_of(name), "", document.value.dump()});
    if (document.value.is_null()) continue;  // a file of comments only
    if (document.value.is_object()) {
      merge_values(values, document.value);
      continue;
    }
    loading.problems.push_back(make_problem(*document.source, value_position(document, ""), "",
                                            "Helm values have to be a mapping, and this is none"));
  }
}

}  // namespace

json merged_values(Loading& loading, const AddonWish& wish) {
  json values = json::object();
  if (wish.entry != nullptr) add_known_values(loading, *wish.entry, values);
  const Field file = member(wish.field, "valuesFile");
  if (text_of(file)) add_values_file(loading, wish, file, values);
  const Field written = member(wish.field, "values");
  if (written && written.value->is_object()) {
    loading.origins.push_back({wish.addon.name, "", written.path, written.value->dump()});
    merge_values(values, *written.value);
  }
  return values;
}

}  // namespace tbx
