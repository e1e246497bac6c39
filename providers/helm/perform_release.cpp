#include "providers/helm/perform_release.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include <fmt/format.h>

#include "engine/execute.h"
#include "engine/ownership.h"
#include "providers/chart_source.h"
#include "providers/helm/chart_at_hand.h"
#include "providers/helm/chart_digest.h"
#include "providers/helm/live_objects.h"
#include "providers/helm/release_work.h"
#include "providers/poll.h"
#include "providers/private_work_folder.h"

namespace tbx {

namespace {

/// A lock is taken for a dead helm's only when no install may take so long.
int patience_seconds(const std::string& release, const ApplyContext& context) {
  return static_cast<int>(deadline_of(InstallRelease{release}, context));
}

/// What helm is told, so that it ends by itself before the action's deadline and says why.
int timeout_seconds(const Op& op, const ApplyContext& context, int spent_seconds = 0) {
  constexpr int shortest = 30;
  const int waits = std::holds_alternative<UnlockRelease>(op) ? patience_seconds(target_of(op), context) : 0;
  const int whole = static_cast<int>(deadline_of(op, context));
  return std::max(whole - waits - spent_seconds - 2 * seconds_to_tell, shortest);
}

/// A name is not an identity: the label says whose it is.
Status must_be_ours(const ReleaseWork& work, const ReleaseRecord& record) {
  const auto label = record.labels.find(cluster_label);
  if (label != record.labels.end() && label->second == work.cluster_id) return {};
  return failure(ErrorKind::refused, fmt::format("the release {} in {} does not carry this cluster's label: tbx did "
                                                 "not make it, and leaves it alone",
                                                 record.name, record.namespace_name));
}

std::int64_t now_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// Empty: nobody can hold the lock any more.
std::string why_not_abandoned(const ReleaseWork& work, const ReleaseRecord& record) {
  const int patience = patience_seconds(work.name, work.tools.context);
  const std::int64_t age = now_seconds() - record.changed_at;
  if (age >= patience) return "";
  return fmt::format("the release {} is {}: another helm may work on it until that is {} s old", record.name,
                     record.status, patience);
}

Status must_be_abandoned(const ReleaseWork& work, const ReleaseRecord& record) {
  std::string why = why_not_abandoned(work, record);
  return why.empty() ? Status() : failure(ErrorKind::busy, std::move(why));
}

Status must_be_free(const ReleaseRecord& record) {
  if (!is_locked(record.status)) return {};
  return failure(ErrorKind::busy, fmt::format("the release {} is {}: another helm works on it, or one was killed while "
                                              "it did",
                                              record.name, record.status));
}

std::string name_of_chart(const std::string& chart) { return chart.substr(chart.find_last_of("/\\") + 1); }

bool is_as_wanted(const ReleaseRecord& record, const AddonSpec& addon) {
  const bool has_version = addon.version.empty() || record.version == addon.version;
  const std::string chart = name_of_chart(addon.chart);
  // An archive's name is no chart's name.
  const bool has_chart = chart.ends_with(".tgz") || record.chart == chart;
  return record.status == "deployed" && has_version && has_chart &&
         record.values == nlohmann::json::parse(addon.values, nullptr, false);
}

/// A chart on this machine may be another than the release was made from, under the same version.
Result<bool> is_of_this_chart(const ReleaseWork& work, const ReleaseRecord& record, const AddonSpec& addon) {
  auto digest = digest_of(addon, work.tools.credentials);
  if (!digest) return tl::unexpected(digest.error());
  const auto label = record.labels.find(chart_label);
  return label == record.labels.end() || digest->empty() || label->second == *digest;
}

bool lives_as_rendered(const ReleaseWork& work, const ReleaseRecord& record) {
  const LiveLook look = look_at_live_objects(work.tools.kubectl, work.address, {&record}, nullptr, work.tools.stop);
  const auto drift = look.drift.find(key_of(record));
  return look.not_compared.empty() && (drift == look.drift.end() || drift->second.empty());
}

Status upgrade(const ReleaseWork& work, const AddonSpec& addon, const std::optional<ReleaseRecord>& existing,
               const std::string& namespace_name, const Op& op, const std::string& what) {
  const auto began = std::chrono::steady_clock::now();
  const ReleaseTools& tools = work.tools;
  auto version = tools.helm.version(tools.stop);
  if (!version) return tl::unexpected(version.error());
  auto folder = PrivateWorkFolder::make(std::filesystem::absolute(tools.credentials));
  auto values = folder ? folder->write("values.yaml", addon.values) : tl::unexpected(folder.error());
  if (!values) return tl::unexpected(values.error());
  if (!is_local_chart(addon)) tools.context.waiting_for("its chart is fetched");
  auto chart = chart_at_hand(addon, existing, tools.helm, tools.credentials, folder->path(), tools.stop);
  if (!chart) return tl::unexpected(chart.error());
  const auto spent = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - began);
  const int timeout = timeout_seconds(op, tools.context, static_cast<int>(spent.count()));
  const UpgradeOptions options{.namespace_name = namespace_name,
                               .chart = chart->path,
                               .values_file = *values,
                               .cluster_id = work.cluster_id,
                               .chart_label = chart->label,
                               .timeout_seconds = timeout};
  const ToolCall call = tools.helm.change(work.address, upgrade_arguments(*version, addon.name, options), timeout);
  auto done = tools.helm.run(call, what, SecretTexts(addon.values), tools.stop);
  return done ? Status() : tl::unexpected(done.error().error);
}

/// One line each: the custom resource definitions that are on their way out, and of which release they are.
constexpr const char* terminating_definitions =
    "--output=jsonpath={range .items[?(@.metadata.deletionTimestamp)]}{.metadata.name}{\" "
    "\"}{.metadata.annotations.meta\\.helm\\.sh/release-name}{\"\\n\"}{end}";

/// Until none of the release's definitions terminates: whoever installs it again meanwhile patches one that then goes.
Status await_definitions_gone(const ReleaseWork& work) {
  const ToolCall call =
      work.tools.kubectl.look(work.address, {"get", "customresourcedefinitions.apiextensions.k8s.io",
                                             "--selector=app.kubernetes.io/managed-by=Helm", terminating_definitions});
  while (true) {
    auto answer = work.tools.kubectl.ask(call, work.tools.stop);
    if (!answer) return tl::unexpected(answer.error().error);
    const std::string ending = " " + work.name + "\n";
    const std::size_t at = answer->find(ending);
    if (at == std::string::npos) return {};
    const std::size_t start = at == 0 ? 0 : answer->rfind('\n', at) + 1;
    work.tools.context.waiting_for(
        fmt::format("the custom resource definition {} is still terminating", answer->substr(start, at - start)));
    if (!pause(work.tools.stop, poll_seconds)) {
      return stopped("waiting for the custom resource definitions of " + work.name);
    }
  }
}

Status uninstall(const ReleaseWork& work, const ReleaseRecord& record, const Op& op) {
  if (auto version = work.tools.helm.version(work.tools.stop); !version) return tl::unexpected(version.error());
  const int timeout = timeout_seconds(op, work.tools.context);
  const ToolCall call =
      work.tools.helm.change(work.address, uninstall_arguments(record.name, record.namespace_name, timeout), timeout);
  auto done = work.tools.helm.run(call, fmt::format("uninstalling the release {}", record.name),
                                  SecretTexts(record.values.dump()), work.tools.stop);
  if (!done && done.error().trouble != HelmTrouble::not_found) return tl::unexpected(done.error().error);
  return {};
}

Status roll_back(const ReleaseWork& work, const ReleaseRecord& record, const Op& op) {
  auto version = work.tools.helm.version(work.tools.stop);
  if (!version) return tl::unexpected(version.error());
  const int timeout = timeout_seconds(op, work.tools.context);
  const ToolCall call = work.tools.helm.change(
      work.address, rollback_arguments(*version, record.name, record.namespace_name, timeout), timeout);
  auto done = work.tools.helm.run(call, fmt::format("unlocking the release {}", record.name),
                                  SecretTexts(record.values.dump()), work.tools.stop);
  return done ? Status() : tl::unexpected(done.error().error);
}

}  // namespace

Status perform(const InstallRelease& op, const ReleaseTools& tools) {
  auto addon = addon_of(tools, op.target);
  if (!addon) return tl::unexpected(addon.error());
  auto work = begin_work(tools, op.target, tools.context.found);
  if (!work) return tl::unexpected(work.error());
  auto record = read_record(*work, (*addon)->namespace_name);
  if (!record) return tl::unexpected(record.error());
  std::string namespace_name = (*addon)->namespace_name;
  const std::optional<ReleaseRecord>& existing = *record;
  if (existing) {
    if (Status ours = must_be_ours(*work, *existing); !ours) return ours;
    if (Status is_free = must_be_free(*existing); !is_free) return is_free;
    if (is_as_wanted(*existing, **addon)) return {};
    // A first install that failed is done again in its place.
    if (existing->status != "failed") {
      return failure(ErrorKind::rejected, fmt::format("release {} exists already", op.target));
    }
    namespace_name = existing->namespace_name;
  }
  return upgrade(*work, **addon, existing, namespace_name, op, fmt::format("installing the release {}", op.target));
}

Status perform(const UpgradeRelease& op, const ReleaseTools& tools) {
  auto addon = addon_of(tools, op.target);
  if (!addon) return tl::unexpected(addon.error());
  auto work = begin_work(tools, op.target, tools.context.found);
  if (!work) return tl::unexpected(work.error());
  auto record = read_record(*work, (*addon)->namespace_name);
  if (!record) return tl::unexpected(record.error());
  const std::optional<ReleaseRecord>& existing = *record;
  if (!existing) return failure(ErrorKind::rejected, fmt::format("release {} is absent", op.target));
  if (Status ours = must_be_ours(*work, *existing); !ours) return ours;
  if (Status is_free = must_be_free(*existing); !is_free) return is_free;
  auto is_of_chart = is_of_this_chart(*work, *existing, **addon);
  if (!is_of_chart) return tl::unexpected(is_of_chart.error());
  if (is_as_wanted(*existing, **addon) && *is_of_chart && lives_as_rendered(*work, *existing)) return {};
  return upgrade(*work, **addon, existing, existing->namespace_name, op,
                 fmt::format("upgrading the release {}", op.target));
}

Status perform(const UnlockRelease& op, const ReleaseTools& tools) {
  auto work = begin_work(tools, op.target, tools.context.found);
  if (!work) return tl::unexpected(work.error());
  const AddonSpec* addon = wanted_addon(tools.context.spec, op.target);
  const std::string namespace_name = addon == nullptr ? "" : addon->namespace_name;
  Result<std::optional<ReleaseRecord>> record;
  Status waited = wait_until(tools.stop, tools.context.waiting_for, [&]() -> Waiting {
    record = read_record(*work, namespace_name);
    if (!record) return never(record.error());
    if (!*record || !is_locked((*record)->status)) return it_is_so();
    if (Status ours = must_be_ours(*work, **record); !ours) return never(ours.error());
    std::string why = why_not_abandoned(*work, **record);
    return why.empty() ? it_is_so() : not_yet(std::move(why));
  });
  if (!waited) return waited;
  const std::optional<ReleaseRecord>& existing = *record;
  if (!existing || !is_locked(existing->status)) return {};
  const bool was_never_whole = existing->status == "pending-install" || existing->status == "uninstalling";
  Status done = was_never_whole ? uninstall(*work, *existing, op) : roll_back(*work, *existing, op);
  if (!done) {
    // Its own helm may have come to its end meanwhile, after all.
    auto later = read_record(*work, namespace_name);
    return later && (!*later || !is_locked((**later).status)) ? Status() : done;
  }
  return was_never_whole ? await_definitions_gone(*work) : done;
}

Status perform(const UninstallRelease& op, const ReleaseTools& tools) {
  auto work = begin_work(tools, op.target, tools.context.found);
  if (!work) return tl::unexpected(work.error());
  auto record = read_record(*work, op.namespace_name);
  if (!record) return tl::unexpected(record.error());
  const std::optional<ReleaseRecord>& existing = *record;
  if (existing && existing->namespace_name == op.namespace_name) {
    if (Status ours = must_be_ours(*work, *existing); !ours) return ours;
    if (is_locked(existing->status)) {
      if (Status abandoned = must_be_abandoned(*work, *existing); !abandoned) return abandoned;
    }
    if (Status done = uninstall(*work, *existing, op); !done) return done;
  }
  return await_definitions_gone(*work);
}

}  // namespace tbx
