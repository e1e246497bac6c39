// helm: its calls as argument vectors, and which releases of it tbx works with.
#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "providers/helm/helm_failure.h"
#include "providers/tools.h"
#include "specs/cluster_spec.h"

namespace tbx {

/// Of helm itself. Only these two: a build of one's own may say `v4.1` and no more.
struct HelmVersion {
  int major = 0;
  int minor = 0;
  auto operator<=>(const HelmVersion&) const = default;
};

/// The oldest whose flags are known to be those that tbx gives.
inline constexpr HelmVersion oldest_helm{3, 18};

/// Of `helm version --short`: "v4.1.4", "v3.21.4+g1234567". malformed_answer for anything else.
Result<HelmVersion> parse_helm_version(std::string_view text);

/// What an install or upgrade is told beside the addon.
struct UpgradeOptions {
  std::string namespace_name;
  std::string chart;  ///< the path of a folder or archive
  std::filesystem::path values_file;
  std::string cluster_id;   ///< for the label by which the release is ours
  std::string chart_label;  ///< for the label by which another chart of the same version is seen
  int timeout_seconds = 300;
};

/// The arguments that are the same for every address, helm's name left out.
std::vector<std::string> upgrade_arguments(HelmVersion version, const std::string& name, const UpgradeOptions& options);
std::vector<std::string> rollback_arguments(HelmVersion version, const std::string& name,
                                            const std::string& namespace_name, int timeout_seconds);
std::vector<std::string> uninstall_arguments(const std::string& name, const std::string& namespace_name,
                                             int timeout_seconds);
/// `source`: as chart_source gives it.
std::vector<std::string> pull_arguments(const AddonSpec& addon, const std::string& source,
                                        const std::filesystem::path& folder);

/// Seconds that helm gets beyond its own `--timeout` to say what happened, before it is asked to end.
inline constexpr int seconds_to_tell = 15;

/// Several threads at once.
class Helm {
 public:
  /// `credentials`: the folder `_out/<cluster>`, where the kubeconfig lies.
  Helm(Tools& tools, std::filesystem::path credentials) : tools_(tools), credentials_(std::move(credentials)) {}

  /// Asked once; a failure is not remembered. rejected when it is older than oldest_helm.
  Result<HelmVersion> version(std::stop_token stop = {});

  /// Ends gently: a helm that is killed leaves its release locked.
  ToolCall change(const std::string& address, std::vector<std::string> arguments, int timeout_seconds) const;

  /// Of a repository or registry: needs no cluster.
  ToolCall pull(std::vector<std::string> arguments, int timeout_seconds) const;

  /// Only exit code 0 is a success; else what stderr means, told with `what` in front ("installing the release a") and
  /// without the `secrets` of the values.
  tl::expected<void, HelmFailure> run(const ToolCall& call, const std::string& what, const SecretTexts& secrets,
                                      std::stop_token stop) const;

 private:
  Tools& tools_;
  std::filesystem::path credentials_;
  std::mutex mutex_;
  std::optional<HelmVersion> version_;
};

}  // namespace tbx
