// The addons that tbx knows: data from catalogue/*.yaml, built into the program.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "specs/cluster_spec.h"

namespace tbx {

/// A gate that counts unless one of these values (dotted paths) is false.
struct CatalogueGate {
  ReadyGate gate;
  std::vector<std::string> unless_false;
};

struct CatalogueDashboard {
  std::string name;
  std::string service_namespace;
  std::string service;
  int port = 80;
  std::string path = "/";
  std::string user_from;  ///< dotted path of the value that holds the user's name; may be empty
  std::string password_hint;
  std::vector<std::string> unless_false;
  bool served_by_ingress_itself = false;
  nlohmann::json values_when_routed = nlohmann::json::object();  ///< `${hostRule}` stands for the hosts
};

struct CatalogueEntry {
  AddonSpec addon;  ///< with the order, but without gates and values
  std::vector<CatalogueGate> gates;
  std::vector<CatalogueDashboard> dashboards;
  nlohmann::json values = nlohmann::json::object();
  nlohmann::json values_without_workers = nlohmann::json::object();
};

/// Sorted by name. A catalogue that can't be read is our own bug and ends the program.
const std::vector<CatalogueEntry>& catalogue();

const CatalogueEntry* find_in_catalogue(std::string_view name);
std::vector<std::string> catalogue_names();

struct DashboardOwner {
  const CatalogueEntry* entry = nullptr;
  const CatalogueDashboard* dashboard = nullptr;
};

/// Nothing for a name that no addon of the catalogue brings.
std::optional<DashboardOwner> find_dashboard(std::string_view name);
std::vector<std::string> dashboard_names();

/// `Deployment namespace/name`, or `Deployment name` in the namespace given; the error says what is wrong with it.
tl::expected<ReadyGate, std::string> parse_ready_gate(std::string_view text, const std::string& default_namespace);

}  // namespace tbx
