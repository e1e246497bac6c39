// What each op on a release does.
#pragma once

#include <filesystem>
#include <stop_token>

#include "engine/provider.h"
#include "providers/helm/helm_command.h"
#include "providers/kubectl.h"

namespace tbx {

/// What an op works with.
struct ReleaseTools {
  const Kubectl& kubectl;
  Helm& helm;
  const std::filesystem::path& credentials;  ///< the folder _out/<cluster>
  const ApplyContext& context;
  std::stop_token stop;
};

/// Each looks first: what is so already is a success, and a release that is not ours is left alone (refused).
Status perform(const InstallRelease& op, const ReleaseTools& tools);
/// Also where the record is as wanted and what lives is not.
Status perform(const UpgradeRelease& op, const ReleaseTools& tools);
/// busy while the release was locked for less long than an install may take: somebody's helm may still work on it.
Status perform(const UnlockRelease& op, const ReleaseTools& tools);
/// Ends when the release's custom resource definitions are gone too: one that still terminates would take a new
/// install's objects with it.
Status perform(const UninstallRelease& op, const ReleaseTools& tools);
Status perform(const AwaitRelease& op, const ReleaseTools& tools);

}  // namespace tbx
