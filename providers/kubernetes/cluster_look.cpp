#include "providers/kubernetes/cluster_look.h"

#include <algorithm>

#include <fmt/format.h>

#include "providers/kubernetes/objects.h"
#include "providers/parallel.h"

namespace tbx {

namespace {

using Answer = tl::expected<std::string, KubernetesFailure>;

struct Answers {
  Answer objects = "";
  Answer version = "";
};

constexpr std::string_view kinds =
    "nodes,namespaces,services,ingresses.networking.k8s.io,apiservices.apiregistration.k8s.io";
constexpr std::string_view pool_kind = "ipaddresspools.metallb.io";

ToolCall objects_call(const Kubectl& kubectl, const std::string& address, bool with_pools) {
  std::string all(kinds);
  all += with_pools ? fmt::format(",{}", pool_kind) : "";
  return kubectl.look(address, {"get", all, "--all-namespaces", "--output=json", "--show-managed-fields"});
}

/// Both at once; the failure of one ends the other, which would fail as well, only later.
Answers ask_both(const Kubectl& kubectl, const std::string& address, bool with_pools) {
  Answers answers;
  std::stop_source stop;
  in_parallel(2, 2, [&](std::size_t i) {
    Answer& answer = i == 0 ? answers.objects : answers.version;
    answer = kubectl.ask(
        i == 0 ? objects_call(kubectl, address, with_pools) : kubectl.look(address, {"get", "--raw=/version"}),
        stop.get_token());
    bool concerns_both = !answer && answer.error().trouble != KubernetesTrouble::not_installed;
    if (concerns_both) {
      stop.request_stop();
    }
  });
  return answers;
}

Error unreadable(const KubernetesFailure& failure, const std::string& address) {
  return told_as(failure, fmt::format("the Kubernetes API on {} can't be read", address));
}

bool was_stopped(const Answer& answer) { return !answer && answer.error().error.kind == ErrorKind::cancelled; }

void look_at_nodes(std::vector<KubernetesNode> seen, const Scope& scope, std::vector<KubernetesNode>& nodes) {
  if (scope.whole) {
    nodes = std::move(seen);
    return;
  }
  for (const std::string& name : scope.nodes) {
    auto known = std::ranges::equal_range(nodes, name, {}, &KubernetesNode::name);
    auto place = nodes.erase(known.begin(), known.end());
    auto node = std::ranges::lower_bound(seen, name, {}, &KubernetesNode::name);
    if (node != seen.end() && node->name == name) {
      nodes.insert(place, *node);
    }
  }
}

bool wants_pools(const ClusterSpec& spec, const Observed& found) {
  return std::ranges::any_of(spec.addons, &AddonSpec::is_load_balancer) || !found.kubernetes.address_pool.empty();
}

}  // namespace

Result<KubernetesObjects> ClusterLook::look_at_objects(const std::string& address, const ClusterSpec& spec,
                                                       std::string_view cluster_id, bool with_pools,
                                                       tl::expected<std::string, KubernetesFailure> answer) {
  if (with_pools && !answer && answer.error().trouble == KubernetesTrouble::not_installed) {
    with_pools = false;
    answer = kubectl_.ask(objects_call(kubectl_, address, false));
  }
  if (!answer) {
    return tl::unexpected(unreadable(answer.error(), address));
  }
  Result<KubernetesObjects> objects = parse_objects(*answer, spec, cluster_id);
  if (!objects) {
    return objects;
  }
  if (objects->serves_pools && !with_pools) {
    Answer pools =
        kubectl_.ask(kubectl_.look(address, {"get", std::string(pool_kind), "--all-namespaces", "--output=json"}));
    Result<std::string> range = pools ? parse_address_pool(*pools) : tl::unexpected(unreadable(pools.error(), address));
    if (!range) {
      return tl::unexpected(range.error());
    }
    objects->address_pool = std::move(*range);
  }
  pools_ = objects->serves_pools ? PoolKind::served : PoolKind::unknown_to_api;
  return objects;
}

Status ClusterLook::look(const std::string& address, const ClusterSpec& spec, const Scope& scope,
                         std::string_view cluster_id, Observed& found) {
  PoolKind known = pools_;
  bool with_pools = known == PoolKind::served || (known == PoolKind::not_asked && wants_pools(spec, found));
  Answers answers = ask_both(kubectl_, address, with_pools);
  if (!answers.version && !was_stopped(answers.version)) {
    return tl::unexpected(unreadable(answers.version.error(), address));
  }
  Result<KubernetesObjects> objects =
      look_at_objects(address, spec, cluster_id, with_pools, std::move(answers.objects));
  if (!objects) {
    return tl::unexpected(objects.error());
  }
  Result<std::string> version = parse_server_version(*answers.version);
  if (!version) {
    return tl::unexpected(version.error());
  }
  KubernetesState& state = found.kubernetes;
  state.version = std::move(*version);
  look_at_nodes(std::move(objects->nodes), scope, state.nodes);
  state.namespaces = std::move(objects->namespaces);
  state.address_pool = std::move(objects->address_pool);
  state.ingress_address = std::move(objects->ingress_address);
  state.routes = std::move(objects->routes);
  return {};
}

}  // namespace tbx
