// Helm releases: installed in their order, changed, repaired, waited for, and taken away backwards.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "engine/json_text.h"
#include "engine/ownership.h"
#include "engine/planning.h"
#include "engine/value_changes.h"
#include "specs/catalogue.h"

namespace tbx {

namespace {

bool is_builtin_namespace(const std::string& name) { return name == "kube-system" || name == "default"; }

/// Namespaces come before their releases, with the Pod Security labels that those need.
class Namespaces {
 public:
  explicit Namespaces(Planning& planning) : planning_(planning) {
    for (const AddonSpec& addon : planning.wanted.addons) {
      privileged_[addon.namespace_name] = privileged_[addon.namespace_name] || addon.namespace_privileged;
    }
  }

  Step step_for(const std::string& name) {
    if (auto place = steps_.find(name); place != steps_.end() || is_builtin_namespace(name)) {
      return place == steps_.end() ? Step{} : place->second;
    }
    return steps_[name] = plan(name);
  }

 private:
  Step plan(const std::string& name) {
    const auto& existing = planning_.found.kubernetes.namespaces;
    auto place = std::ranges::find(existing, name, &NamespaceState::name);
    bool is_there = place != existing.end();
    bool privileged = privileged_[name];
    if (is_there && (place->privileged || !privileged)) {
      return {};
    }
    return planning_.builder.add({ApplyNamespace{name, privileged},
                                  is_there ? fmt::format("namespace {} lets no privileged pods in", name)
                                           : fmt::format("namespace {} is absent", name),
                                  Impact::none,
                                  {{"namespace", json_text(is_there ? "restricted" : "absent"),
                                    json_text(privileged ? "privileged" : "present")}}},
                                 {planning_.api});
  }

  Planning& planning_;
  std::map<std::string, bool> privileged_;
  std::map<std::string, Step> steps_;
};

std::string release_text(const AddonSpec& addon) {
  return addon.version.empty() ? addon.name : fmt::format("{} {}", addon.name, addon.version);
}

std::vector<Change> release_changes(const AddonSpec& addon, const Release& release) {
  std::vector<Change> changes;
  if (!addon.version.empty() && release.version != addon.version) {
    changes.push_back({"version", json_text(release.version), json_text(addon.version)});
  }
  std::string chart = addon.chart.substr(addon.chart.find_last_of("/\\") + 1);
  if (!release.chart.empty() && release.chart != chart) {
    changes.push_back({"chart", json_text(release.chart), json_text(chart)});
  }
  if (release.status == "failed") {
    changes.push_back({"status", json_text(release.status), json_text("deployed")});
  }
  for (Change& change : value_changes(release.values, addon.values)) {
    changes.push_back({"values." + change.field, std::move(change.from), std::move(change.to)});
  }
  for (const LiveDrift& drift : release.live_drift) {
    changes.push_back({drift.field, drift.live, drift.wanted});
  }
  return changes;
}

std::string upgrade_reason(const AddonSpec& addon, const std::vector<Change>& changes) {
  if (changes.size() == 1) {
    return fmt::format("release {} has {} {} instead of {}", addon.name, changes.front().field, changes.front().from,
                       changes.front().to);
  }
  return fmt::format("release {} differs in {} fields", addon.name, changes.size());
}

bool lacks_definition(const std::vector<Change>& changes) {
  return std::ranges::any_of(changes, [](const Change& change) { return change.field.starts_with(absent_definition); });
}

Step install(Planning& planning, const AddonSpec& addon, Step name_space) {
  return planning.builder.add({InstallRelease{addon.name},
                               fmt::format("release {} is absent", addon.name),
                               Impact::none,
                               {{"release", json_text("absent"), json_text(release_text(addon))}}},
                              {planning.api, name_space});
}

/// Repairs and changes an existing release; none when it is as wanted.
Step change(Planning& planning, const AddonSpec& addon, const Release& release, Step name_space) {
  std::vector<Change> changes = release_changes(addon, release);
  Step unlocked;
  if (release.status.starts_with("pending-") || release.status == "uninstalling") {
    unlocked = planning.builder.add({UnlockRelease{addon.name, release.status},
                                     fmt::format("release {} is {}: a helm was killed", addon.name, release.status),
                                     Impact::in_place,
                                     {{"status", json_text(release.status), json_text("deployed")}}},
                                    {planning.api});
    // What an unlocked first install left behind is absent again; a later round installs it.
    if (release.status == "pending-install" || release.status == "uninstalling") {
      return planning.builder.add(
          {InstallRelease{addon.name}, fmt::format("release {} was never installed whole", addon.name)},
          {unlocked, name_space});
    }
  }
  if (changes.empty()) {
    return unlocked;
  }
  bool moves = changes.front().field == "version" || lacks_definition(changes);
  Step definitions;
  if (moves && addon.owns_custom_resource_definitions) {
    definitions =
        planning.builder.add({ApplyCustomResourceDefinitions{addon.name},
                              fmt::format("Helm does not upgrade the definitions of {}", addon.name), Impact::in_place},
                             {unlocked});
  }
  std::string reason = upgrade_reason(addon, changes);
  return planning.builder.add({UpgradeRelease{addon.name}, std::move(reason), Impact::in_place, std::move(changes)},
                              {unlocked, definitions, name_space, planning.api});
}

void order_after_others(Planning& planning, const AddonSpec& addon) {
  for (const std::string& other : addon.after) {
    auto ready = planning.addon_ready.find(other);
    if (ready != planning.addon_ready.end()) {
      planning.builder.order(ready->second, planning.installed[addon.name]);
    }
  }
}

void await_ready(Planning& planning, const AddonSpec& addon) {
  const Release* release = release_named(planning.found.helm, addon.name);
  Step installed = planning.installed[addon.name];
  bool is_open = release != nullptr && release->ready == Presence::present;
  if (is_open && !installed.exists()) {
    return;
  }
  std::string reason =
      installed.exists() ? fmt::format("{} starts", addon.name) : fmt::format("{} is not ready", addon.name);
  if (!installed.exists() && release != nullptr && !release->not_ready.empty()) {
    reason = release->not_ready.front();
  }
  Step ready = planning.builder.add({AwaitRelease{addon.name}, std::move(reason)}, {installed});
  planning.addon_ready[addon.name] = ready;
  for (const NodePlan& node : planning.nodes) {
    if (addon.is_cni || !installed.exists()) {
      planning.builder.order(node.ready, ready);
    }
  }
}

/// Taken away backwards: what was installed on top of a release goes before it.
void uninstall_unwanted(Planning& planning) {
  std::map<std::string, Step>& removed = planning.uninstalled;
  for (const Release& release : planning.found.helm.releases) {
    if (release.ours && wanted_addon(planning.wanted, release.name) == nullptr) {
      removed[release.name] =
          planning.builder.add({UninstallRelease{release.name, release.namespace_name},
                                fmt::format("release {} is not in the file", release.name),
                                Impact::disruptive,
                                {{"release", json_text(release.chart + " " + release.version), json_text("absent")}}});
    }
  }
  for (const auto& [name, step] : removed) {
    const CatalogueEntry* entry = find_in_catalogue(name);
    for (const std::string& below : entry == nullptr ? std::vector<std::string>{} : entry->addon.after) {
      if (auto place = removed.find(below); place != removed.end()) {
        planning.builder.order(step, place->second);
      }
    }
  }
}

}  // namespace

void plan_addon_releases(Planning& planning) {
  // Namespaces and the pool are Kubernetes' facts: without them nothing of an addon is known to be absent.
  bool is_known = planning.found.helm.presence != Presence::unknown && planning.kubernetes_known();
  if (!is_known || (planning.found.helm.presence == Presence::absent && !planning.api.exists())) {
    return;
  }
  Namespaces namespaces(planning);
  for (const AddonSpec& addon : planning.wanted.addons) {
    const Release* release = release_named(planning.found.helm, addon.name);
    Step name_space = namespaces.step_for(addon.namespace_name);
    planning.installed[addon.name] =
        release == nullptr ? install(planning, addon, name_space) : change(planning, addon, *release, name_space);
  }
  uninstall_unwanted(planning);
}

void plan_addon_readiness(Planning& planning) {
  if (planning.installed.empty()) {
    return;
  }
  for (const AddonSpec& addon : planning.wanted.addons) {
    await_ready(planning, addon);
  }
  for (const AddonSpec& addon : planning.wanted.addons) {
    order_after_others(planning, addon);
  }
}

}  // namespace tbx
