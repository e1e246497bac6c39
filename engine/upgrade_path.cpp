#include "engine/upgrade_path.h"

#include <deque>
#include <optional>

#include <fmt/format.h>

#include "specs/versions.h"

namespace tbx {

namespace {

using Stops = std::deque<std::string>;
using What = UpgradeHop::What;

constexpr const char* downgrade = "downgrade";

/// An older installer takes a host of the next minor release at most, and etcd's data must be readable to it.
std::optional<Refusal> why_not_older_talos(const std::string& from, const std::string& to) {
  Version running = *parse_version(from);
  Version wanted = *parse_version(to);
  if (!share_etcd_data(from, to)) {
    return Refusal{downgrade, fmt::format("Talos {} can't read what the etcd of {} wrote: set talos.version to {}", to,
                                          from, from)};
  }
  if (running.minor - wanted.minor > 1) {
    return Refusal{downgrade, fmt::format("Talos goes back by one minor release at most, and {} to {} is more: set "
                                          "talos.version to {}",
                                          from, to, from)};
  }
  return std::nullopt;
}

tl::expected<Stops, Refusal> talos_stops(const std::string& from, const std::string& to) {
  auto running = parse_version(from);
  auto wanted = parse_version(to);
  if (!running || !wanted || *running == *wanted) {
    return Stops{};
  }
  if (*wanted < *running) {
    if (auto refusal = why_not_older_talos(from, to)) {
      return tl::unexpected(*refusal);
    }
    return Stops{to};
  }
  Stops stops;
  for (int minor = running->minor; minor < wanted->minor; ++minor) {
    std::string patch = latest_talos_patch(minor);
    if (!patch.empty() && *parse_version(patch) > *running) {
      stops.push_back(std::move(patch));
    }
  }
  stops.push_back(to);
  return stops;
}

tl::expected<Stops, Refusal> kubernetes_stops(const std::string& from, const std::string& to) {
  auto running = parse_version(from);
  auto wanted = parse_version(to);
  if (!running || !wanted || *running == *wanted) {
    return Stops{};
  }
  if (*wanted < *running) {
    return tl::unexpected(Refusal{downgrade, fmt::format("the cluster runs Kubernetes {}, and Kubernetes never goes "
                                                         "back: set kubernetes.version to {}",
                                                         from, from)});
  }
  Stops stops;
  for (int minor = running->minor + 1; minor < wanted->minor; ++minor) {
    stops.push_back(latest_kubernetes_patch(minor));
  }
  stops.push_back(to);
  return stops;
}

bool fit(const std::string& talos, const std::string& kubernetes) {
  return kubernetes.empty() || takes_kubernetes(talos, kubernetes);
}

Refusal no_way(const Releases& now, const Stops& talos, const Stops& kubernetes) {
  if (!talos.empty() && *parse_version(talos.front()) < *parse_version(now.talos)) {
    return {"version-skew", fmt::format("Talos {} takes Kubernetes {}, and the cluster runs {}, which never goes back: "
                                        "set talos.version to one that takes it",
                                        talos.front(), kubernetes_range_text(talos.front()), now.kubernetes)};
  }
  if (!talos.empty()) {
    return {"version-skew", fmt::format("Talos {} takes Kubernetes {}, and the cluster runs {}: set kubernetes.version "
                                        "to one of them too",
                                        talos.front(), kubernetes_range_text(talos.front()), now.kubernetes)};
  }
  return {"version-skew",
          fmt::format("Talos {} takes Kubernetes {}, and {} is wanted: set talos.version to a newer release too",
                      now.talos, kubernetes_range_text(now.talos), kubernetes.back())};
}

}  // namespace

tl::expected<std::vector<UpgradeHop>, Refusal> upgrade_path(const Releases& running, const Releases& wanted) {
  auto talos = talos_stops(running.talos, wanted.talos);
  if (!talos) {
    return tl::unexpected(talos.error());
  }
  auto kubernetes = kubernetes_stops(running.kubernetes, wanted.kubernetes);
  if (!kubernetes) {
    return tl::unexpected(kubernetes.error());
  }
  Releases now = running;
  std::vector<UpgradeHop> hops;
  // Talos first: whatever it takes away at one end it gives at the other.
  while (!talos->empty() || !kubernetes->empty()) {
    if (!talos->empty() && fit(talos->front(), now.kubernetes)) {
      hops.push_back({What::talos, now.talos, talos->front()});
      now.talos = talos->front();
      talos->pop_front();
    } else if (!kubernetes->empty() && fit(now.talos, kubernetes->front())) {
      hops.push_back({What::kubernetes, now.kubernetes, kubernetes->front()});
      now.kubernetes = kubernetes->front();
      kubernetes->pop_front();
    } else {
      return tl::unexpected(no_way(now, *talos, *kubernetes));
    }
  }
  return hops;
}

}  // namespace tbx
