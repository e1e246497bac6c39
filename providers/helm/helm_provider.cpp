#include "providers/helm/helm_provider.h"

#include <fmt/format.h>

#include "engine/assertion.h"
#include "engine/one_of.h"
#include "providers/helm/perform_release.h"
#include "providers/helm/release_look.h"

namespace tbx {

namespace {

template <class T>
concept OnRelease = OneOf<T, InstallRelease, UpgradeRelease, UnlockRelease, UninstallRelease, AwaitRelease>;

template <class T>
Status perform_any(const T& op, const ReleaseTools& tools) {
  if constexpr (OnRelease<T>) {
    return perform(op, tools);
  } else {
    TBX_ASSERT(false, "only ops on releases come here");
    return {};
  }
}

}  // namespace

HelmProvider::HelmProvider(Tools& tools, std::filesystem::path credentials)
    : credentials_(std::move(credentials)), kubectl_(tools, credentials_), helm_(tools, credentials_) {}

void HelmProvider::observe(const ClusterSpec& wanted, const Scope& scope, Observed& found) {
  look_at_releases(kubectl_, credentials_, wanted, scope, found);
}

Status HelmProvider::apply(const Op& op, const ApplyContext& context, std::stop_token stop) {
  if (stop.stop_requested()) {
    return stopped_before_it_began(op);
  }
  const ReleaseTools tools{kubectl_, helm_, credentials_, context, std::move(stop)};
  return std::visit([&](const auto& each) { return perform_any(each, tools); }, op);
}

}  // namespace tbx
