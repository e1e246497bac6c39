#include "providers/helm/ready_gates.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "providers/helm/rendered_objects.h"
#include "providers/json_place.h"

namespace tbx {

namespace {

using nlohmann::json;

constexpr const char* api_service = "APIService";

using Keys = std::initializer_list<std::string_view>;

struct Count {
  std::int64_t ready = 0;
  std::int64_t wanted = 0;
};

/// Pods of an older revision don't count, unless their replacement is somebody's to ask for (OnDelete).
std::int64_t updated(const json& object, Keys keys, std::int64_t ready) {
  const json& strategy = at(object, {"spec", "updateStrategy", "type"});
  return strategy == "OnDelete" ? ready : std::min(ready, number_at(object, keys));
}

Count count_pods(const json& object, const std::string& kind) {
  if (number_at(object, {"status", "observedGeneration"}) < number_at(object, {"metadata", "generation"})) {
    return {0, number_at(object, {"spec", "replicas"}, 1)};  // the status is still that of what was before
  }
  if (kind == "DaemonSet") {
    return {updated(object, {"status", "updatedNumberScheduled"}, number_at(object, {"status", "numberAvailable"})),
            number_at(object, {"status", "desiredNumberScheduled"})};
  }
  const char* ready = kind == "Deployment" ? "availableReplicas" : "readyReplicas";
  return {updated(object, {"status", "updatedReplicas"}, number_at(object, {"status", ready})),
          number_at(object, {"spec", "replicas"}, 1)};
}

const json* condition(const json& object, const char* type) {
  for (const json& each : at(object, {"status", "conditions"})) {
    if (each.value("type", "") == type) return &each;
  }
  return nullptr;
}

/// Why a Deployment's pods are not even made: Pod Security, a quota, a webhook.
std::string why_no_pods(const json& object) {
  const json* failing = condition(object, "ReplicaFailure");
  const bool fails = failing != nullptr && failing->value("status", "") == "True";
  return fails ? ": " + failing->value("message", "its pods are refused") : "";
}

std::string why_pods_not_ready(const json& object, const std::string& kind) {
  const Count count = count_pods(object, kind);
  const bool is_open = count.ready >= count.wanted && (kind != "DaemonSet" || count.wanted > 0);
  return is_open ? ""
                 : fmt::format("{} of {} ready{}", std::max<std::int64_t>(count.ready, 0), count.wanted,
                               why_no_pods(object));
}

std::string why_no_address(const json& object) {
  const json& ingress = at(object, {"status", "loadBalancer", "ingress"});
  const bool has_address = ingress.is_array() && !ingress.empty();
  return has_address || at(object, {"spec", "type"}) != "LoadBalancer" ? "" : "no address";
}

std::string why_not_available(const json& object) {
  const json* available = condition(object, "Available");
  return available != nullptr && available->value("status", "") == "True" ? "" : "not available";
}

std::string why_not_open(const json& object, const std::string& kind) {
  if (kind == "Service") return why_no_address(object);
  return kind == api_service ? why_not_available(object) : why_pods_not_ready(object, kind);
}

}  // namespace

struct GateObjects::Index {
  json list;
  std::map<ObjectName, const json*> by_name;  ///< without groups: a gate names none
};

GateObjects::GateObjects(std::unique_ptr<Index> index) : index_(std::move(index)) {}
GateObjects::GateObjects(GateObjects&&) noexcept = default;
GateObjects& GateObjects::operator=(GateObjects&&) noexcept = default;
GateObjects::~GateObjects() = default;

std::vector<std::string> gate_arguments(const std::vector<const AddonSpec*>& addons) {
  const bool asks_for_services = std::ranges::any_of(addons, [](const AddonSpec* addon) {
    return std::ranges::find(addon->ready, api_service, &ReadyGate::kind) != addon->ready.end();
  });
  std::string kinds = "deployments.apps,daemonsets.apps,statefulsets.apps,services";
  if (asks_for_services) {
    kinds += ",apiservices.apiregistration.k8s.io";
  }
  return {"get", kinds, "--all-namespaces", "--output=json"};
}

Result<GateObjects> GateObjects::parse(std::string_view answer) {
  auto index = std::make_unique<Index>();
  index->list = json::parse(answer, nullptr, false);
  if (!at(index->list, {"items"}).is_array()) {
    return failure(ErrorKind::malformed_answer, "kubectl printed no list of objects");
  }
  for (const json& object : index->list["items"]) {
    ObjectName name = object_name(object);
    name.group.clear();
    index->by_name[name] = &object;
  }
  return GateObjects(std::move(index));
}

std::vector<std::string> GateObjects::not_ready(const AddonSpec& addon) const {
  std::vector<std::string> sentences;
  for (const ReadyGate& gate : addon.ready) {
    const ObjectName name{"", gate.kind, gate.kind == api_service ? "" : gate.namespace_name, gate.name};
    const auto object = index_->by_name.find(name);
    const std::string why =
        object == index_->by_name.end() ? "it is not there" : why_not_open(*object->second, gate.kind);
    if (!why.empty()) {
      sentences.push_back(fmt::format("{}: {}", display_name(name), why));
    }
  }
  return sentences;
}

std::string joined_sentences(const std::vector<std::string>& sentences) {
  constexpr std::size_t most = 2;
  const std::vector<std::string> first(sentences.begin(),
                                       sentences.begin() + std::min<std::ptrdiff_t>(most, std::ssize(sentences)));
  const std::string more = sentences.size() > most ? fmt::format("; {} more", sentences.size() - most) : "";
  return fmt::format("{}{}", fmt::join(first, "; "), more);
}

}  // namespace tbx
