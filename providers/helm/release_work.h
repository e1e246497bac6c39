// What every op on a release begins with: where the API answers, and what Helm recorded.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "providers/helm/perform_release.h"
#include "providers/helm/release_record.h"

namespace tbx {

struct ReleaseWork {
  const ReleaseTools& tools;
  std::string name;
  std::string address;     ///< of the API
  std::string cluster_id;  ///< that the release's label has to say
};

/// Errors: what api_for_action says, and secrets that can't be read. `found`: where the machines are.
Result<ReleaseWork> begin_work(const ReleaseTools& tools, const std::string& name, const Observed& found);

/// The release of this name, that in `namespace_name` before any other; nothing when there is none.
Result<std::optional<ReleaseRecord>> read_record(const ReleaseWork& work, const std::string& namespace_name);

/// rejected when the file has none of this name.
Result<const AddonSpec*> addon_of(const ReleaseTools& tools, const std::string& name);

tl::unexpected<Error> stopped(const std::string& what);

}  // namespace tbx
