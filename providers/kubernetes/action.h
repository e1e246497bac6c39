// What every action on Kubernetes needs: whom to ask, for whom, and how to wait.
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "engine/op.h"
#include "engine/provider.h"
#include "providers/api_server.h"
#include "providers/kubectl.h"

namespace tbx {

struct KubernetesAction {
  const Kubectl& kubectl;
  Tools& tools;
  const std::filesystem::path& credentials;  ///< the folder `_out/<cluster>`
  /// That opens the machines; see UsableTalosconfig. Asked only where Talos is.
  std::function<std::filesystem::path()> talosconfig;
  const ApplyContext& context;
  std::stop_token stop;
  double poll_seconds = 1;  ///< between two looks of a wait
};

/// By what the second look found.
Result<std::string> api_address(const KubernetesAction& action);

/// The ID that the label on our objects has. Error: rejected without secrets.
Result<std::string> own_cluster_id(const KubernetesAction& action);

using KubernetesAnswer = tl::expected<std::string, KubernetesFailure>;

/// One kubectl call that changes something. `what` begins the message of its failure: "the namespace monitoring is not
/// accepted".
Result<std::string> change(const KubernetesAction& action, const std::string& address,
                           std::vector<std::string> arguments, std::string_view what, std::string input = {});

enum class Conflicts {
  are_errors,  ///< what somebody else owns stays his
  are_ours,    ///< the spec decides
};

/// Server-side apply of a manifest in JSON, as our field manager.
Status apply_manifest(const KubernetesAction& action, const std::string& address, std::string manifest,
                      std::string_view what, Conflicts conflicts = Conflicts::are_ours);

void tell(const KubernetesAction& action, const std::string& waiting_for);

/// Sleeps until the next look of a wait is due; false when the action is to stop.
bool pause(const KubernetesAction& action);

/// "stopped while waiting for …"
tl::unexpected<Error> cancelled(const std::string& what);

}  // namespace tbx
