#include "specs/catalogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

#include "specs/did_you_mean.h"
#include "specs/document.h"
#include "specs/embedded.h"

namespace tbx {
namespace {

using nlohmann::json;

[[noreturn]] void broken_catalogue(std::string_view name, std::string_view why) {
  fmt::print(stderr, "tbx: the built-in catalogue entry {} is broken: {}\n", name, why);
  std::abort();
}

const std::array<std::string, 5> gate_kinds{"APIService", "DaemonSet", "Deployment", "Service", "StatefulSet"};

std::vector<std::string> texts(const json& object, const char* key) {
  return object.value(key, json::array()).get<std::vector<std::string>>();
}

CatalogueGate gate_of(const json& written, const std::string& name_space) {
  const json gate = written.is_object() ? written : json{{"gate", written}};
  const auto parsed = parse_ready_gate(gate.at("gate").get<std::string>(), name_space);
  if (!parsed) throw std::invalid_argument(parsed.error());
  return {*parsed, texts(gate, "unlessFalse")};
}

CatalogueDashboard dashboard_of(const std::string& name, const json& written) {
  const auto service = written.at("service").get<std::string>();
  const std::size_t slash = service.find('/');
  CatalogueDashboard dashboard;
  dashboard.name = name;
  dashboard.service_namespace = service.substr(0, slash);
  dashboard.service = service.substr(slash + 1);
  dashboard.port = written.at("port").get<int>();
  dashboard.path = written.value("path", "/");
  dashboard.user_from = written.value("userFrom", "");
  dashboard.password_hint = written.value("passwordHint", "");
  dashboard.unless_false = texts(written, "unlessFalse");
  dashboard.served_by_ingress_itself = written.value("servedByIngressItself", false);
  dashboard.values_when_routed = written.value("valuesWhenRouted", json::object());
  return dashboard;
}

AddonSpec addon_of(const json& written) {
  AddonSpec addon;
  addon.name = written.at("name").get<std::string>();
  addon.chart = written.at("chart").get<std::string>();
  addon.repo = written.value("repo", "");
  addon.version = written.at("version").get<std::string>();
  addon.namespace_name = written.at("namespace").get<std::string>();
  addon.namespace_privileged = written.value("privileged", false);
  addon.is_cni = written.value("cni", false);
  addon.owns_custom_resource_definitions = written.value("ownsCRDs", false);
  addon.after = texts(written, "after");
  addon.needs_load_balancer = written.value("needsLoadBalancer", false);
  addon.is_load_balancer = written.value("loadBalancer", false);
  addon.is_ingress = written.value("ingress", false);
  return addon;
}

CatalogueEntry entry_of(const json& written) {
  CatalogueEntry entry;
  entry.addon = addon_of(written);
  for (const json& gate : written.at("ready")) entry.gates.push_back(gate_of(gate, entry.addon.namespace_name));
  const json dashboards = written.value("dashboards", json::object());
  for (const auto& dashboard : dashboards.items()) {
    entry.dashboards.push_back(dashboard_of(dashboard.key(), dashboard.value()));
  }
  entry.values = written.at("values");
  entry.values_without_workers = written.value("valuesWithoutWorkers", json::object());
  return entry;
}

CatalogueEntry read_entry(std::string_view name, std::string_view text) {
  const ReadDocuments read = read_yaml(make_source(std::string(name), std::string(text)), DocumentCount::one);
  if (!read.problems.empty()) broken_catalogue(name, read.problems.front().message);
  try {
    return entry_of(read.documents.front().value);
  } catch (const std::exception& error) {
    broken_catalogue(name, error.what());
  }
}

}  // namespace

const std::vector<CatalogueEntry>& catalogue() {
  static const std::vector<CatalogueEntry> entries = [] {
    std::vector<CatalogueEntry> read;
    for (const auto& file : embedded_catalogue()) read.push_back(read_entry(file.name, file.text));
    std::ranges::sort(read, {}, [](const CatalogueEntry& entry) { return entry.addon.name; });
    return read;
  }();
  return entries;
}

const CatalogueEntry* find_in_catalogue(std::string_view name) {
  for (const CatalogueEntry& entry : catalogue()) {
    if (entry.addon.name == name) return &entry;
  }
  return nullptr;
}

std::vector<std::string> catalogue_names() {
  std::vector<std::string> names;
  for (const CatalogueEntry& entry : catalogue()) names.push_back(entry.addon.name);
  return names;
}

std::optional<DashboardOwner> find_dashboard(std::string_view name) {
  for (const CatalogueEntry& entry : catalogue()) {
    for (const CatalogueDashboard& dashboard : entry.dashboards) {
      if (dashboard.name == name) return DashboardOwner{&entry, &dashboard};
    }
  }
  return std::nullopt;
}

std::vector<std::string> dashboard_names() {
  std::vector<std::string> names;
  for (const CatalogueEntry& entry : catalogue()) {
    for (const CatalogueDashboard& dashboard : entry.dashboards) names.push_back(dashboard.name);
  }
  std::ranges::sort(names);
  return names;
}

tl::expected<ReadyGate, std::string> parse_ready_gate(std::string_view text, const std::string& default_namespace) {
  const std::size_t space = text.find(' ');
  const std::string kind(text.substr(0, space));
  if (std::ranges::count(gate_kinds, kind) == 0) {
    std::string hint = did_you_mean(kind, gate_kinds);
    if (hint.empty()) hint = ": write it like \"Deployment namespace/name\"";
    return tl::unexpected(fmt::format("{} is nothing that tbx can wait for{}", in_quotes(kind), hint));
  }
  const std::string place(space == std::string_view::npos ? "" : text.substr(space + 1));
  const std::size_t slash = place.find('/');
  const bool is_global = kind == "APIService";
  const std::string name = slash == std::string::npos ? place : place.substr(slash + 1);
  const std::string name_space = is_global                    ? ""
                                 : slash == std::string::npos ? default_namespace
                                                              : place.substr(0, slash);
  const bool malformed = name.empty() || name.find_first_of(" /") != std::string::npos ||
                         (!is_global && name_space.empty()) || (is_global && slash != std::string::npos);
  if (malformed) {
    return tl::unexpected(fmt::format("{} names nothing to wait for: write it like \"{}\"", in_quotes(text),
                                      is_global ? "APIService v1beta1.metrics.k8s.io" : kind + " namespace/name"));
  }
  return ReadyGate{kind, name_space, name};
}

}  // namespace tbx
