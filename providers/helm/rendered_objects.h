// The objects of a release as its chart rendered them: what Helm wants to be there.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"
#include "providers/helm/release_record.h"

namespace tbx {

/// Which object it is, whatever the version of its API that it is written in.
struct ObjectName {
  std::string group;  ///< "apps"; empty: the core
  std::string kind;
  std::string namespace_name;  ///< empty: of the cluster
  std::string name;
  auto operator<=>(const ObjectName&) const = default;
};

ObjectName object_name(const nlohmann::json& object);

/// "Deployment traefik/traefik", "ClusterRole traefik": for people.
std::string display_name(const ObjectName& name);

/// YAML as Helm and kubectl read it; `malformed_answer` when it is none. Lists (`kind: List`) are taken apart.
Result<std::vector<nlohmann::json>> parse_manifest(std::string_view manifest);

/// The objects of the record's manifest with what Helm adds to each before it sends it: the release's namespace where
/// the chart writes none (to objects of the cluster too, where their kind is not one of Kubernetes' own: the API server
/// leaves it out), and the three keys of ownership. Without these, each object would differ from itself.
Result<std::vector<nlohmann::json>> rendered_objects(const ReleaseRecord& record);

}  // namespace tbx
