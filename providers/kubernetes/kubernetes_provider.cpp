#include "providers/kubernetes/kubernetes_provider.h"

#include <utility>

#include <fmt/format.h>

#include "engine/assertion.h"
#include "providers/api_server.h"
#include "providers/credentials.h"
#include "providers/kubernetes/perform.h"

namespace tbx {

namespace {

template <class T>
concept Performed = requires(const KubernetesAction& action, const T& op) {
  { perform(action, op) } -> std::same_as<Status>;
};

void know_nothing(KubernetesState& state, Presence presence, std::string reason) {
  state = {};
  state.presence = presence;
  state.reason = std::move(reason);
}

}  // namespace

KubernetesProvider::KubernetesProvider(Tools& tools, std::filesystem::path credentials, double poll_seconds)
    : tools_(tools),
      credentials_(std::move(credentials)),
      kubectl_(tools, credentials_),
      look_(kubectl_),
      talosconfig_(tools, credentials_),
      poll_seconds_(poll_seconds) {}

void KubernetesProvider::observe(const ClusterSpec& wanted, const Scope& scope, Observed& found) {
  KubernetesState& state = found.kubernetes;
  ApiServer server = look_for_api(wanted, found, credentials_);
  if (server.presence != Presence::present) {
    return know_nothing(state, server.presence, std::move(server.reason));
  }
  CredentialReader reader(credentials_);
  Status looked = look_.look(server.endpoint.address, wanted, scope, reader.observe().cluster_id, found);
  if (!looked) {
    return know_nothing(state, Presence::unknown, looked.error().message);
  }
  state.presence = Presence::present;
  state.reason.clear();
}

Status KubernetesProvider::apply(const Op& op, const ApplyContext& context, std::stop_token stop) {
  if (stop.stop_requested()) {
    return stopped_before_it_began(op);
  }
  auto talosconfig = [&] { return talosconfig_.choose(context.spec.name, CredentialReader(credentials_).observe()); };
  KubernetesAction action{kubectl_, tools_, credentials_, talosconfig, context, std::move(stop), poll_seconds_};
  return std::visit(
      [&](const auto& each) -> Status {
        if constexpr (Performed<std::decay_t<decltype(each)>>) {
          return perform(action, each);
        } else {
          TBX_ASSERT(false, "an op of another system was given to Kubernetes");
          return {};
        }
      },
      op);
}

}  // namespace tbx
