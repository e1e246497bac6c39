// Custom resource definitions out of a chart's crds folder, which Helm installs once and never upgrades.
#include <fmt/format.h>

#include "engine/ownership.h"
#include "providers/chart_source.h"
#include "providers/kubernetes/perform.h"
#include "providers/redact.h"

namespace tbx {

namespace {

/// The chart may come over a slow line.
constexpr double chart_seconds = 120;
/// A definition is up to 1 MB, and there are dozens.
constexpr double apply_seconds = 150;
constexpr int established_seconds = 60;

ToolCall show_definitions(const AddonSpec& addon, const std::string& chart) {
  ToolCall call{.tool = "helm",
                .arguments = {"show", "crds", chart},
                .environment = {{"NO_COLOR", "1"}},
                .deadline_seconds = chart_seconds};
  if (!addon.version.empty()) {
    call.arguments.push_back("--version=" + addon.version);
  }
  if (!addon.repo.empty()) {
    call.arguments.push_back("--repo=" + addon.repo);
  }
  return call;
}

Result<std::string> definitions_of(const KubernetesAction& action, const AddonSpec& addon) {
  Result<std::string> chart = chart_source(addon, action.credentials);
  if (!chart) {
    return chart;
  }
  ToolCall call = show_definitions(addon, *chart);
  Result<CommandOutput> output = action.tools.run(call, action.stop);
  if (!output) {
    return tl::unexpected(output.error());
  }
  if (output->exit_code != 0) {
    KubernetesFailure failure =
        classify_kubernetes_failure(output->err, fmt::format("the chart of {} can't be had", addon.name));
    failure.error.detail = redact(command_line(call)) + "\n" + failure.error.detail;
    return tl::unexpected(failure.error);
  }
  return std::move(output->out);
}

/// Only then does the API take objects of these kinds.
Status await_established(const KubernetesAction& action, const std::string& address, const std::string& addon,
                         std::string definitions) {
  tell(action, "the API takes up the definitions");
  ToolCall call = action.kubectl.look(address, {"wait", "--for=condition=Established",
                                                fmt::format("--timeout={}s", established_seconds), "--filename=-"});
  call.input = std::move(definitions);
  call.deadline_seconds = apply_seconds;
  KubernetesAnswer answer = action.kubectl.ask(call, action.stop);
  if (answer) {
    return {};
  }
  Error error = told_as(answer.error(), fmt::format("the API does not take up the definitions of {}", addon));
  bool is_late = error.detail.find("timed out waiting for the condition") != std::string::npos;
  error.kind = is_late ? ErrorKind::busy : error.kind;
  return tl::unexpected(std::move(error));
}

}  // namespace

/// As the chart's own field manager: an install of Helm has put them there under this name.
Status perform(const KubernetesAction& action, const ApplyCustomResourceDefinitions& op) {
  const AddonSpec* addon = wanted_addon(action.context.spec, op.target);
  if (addon == nullptr) {
    return failure(ErrorKind::rejected, fmt::format("{} is no addon of the file", op.target));
  }
  Result<std::string> address = api_address(action);
  if (!address) {
    return tl::unexpected(address.error());
  }
  tell(action, "its chart is fetched");
  Result<std::string> definitions = definitions_of(action, *addon);
  if (!definitions) {
    return tl::unexpected(definitions.error());
  }
  if (definitions->find_first_not_of(" \t\r\n") == std::string::npos) {
    return {};
  }
  tell(action, "its definitions are applied");
  ToolCall call = action.kubectl.change(
      *address, {"apply", "--server-side", "--force-conflicts", "--field-manager=helm", "--filename=-"}, *definitions);
  call.deadline_seconds = apply_seconds;
  if (KubernetesAnswer answer = action.kubectl.ask(call, action.stop); !answer) {
    return tl::unexpected(
        told_as(answer.error(), fmt::format("the custom resource definitions of {} are not accepted", op.target)));
  }
  return await_established(action, *address, op.target, std::move(*definitions));
}

}  // namespace tbx
