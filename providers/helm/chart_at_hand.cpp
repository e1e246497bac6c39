#include "providers/helm/chart_at_hand.h"

#include <fmt/format.h>

#include "providers/chart_source.h"
#include "providers/credentials.h"
#include "providers/helm/chart_digest.h"
#include "specs/load.h"

namespace tbx {

namespace {

namespace fs = std::filesystem;

/// A chart may come over a slow line.
constexpr int pull_seconds = 120;
/// So that a chart that moved from a folder into a repository is not taken for one that the repository exchanged.
constexpr const char* pulled = "pulled-";

Result<fs::path> only_archive_in(const fs::path& folder, const std::string& addon) {
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (at->path().extension() == ".tgz") return at->path();
  }
  return failure(ErrorKind::malformed_answer,
                 fmt::format("helm says that it pulled the chart of {}, and there is none", addon));
}

/// The same version from the same name has to be the same archive.
Status must_be_the_one_of(const ReleaseRecord& existing, const fs::path& archive, const std::string& label,
                          const AddonSpec& addon, const fs::path& credentials) {
  const auto before = existing.labels.find(chart_label);
  const bool is_pinned = before != existing.labels.end() && before->second.starts_with(pulled);
  const std::string name = text_from_path(archive.filename());
  if (!is_pinned || before->second == label || name != fmt::format("{}-{}.tgz", existing.chart, existing.version)) {
    return {};
  }
  return failure(
      ErrorKind::rejected,
      fmt::format("{} gives another {} than the release {} was made from (digest {}, was {}), under the same version: "
                  "nothing was changed. If its publisher says so, too, forget the old one: kubectl --kubeconfig {} -n "
                  "{} label secret sh.helm.release.v1.{}.v{} {}-",
                  addon.repo.empty() ? addon.chart : addon.repo, name, existing.name,
                  label.substr(std::string_view(pulled).size()), before->second.substr(std::string_view(pulled).size()),
                  text_from_path(credential_paths(credentials).kubeconfig), existing.namespace_name, existing.name,
                  existing.revision, chart_label));
}

}  // namespace

Result<ChartAtHand> chart_at_hand(const AddonSpec& addon, const std::optional<ReleaseRecord>& existing,
                                  const Helm& helm, const fs::path& credentials, const fs::path& folder,
                                  std::stop_token stop) {
  auto source = chart_source(addon, credentials);
  if (!source) return tl::unexpected(source.error());
  if (is_local_chart(addon)) {
    auto digest = chart_digest(path_from_text(*source));
    if (!digest) return tl::unexpected(digest.error());
    return ChartAtHand{*source, *digest};
  }
  const ToolCall call = helm.pull(pull_arguments(addon, *source, folder), pull_seconds);
  auto done = helm.run(call, fmt::format("pulling the chart of {}", addon.name), SecretTexts(), std::move(stop));
  if (!done) return tl::unexpected(done.error().error);
  auto archive = only_archive_in(folder, addon.name);
  if (!archive) return tl::unexpected(archive.error());
  auto digest = chart_digest(*archive);
  if (!digest) return tl::unexpected(digest.error());
  ChartAtHand chart{text_from_path(*archive), pulled + *digest};
  Status same = existing ? must_be_the_one_of(*existing, *archive, chart.label, addon, credentials) : Status();
  return same ? Result<ChartAtHand>(std::move(chart)) : tl::unexpected(same.error());
}

}  // namespace tbx
