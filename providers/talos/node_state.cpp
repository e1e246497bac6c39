#include "providers/talos/node_state.h"

#include "providers/talos/failure.h"
#include "providers/talos/parse_node.h"

namespace tbx {

namespace {

/// What one probe says by itself.
enum class Says { nothing, maintenance, configured, not_ours, refused_insecure, unreachable };

struct Statement {
  Says says = Says::nothing;
  std::string reason;
};

Statement read_status(const CommandOutput& output) {
  auto resources = parse_resources(output.out);
  const TalosResource* resource =
      resources ? find_resource(*resources, "MachineStatuses.runtime.talos.dev", "machine") : nullptr;
  auto status = resource == nullptr ? Result<MachineStatus>(failure(ErrorKind::malformed_answer, "no machine status"))
                                    : parse_machine_status(*resource);
  if (!status) {
    return {Says::nothing, status.error().message};
  }
  return {status->stage == TalosStage::maintenance ? Says::maintenance : Says::configured, ""};
}

Statement listen(const std::optional<CommandOutput>& output, const char* what) {
  if (!output) {
    return {};
  }
  if (output->exit_code == 0) {
    return read_status(*output);
  }
  TalosFailure failure = classify_failure(output->err, what);
  switch (failure.trouble) {
    case TalosTrouble::certificate_required:
      return {Says::refused_insecure, failure.error.message};
    case TalosTrouble::unknown_authority:
      return {Says::not_ours, failure.error.message};
    case TalosTrouble::unreachable:
      return {Says::unreachable, failure.error.message};
    default:
      return {Says::nothing, failure.error.message};
  }
}

}  // namespace

NodeState judge_node_state(const NodeProbes& probes) {
  if (probes.port != PortAnswer::open) {
    return {NodeStateKind::unreachable, probes.port == PortAnswer::closed
                                            ? "port 50000 is closed: it is starting, installing or restarting"
                                            : "nothing answers on port 50000"};
  }
  Statement insecure = listen(probes.insecure, "the maintenance API");
  Statement authenticated = listen(probes.authenticated, "the Talos API");
  if (authenticated.says == Says::configured || authenticated.says == Says::maintenance) {
    return {authenticated.says == Says::configured ? NodeStateKind::configured : NodeStateKind::maintenance, ""};
  }
  if (insecure.says == Says::maintenance) {
    return {NodeStateKind::maintenance, ""};
  }
  bool is_configured = insecure.says == Says::refused_insecure;
  if (is_configured && authenticated.says == Says::not_ours) {
    return {NodeStateKind::foreign, "it is configured, and does not trust this cluster's talosconfig"};
  }
  if (is_configured) {
    return {NodeStateKind::configured, ""};
  }
  if (insecure.says == Says::unreachable || authenticated.says == Says::unreachable) {
    return {NodeStateKind::unreachable, insecure.says == Says::unreachable ? insecure.reason : authenticated.reason};
  }
  std::string reason = insecure.reason.empty() ? authenticated.reason : insecure.reason;
  return {NodeStateKind::unknown, reason.empty() ? "it was not asked" : reason};
}

}  // namespace tbx
