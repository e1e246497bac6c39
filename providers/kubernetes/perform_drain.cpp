// Draining: in short calls, since kubectl tells what blocks it only when a call ends.
#include <fmt/format.h>

#include "providers/kubernetes/drain_report.h"
#include "providers/kubernetes/perform.h"

namespace tbx {

namespace {

constexpr int call_seconds = 5;

ToolCall drain_call(const KubernetesAction& action, const std::string& address, const std::string& node) {
  return action.kubectl.change(address, {"drain", node, "--ignore-daemonsets", "--delete-emptydir-data",
                                         fmt::format("--timeout={}s", call_seconds)});
}

std::vector<std::string> exhausted_budgets(const KubernetesAction& action, const std::string& address,
                                           const DrainReport& report) {
  if (report.blocked.empty()) {
    return {};
  }
  KubernetesAnswer answer = action.kubectl.ask(
      action.kubectl.look(address, {"get", "poddisruptionbudgets.policy", "--all-namespaces", "--output=json"}),
      action.stop);
  return answer ? parse_exhausted_budgets(*answer).value_or(std::vector<std::string>{}) : std::vector<std::string>{};
}

/// A pod that nothing makes again may hold what somebody needs: whether it may go is for people to say.
tl::unexpected<Error> refuse_unmanaged(const std::string& node, const DrainReport& report) {
  const std::string& pod = report.unmanaged.front();
  std::size_t slash = pod.find('/');
  return failure(
      ErrorKind::rejected,
      fmt::format("{} is cordoned and not drained: {}; delete what may go, `kubectl delete pod -n {} {}`, "
                  "and apply again",
                  node, describe({{}, {}, report.unmanaged}, {}), pod.substr(0, slash), pod.substr(slash + 1)));
}

std::string advice(const DrainReport& report) {
  return report.blocked.empty() ? "see why they do not end, and apply again"
                                : "let more of them run elsewhere or loosen the budget, and apply again";
}

tl::unexpected<Error> not_drained(const std::string& node, const DrainReport& report, const std::string& why) {
  return cancelled(why.empty() ? fmt::format("stopped while draining {}", node)
                               : fmt::format("{} is cordoned and not drained: {}; {}", node, why, advice(report)));
}

}  // namespace

/// A call that is cut off has evicted some pods or none, and is simply made again: so a stop is never an unknown
/// outcome.
Status perform(const KubernetesAction& action, const DrainNode& op) {
  Result<std::string> address = api_address(action);
  if (!address) {
    return tl::unexpected(address.error());
  }
  DrainReport report;
  std::string why;
  tell(action, "its pods are evicted");
  while (!action.stop.stop_requested()) {
    Result<CommandOutput> output = action.kubectl.run(drain_call(action, *address, op.target), action.stop);
    if (action.stop.stop_requested() && (!output || output->exit_code != 0)) {
      break;
    }
    if (!output) {
      return tl::unexpected(output.error());
    }
    if (output->exit_code == 0) {
      return {};
    }
    report = parse_drain_report(output->err);
    if (!report.unmanaged.empty()) {
      return refuse_unmanaged(op.target, report);
    }
    if (report == DrainReport{}) {
      return tl::unexpected(
          classify_kubernetes_failure(output->err, fmt::format("{} can't be drained", op.target), CallKind::changes)
              .error);
    }
    std::string now = describe(report, exhausted_budgets(action, *address, report));
    if (now != why) {
      why = std::move(now);
      tell(action, why);
    }
  }
  return not_drained(op.target, report, why);
}

}  // namespace tbx
