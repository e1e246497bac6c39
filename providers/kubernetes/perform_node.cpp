// Single Nodes: labels and taints, cordons, deletion.
#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include "providers/json_place.h"
#include "providers/kubernetes/kubectl_json.h"
#include "providers/kubernetes/manifests.h"
#include "providers/kubernetes/objects.h"
#include "providers/kubernetes/perform.h"
#include "providers/kubernetes/taints.h"
#include "specs/names.h"

namespace tbx {

namespace {

using nlohmann::json;

/// How often the list of taints is read again when somebody else writes it at the same time.
constexpr int most_tries = 5;

KubernetesAnswer ask_node(const KubernetesAction& action, const std::string& address, const std::string& name) {
  return action.kubectl.ask(action.kubectl.look(address, {"get", "nodes", name, "--output=json"}), action.stop);
}

Result<json> read_node(const KubernetesAction& action, const std::string& address, const std::string& name) {
  KubernetesAnswer answer = ask_node(action, address, name);
  if (!answer) {
    return tl::unexpected(told_as(answer.error(), answer.error().trouble == KubernetesTrouble::not_found
                                                      ? fmt::format("there is no Node {}", name)
                                                      : fmt::format("the Node {} can't be read", name)));
  }
  return parse_kubectl_object(*answer, "Node");
}

/// Only our own taints change; whoever changes the list meanwhile makes us read it again.
Status set_taints(const KubernetesAction& action, const std::string& address, const LabelNode& op, json node) {
  for (int attempt = 1;; ++attempt) {
    const json& before = at(node, {"spec", "taints"});
    json after = merged_taints(before, text_at(node, {"metadata", "annotations", taints_annotation}), op.taints);
    if (after == before || (before.is_null() && after.empty())) {
      return {};
    }
    KubernetesAnswer answer = action.kubectl.ask(
        action.kubectl.change(address, {"patch", "nodes", op.target, "--type=json",
                                        fmt::format("--patch={}", taints_patch(before, after).dump())}),
        action.stop);
    if (answer) {
      return {};
    }
    if (answer.error().trouble != KubernetesTrouble::invalid || attempt == most_tries) {
      return tl::unexpected(told_as(answer.error(), fmt::format("the taints of {} are not accepted", op.target)));
    }
    Result<json> again = read_node(action, address, op.target);
    if (!again) {
      return tl::unexpected(again.error());
    }
    node = std::move(*again);
  }
}

}  // namespace

/// The taints come first: until the annotation names a new one it counts as nobody's, and is set again by the next try;
/// the other way round one that is wanted no more could be forgotten.
Status perform(const KubernetesAction& action, const LabelNode& op) {
  Result<std::string> address = api_address(action);
  Result<std::string> cluster_id = own_cluster_id(action);
  if (!address || !cluster_id) {
    return tl::unexpected(address ? cluster_id.error() : address.error());
  }
  Result<json> node = read_node(action, *address, op.target);
  if (!node) {
    return tl::unexpected(node.error());
  }
  std::string uid = text_at(*node, {"metadata", "uid"});
  if (Status taints = set_taints(action, *address, op, std::move(*node)); !taints) {
    return taints;
  }
  return apply_manifest(action, *address, node_manifest(op, uid, *cluster_id),
                        fmt::format("the labels of {} are not accepted", op.target));
}

Status perform(const KubernetesAction& action, const UncordonNode& op) {
  return api_address(action).and_then([&](const std::string& address) {
    return change(action, address, {"uncordon", op.target}, fmt::format("{} can't be uncordoned", op.target))
        .map([](const std::string&) {});
  });
}

/// By the API's own precondition: the Node that was looked at is deleted, or none.
Status perform(const KubernetesAction& action, const DeleteNode& op) {
  Result<std::string> address = api_address(action);
  if (!address) {
    return tl::unexpected(address.error());
  }
  KubernetesAnswer answer = ask_node(action, *address, op.target);
  if (!answer) {
    bool is_gone = answer.error().trouble == KubernetesTrouble::not_found;
    return is_gone ? Status{}
                   : tl::unexpected(told_as(answer.error(), fmt::format("the Node {} can't be read", op.target)));
  }
  Result<json> node = parse_kubectl_object(*answer, "Node");
  if (!node) {
    return tl::unexpected(node.error());
  }
  std::string uuid = lower_case(text_at(*node, {"status", "nodeInfo", "systemUUID"}));
  if (!op.system_uuid.empty() && uuid != op.system_uuid) {
    return failure(ErrorKind::rejected, fmt::format("the Node {} is another machine than the one to delete", op.target),
                   fmt::format("its systemUUID is {}, not {}", uuid, op.system_uuid));
  }
  json options = {{"apiVersion", "v1"},
                  {"kind", "DeleteOptions"},
                  {"preconditions", {{"uid", text_at(*node, {"metadata", "uid"})}}}};
  KubernetesAnswer deleted = action.kubectl.ask(
      action.kubectl.change(*address, {"delete", fmt::format("--raw=/api/v1/nodes/{}", op.target), "--filename=-"},
                            options.dump()),
      action.stop);
  bool is_gone = deleted || deleted.error().trouble == KubernetesTrouble::not_found;
  return is_gone ? Status{}
                 : tl::unexpected(told_as(deleted.error(), fmt::format("the Node {} can't be deleted", op.target)));
}

}  // namespace tbx
