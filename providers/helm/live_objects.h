// Asks the API server what lives of the objects that releases rendered, and tells where it differs.
#pragma once

#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/observed_kubernetes.h"
#include "providers/helm/release_record.h"
#include "providers/kubectl.h"
#include "specs/mask.h"

namespace tbx {

/// What one look at the live objects of some releases brought.
struct LiveLook {
  std::map<std::string, std::vector<LiveDrift>> drift;  ///< by "namespace/name" of the release; sorted by field
  std::string not_compared;  ///< what could not be, and why: "release a: …"; empty: everything was
};

std::string key_of(const ReleaseRecord& record);

/// Two calls for all releases together. What the API server refuses to apply, even dryly, makes a call with everything
/// fail: then two more for each release. Changes nothing.
LiveLook look_at_live_objects(const Kubectl& kubectl, const std::string& address,
                              const std::vector<const ReleaseRecord*>& records, const FingerprintKey* key,
                              std::stop_token stop = {});

}  // namespace tbx
