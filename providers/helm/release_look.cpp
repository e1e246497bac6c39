#include "providers/helm/release_look.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/json_text.h"
#include "engine/ownership.h"
#include "providers/api_server.h"
#include "providers/credentials.h"
#include "providers/helm/chart_digest.h"
#include "providers/helm/live_objects.h"
#include "providers/helm/ready_gates.h"
#include "providers/parallel.h"
#include "specs/mask.h"

namespace tbx {

namespace {

/// A cluster's releases in their Secrets take a MiB each at most.
constexpr double seconds_for_records = 60;

struct Looked {
  std::vector<ReleaseRecord> records;
  Result<GateObjects> gates = failure(ErrorKind::cancelled, "not asked for");
  LiveLook live;
};

/// The addons among these releases whose gates have to be asked for.
std::vector<const AddonSpec*> gated_addons(const ClusterSpec& wanted, const std::vector<ReleaseRecord>& records) {
  std::vector<const AddonSpec*> addons;
  for (const ReleaseRecord& record : records) {
    const AddonSpec* addon = wanted_addon(wanted, record.name);
    if (addon != nullptr && !addon->ready.empty()) addons.push_back(addon);
  }
  return addons;
}

bool is_ours(const ReleaseRecord& record, const std::string& cluster_id) {
  const auto label = record.labels.find(cluster_label);
  return !cluster_id.empty() && label != record.labels.end() && label->second == cluster_id;
}

std::vector<const ReleaseRecord*> comparable(const std::vector<ReleaseRecord>& records, const std::string& cluster_id) {
  std::vector<const ReleaseRecord*> chosen;
  for (const ReleaseRecord& record : records) {
    if (record.status == "deployed" && is_ours(record, cluster_id)) chosen.push_back(&record);
  }
  return chosen;
}

Result<GateObjects> read_gates(const Kubectl& kubectl, const std::string& address,
                               const std::vector<const AddonSpec*>& addons, std::stop_token stop) {
  auto answer = kubectl.ask(kubectl.look(address, gate_arguments(addons)), std::move(stop));
  return answer ? GateObjects::parse(*answer) : tl::unexpected(answer.error().error);
}

void tell_readiness(const Looked& looked, const AddonSpec* addon, Release& release) {
  const bool is_deployed = release.status == "deployed";
  if (addon != nullptr && !addon->ready.empty()) {
    if (!looked.gates) return;
    release.not_ready = looked.gates->not_ready(*addon);
  }
  release.ready = release.not_ready.empty() && is_deployed ? Presence::present : Presence::absent;
}

Release as_observed(const Looked& looked, const ReleaseRecord& record, const ClusterSpec& wanted,
                    const std::string& cluster_id, const FingerprintKey* key) {
  Release release;
  release.name = record.name;
  release.namespace_name = record.namespace_name;
  release.status = record.status;
  release.revision = record.revision;
  release.chart = record.chart;
  release.version = record.version;
  release.values = mask_secrets(record.values.dump(), key);
  release.ours = is_ours(record, cluster_id);
  tell_readiness(looked, wanted_addon(wanted, record.name), release);
  if (const auto drift = looked.live.drift.find(key_of(record)); drift != looked.live.drift.end()) {
    release.live_drift = drift->second;
  }
  return release;
}

/// The chart in the user's folder moved on since the release was made from it.
void tell_chart_drift(const ReleaseRecord& record, const AddonSpec* addon, const std::filesystem::path& credentials,
                      Release& release) {
  const auto label = record.labels.find(chart_label);
  if (addon == nullptr || !release.ours || label == record.labels.end()) return;
  // A chart that can't be read is told by what installs it.
  const auto digest = digest_of(*addon, credentials);
  if (digest && !digest->empty() && *digest != label->second) {
    release.live_drift.push_back({"chart.digest", json_text(label->second), json_text(*digest)});
  }
}

void put_in(std::vector<Release> seen, const Scope& scope, HelmState& helm) {
  if (scope.whole) {
    helm.releases = std::move(seen);
    return;
  }
  std::erase_if(helm.releases, [&](const Release& release) {
    return std::ranges::find(scope.releases, release.name) != scope.releases.end();
  });
  std::ranges::move(seen, std::back_inserter(helm.releases));
  std::ranges::sort(helm.releases, {}, [](const Release& each) { return std::pair(each.name, each.namespace_name); });
}

}  // namespace

Result<std::vector<ReleaseRecord>> read_records(const Kubectl& kubectl, const std::string& address,
                                                const std::vector<std::string>& names, std::stop_token stop) {
  std::string selector = "owner=helm,status notin (superseded,uninstalled)";
  if (!names.empty()) {
    selector += fmt::format(",name in ({})", fmt::join(names, ","));
  }
  ToolCall call =
      kubectl.look(address, {"get", "secrets", "--all-namespaces", "--selector=" + selector, "--output=json"});
  call.deadline_seconds = seconds_for_records;
  auto answer = kubectl.ask(call, std::move(stop));
  return answer ? newest_records(*answer) : tl::unexpected(answer.error().error);
}

Result<std::vector<std::string>> read_not_ready(const Kubectl& kubectl, const std::string& address,
                                                const AddonSpec& addon, std::stop_token stop) {
  if (addon.ready.empty()) {
    return std::vector<std::string>{};
  }
  auto gates = read_gates(kubectl, address, {&addon}, std::move(stop));
  return gates ? Result<std::vector<std::string>>(gates->not_ready(addon)) : tl::unexpected(gates.error());
}

void look_at_releases(const Kubectl& kubectl, const std::filesystem::path& credentials, const ClusterSpec& wanted,
                      const Scope& scope, Observed& found) {
  HelmState& helm = found.helm;
  const ApiServer api = look_for_api(wanted, found, credentials);
  if (api.presence != Presence::present) {
    helm = {api.presence, api.reason, {}};
    return;
  }
  Looked looked;
  auto records =
      scope.whole || !scope.releases.empty()
          ? read_records(kubectl, api.endpoint.address, scope.whole ? std::vector<std::string>{} : scope.releases)
          : std::vector<ReleaseRecord>{};
  if (!records) {
    helm = {Presence::unknown, records.error().message, {}};
    return;
  }
  looked.records = std::move(*records);
  CredentialReader reader(credentials);
  const std::string cluster_id = reader.observe().cluster_id;
  const std::optional<FingerprintKey> fingerprint_key = reader.fingerprint_key();
  const FingerprintKey* key = fingerprint_key ? &*fingerprint_key : nullptr;
  const std::vector<const AddonSpec*> addons = gated_addons(wanted, looked.records);
  const std::vector<const ReleaseRecord*> compared =
      scope.live_objects ? comparable(looked.records, cluster_id) : std::vector<const ReleaseRecord*>{};
  in_parallel(2, 2, [&](std::size_t part) {
    if (part == 0 && !addons.empty()) looked.gates = read_gates(kubectl, api.endpoint.address, addons, {});
    if (part == 1 && !compared.empty()) {
      looked.live = look_at_live_objects(kubectl, api.endpoint.address, compared, key);
    }
  });
  std::vector<Release> seen;
  for (const ReleaseRecord& record : looked.records) {
    seen.push_back(as_observed(looked, record, wanted, cluster_id, key));
    tell_chart_drift(record, wanted_addon(wanted, record.name), credentials, seen.back());
  }
  helm.presence = Presence::present;
  helm.reason = looked.live.not_compared;
  put_in(std::move(seen), scope, helm);
}

}  // namespace tbx
