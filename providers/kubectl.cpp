#include "providers/kubectl.h"

#include <fmt/format.h>

#include <algorithm>

#include "providers/api_server.h"
#include "providers/credentials.h"
#include "specs/load.h"

namespace tbx {

namespace {

constexpr std::string_view server_flag = "--server=";

std::string server_argument(const std::string& address) {
  return fmt::format("{}https://{}:{}", server_flag, address, api_port);
}

/// The address that a call goes to.
std::string address_of(const ToolCall& call) {
  const std::string start = fmt::format("{}https://", server_flag);
  const std::string end = fmt::format(":{}", api_port);
  for (const std::string& argument : call.arguments) {
    if (argument.starts_with(start) && argument.ends_with(end)) {
      return argument.substr(start.size(), argument.size() - start.size() - end.size());
    }
  }
  return "";
}

/// Why there is no exit code to go by; other errors (kubectl is not there) speak for themselves.
KubernetesFailure cut_off(const ToolCall& call, Error error) {
  KubernetesTrouble trouble = KubernetesTrouble::other;
  std::string sentence = error.message;
  if (error.kind == ErrorKind::timed_out) {
    trouble = KubernetesTrouble::silent;
    sentence = fmt::format("no answer came within {:g} s", call.deadline_seconds);
  } else if (error.kind == ErrorKind::outcome_unknown) {
    trouble = KubernetesTrouble::lost;
    sentence = "it was cut off, and may have been done all the same";
  } else if (error.kind == ErrorKind::cancelled) {
    sentence = "it was stopped";
  } else {
    return {trouble, std::move(sentence), std::move(error)};
  }
  Error told{error.kind, fmt::format("{}: {}", described(call, address_of(call)), sentence), error.message};
  return {trouble, std::move(sentence), std::move(told)};
}

}  // namespace

ToolEnvironment kubernetes_environment() {
  ToolEnvironment environment = without_proxies();
  environment["KUBECONFIG"] = std::nullopt;
  return environment;
}

std::string described(const ToolCall& call, const std::string& address) {
  std::string text = call.tool;
  for (const std::string& argument : call.arguments) {
    text += argument.starts_with("-") ? "" : " " + argument;
  }
  return address.empty() ? text : fmt::format("{} on {}", text, address);
}

Kubectl::Kubectl(Tools& tools, const std::filesystem::path& credentials)
    : tools_(tools), kubeconfig_(credential_paths(credentials).kubeconfig) {}

ToolCall Kubectl::look(const std::string& address, std::vector<std::string> arguments) const {
  const std::string kubeconfig = text_from_path(kubeconfig_);
  arguments.push_back("--kubeconfig=" + kubeconfig);
  arguments.push_back(server_argument(address));
  // Below a file there can't be a folder: nothing is cached. A cache knows kinds that are gone, and is one more thing
  // in a folder that `tbx destroy` has to leave empty.
  arguments.push_back("--cache-dir=" + kubeconfig + "/none");
  arguments.push_back(fmt::format("--request-timeout={}s", kubectl_request_seconds));
  return {.tool = "kubectl",
          .arguments = std::move(arguments),
          .environment = kubernetes_environment(),
          .deadline_seconds = kubectl_look_seconds};
}

ToolCall Kubectl::change(const std::string& address, std::vector<std::string> arguments, std::string input) const {
  ToolCall call = look(address, std::move(arguments));
  call.arguments.back() = fmt::format("--request-timeout={:g}s", kubectl_change_seconds / 2);
  call.input = std::move(input);
  call.deadline_seconds = kubectl_change_seconds;
  call.effect = ToolEffect::changes;
  return call;
}

tl::expected<std::string, KubernetesFailure> Kubectl::ask(const ToolCall& call, std::stop_token stop) const {
  Result<CommandOutput> output = run(call, std::move(stop));
  if (!output) {
    return tl::unexpected(cut_off(call, output.error()));
  }
  if (output->exit_code != 0) {
    CallKind kind = call.effect == ToolEffect::changes ? CallKind::changes : CallKind::looks;
    KubernetesFailure failure = classify_kubernetes_failure(output->err, described(call, address_of(call)), kind);
    failure.error.detail = command_line(call) + (failure.error.detail.empty() ? "" : "\n" + failure.error.detail);
    return tl::unexpected(std::move(failure));
  }
  return std::move(output->out);
}

}  // namespace tbx
