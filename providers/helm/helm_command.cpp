#include "providers/helm/helm_command.h"

#include <cstdlib>

#include <fmt/format.h>

#include "providers/api_server.h"
#include "providers/credentials.h"
#include "providers/helm/chart_digest.h"
#include "providers/helm/release_record.h"
#include "providers/kubectl.h"
#include "specs/load.h"

namespace tbx {

namespace {

constexpr int revisions_kept = 5;
constexpr double seconds_for_version = 20;

std::optional<int> read_number(std::string_view& text) {
  int number = 0;
  std::size_t length = 0;
  constexpr std::size_t most_digits = 6;
  while (length < text.size() && length < most_digits && text[length] >= '0' && text[length] <= '9') {
    number = number * 10 + (text[length++] - '0');
  }
  text.remove_prefix(length);
  return length == 0 ? std::nullopt : std::optional(number);
}

std::string seconds(int count) { return fmt::format("{}s", count); }

/// Helm 4 refuses what somebody else changed by hand, half way through, and for ever after; in this file's world the
/// file is right. A release that Helm 3 made goes over to server-side apply.
void overrule_others(HelmVersion version, std::vector<std::string>& arguments) {
  if (version.major >= 4) {
    arguments.insert(arguments.end(), {"--server-side=true", "--force-conflicts"});
  }
}

/// The API's address beside what the user already reaches without a proxy: charts are still fetched through it.
std::string without_proxy(const std::string& address) {
  const char* upper = std::getenv("NO_PROXY");
  const char* lower = std::getenv("no_proxy");
  const char* known = upper != nullptr ? upper : lower;
  return known == nullptr || *known == '\0' ? address : fmt::format("{},{}", known, address);
}

/// Nothing that the user set for clusters and releases of his own, such as another storage driver; his proxies, his
/// cache, and what he is logged in to stay. What lies below a file can't be there, and no cache is made; Helm wants its
/// file of repositories to be merely absent.
ToolEnvironment environment_for(const std::string& address, const std::string& kubeconfig) {
  ToolEnvironment environment;
  for (const char* name :
       {"HELM_NAMESPACE", "HELM_KUBECONTEXT", "HELM_KUBETOKEN", "HELM_KUBEASUSER", "HELM_KUBEASGROUPS",
        "HELM_KUBEAPISERVER", "HELM_KUBECAFILE", "HELM_KUBEINSECURE_SKIP_TLS_VERIFY", "HELM_KUBETLS_SERVER_NAME",
        "HELM_MAX_HISTORY", "HELM_DEBUG", "HELM_DRIVER_SQL_CONNECTION_STRING", "KUBECONFIG"}) {
    environment[name] = std::nullopt;
  }
  environment["HELM_DRIVER"] = "secret";
  environment["HELM_NO_PLUGINS"] = "1";
  environment["HELM_REPOSITORY_CONFIG"] = kubeconfig + ".no-repositories";
  environment["KUBECACHEDIR"] = kubeconfig + "/none";
  environment["NO_COLOR"] = "1";
  environment["NO_PROXY"] = without_proxy(address);
  environment["no_proxy"] = environment["NO_PROXY"];
  return environment;
}

}  // namespace

Result<HelmVersion> parse_helm_version(std::string_view text) {
  const std::string_view whole = text;
  if (text.starts_with('v')) text.remove_prefix(1);
  const auto major = read_number(text);
  const bool has_minor = text.starts_with('.');
  if (has_minor) text.remove_prefix(1);
  const auto minor = read_number(text);
  if (!major || !has_minor || !minor) {
    return failure(ErrorKind::malformed_answer,
                   fmt::format("helm says that its version is \"{}\"", whole.substr(0, whole.find('\n'))));
  }
  return HelmVersion{*major, *minor};
}

std::vector<std::string> upgrade_arguments(HelmVersion version, const std::string& name,
                                           const UpgradeOptions& options) {
  std::vector<std::string> arguments{"upgrade", name, options.chart, "--install"};
  arguments.push_back("--namespace=" + options.namespace_name);
  arguments.push_back("--values=" + text_from_path(options.values_file));
  // Without this, empty values mean those of the last revision.
  arguments.push_back("--reset-values");
  arguments.push_back(
      fmt::format("--labels={}={},{}={}", cluster_label, options.cluster_id, chart_label, options.chart_label));
  arguments.push_back(fmt::format("--history-max={}", revisions_kept));
  arguments.push_back("--timeout=" + seconds(options.timeout_seconds));
  overrule_others(version, arguments);
  arguments.push_back("--output=json");
  return arguments;
}

std::vector<std::string> rollback_arguments(HelmVersion version, const std::string& name,
                                            const std::string& namespace_name, int timeout_seconds) {
  std::vector<std::string> arguments{"rollback", name, "--namespace=" + namespace_name,
                                     fmt::format("--history-max={}", revisions_kept),
                                     "--timeout=" + seconds(timeout_seconds)};
  overrule_others(version, arguments);
  return arguments;
}

std::vector<std::string> uninstall_arguments(const std::string& name, const std::string& namespace_name,
                                             int timeout_seconds) {
  return {"uninstall", name, "--namespace=" + namespace_name, "--wait", "--timeout=" + seconds(timeout_seconds)};
}

std::vector<std::string> pull_arguments(const AddonSpec& addon, const std::string& source,
                                        const std::filesystem::path& folder) {
  std::vector<std::string> arguments{"pull", source, "--destination=" + text_from_path(folder)};
  if (!addon.version.empty()) {
    arguments.push_back("--version=" + addon.version);
  }
  if (!addon.repo.empty()) {
    arguments.push_back("--repo=" + addon.repo);
  }
  return arguments;
}

Result<HelmVersion> Helm::version(std::stop_token stop) {
  std::lock_guard lock(mutex_);
  if (version_) {
    return *version_;
  }
  auto output = tools_.run({.tool = "helm",
                            .arguments = {"version", "--short"},
                            .environment = {{"NO_COLOR", "1"}, {"HELM_NO_PLUGINS", "1"}},
                            .deadline_seconds = seconds_for_version},
                           std::move(stop));
  if (!output) {
    return tl::unexpected(output.error());
  }
  auto version = parse_helm_version(output->out);
  if (version && *version < oldest_helm) {
    return failure(ErrorKind::rejected,
                   fmt::format("helm {}.{} is too old: tbx works with {}.{} and newer, and with 4", version->major,
                               version->minor, oldest_helm.major, oldest_helm.minor));
  }
  if (version) {
    version_ = *version;
  }
  return version;
}

ToolCall Helm::change(const std::string& address, std::vector<std::string> arguments, int timeout_seconds) const {
  const std::string kubeconfig = text_from_path(credential_paths(credentials_).kubeconfig);
  arguments.push_back("--kubeconfig=" + kubeconfig);
  arguments.push_back(fmt::format("--kube-apiserver=https://{}:{}", address, api_port));
  return {.tool = "helm",
          .arguments = std::move(arguments),
          .environment = environment_for(address, kubeconfig),
          .deadline_seconds = static_cast<double>(timeout_seconds + seconds_to_tell),
          .effect = ToolEffect::changes,
          .ends_gently = true};
}

ToolCall Helm::pull(std::vector<std::string> arguments, int timeout_seconds) const {
  return {.tool = "helm",
          .arguments = std::move(arguments),
          .environment = environment_for("", text_from_path(credential_paths(credentials_).kubeconfig)),
          .deadline_seconds = static_cast<double>(timeout_seconds)};
}

tl::expected<void, HelmFailure> Helm::run(const ToolCall& call, const std::string& what, const SecretTexts& secrets,
                                          std::stop_token stop) const {
  auto output = tools_.run(call, std::move(stop));
  if (!output) {
    Error error = output.error();
    error.message = secrets.hide(fmt::format("{}: {}", what, error.message));
    return tl::unexpected(HelmFailure{HelmTrouble::not_finished, std::move(error)});
  }
  if (output->exit_code != 0) {
    HelmFailure failure = classify_helm_failure(output->err, what, secrets);
    failure.error.detail = command_line(call) + "\n" + failure.error.detail;
    return tl::unexpected(std::move(failure));
  }
  return {};
}

}  // namespace tbx
