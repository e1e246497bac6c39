// One look at Helm's releases: what Helm recorded, whether it is ready, and whether it still lives as it was rendered.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/provider.h"
#include "providers/helm/release_record.h"
#include "providers/kubectl.h"

namespace tbx {

/// Fills in `found.helm`, for a scope that is not whole only the releases that it names. One call for the records; at
/// the same time one for all gates, and two for all live objects.
void look_at_releases(const Kubectl& kubectl, const std::filesystem::path& credentials, const ClusterSpec& wanted,
                      const Scope& scope, Observed& found);

/// The newest revisions of the releases of these names, in whatever namespace; of all for no names.
Result<std::vector<ReleaseRecord>> read_records(const Kubectl& kubectl, const std::string& address,
                                                const std::vector<std::string>& names, std::stop_token stop = {});

/// A sentence for each gate of the addon that is not open.
Result<std::vector<std::string>> read_not_ready(const Kubectl& kubectl, const std::string& address,
                                                const AddonSpec& addon, std::stop_token stop = {});

}  // namespace tbx
