// A completed ClusterSpec as JSON and back: for digests, saved plans and `validate --format json`.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "specs/cluster_spec.h"

namespace tbx {

/// Keys sorted, no white space: equal specs give equal bytes.
std::string to_canonical_json(const ClusterSpec& spec);

/// The inverse. The error says which part of the text is not what `to_canonical_json` writes.
tl::expected<ClusterSpec, std::string> from_canonical_json(std::string_view text);

/// `sha256:` and the digest of the canonical JSON.
std::string spec_digest(const ClusterSpec& spec);

}  // namespace tbx
