// What a key of a cluster file comes to, and who said so.
#pragma once

#include <string>
#include <vector>

#include "specs/load.h"
#include "specs/mask.h"
#include "specs/spec_place.h"

namespace tbx {

struct SpecValue {
  std::string value;  ///< JSON text, secrets masked; empty: nothing sets it
  std::string from;   ///< "cluster.yaml:12:5", "tbx's catalogue", "the default"
  bool operator==(const SpecValue&) const = default;
};

/// What was loaded together, with what masks its secrets.
struct SpecTexts {
  const Document& document;  ///< of the spec
  const std::vector<ValueOrigin>& origins;
  const Sources& sources;
  const FingerprintKey* key = nullptr;
};

/// `wanted`: masked.
SpecValue value_of(const SpecPlace& place, const SpecTexts& texts, const ClusterSpec& wanted);

}  // namespace tbx
