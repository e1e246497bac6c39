#include "providers/kubernetes/action.h"

#include <fmt/format.h>

#include "providers/credentials.h"
#include "providers/kubernetes/objects.h"
#include "providers/poll.h"
#include "specs/load.h"

namespace tbx {

Result<std::string> api_address(const KubernetesAction& action) {
  return api_for_action(action.context.spec, action.context.found, action.credentials)
      .map([](const ApiEndpoint& endpoint) { return endpoint.address; });
}

Result<std::string> own_cluster_id(const KubernetesAction& action) {
  CredentialReader reader(action.credentials);
  std::string id = reader.observe().cluster_id;
  if (id.empty()) {
    return failure(ErrorKind::rejected,
                   fmt::format("which cluster this is can't be told: there is no secrets.yaml in {}; bring it back",
                               text_from_path(action.credentials)));
  }
  return id;
}

Result<std::string> change(const KubernetesAction& action, const std::string& address,
                           std::vector<std::string> arguments, std::string_view what, std::string input) {
  KubernetesAnswer answer =
      action.kubectl.ask(action.kubectl.change(address, std::move(arguments), std::move(input)), action.stop);
  return answer ? Result<std::string>(std::move(*answer)) : tl::unexpected(told_as(answer.error(), what));
}

Status apply_manifest(const KubernetesAction& action, const std::string& address, std::string manifest,
                      std::string_view what, Conflicts conflicts) {
  std::vector<std::string> arguments = {"apply", "--server-side", fmt::format("--field-manager={}", field_manager),
                                        "--filename=-"};
  if (conflicts == Conflicts::are_ours) {
    arguments.emplace_back("--force-conflicts");
  }
  return change(action, address, std::move(arguments), what, std::move(manifest)).map([](const std::string&) {});
}

void tell(const KubernetesAction& action, const std::string& waiting_for) {
  if (action.context.waiting_for) {
    action.context.waiting_for(waiting_for);
  }
}

bool pause(const KubernetesAction& action) { return pause(action.stop, action.poll_seconds); }

tl::unexpected<Error> cancelled(const std::string& what) { return failure(ErrorKind::cancelled, what); }

}  // namespace tbx
