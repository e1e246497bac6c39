// What talosctl's stderr means.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"

namespace tbx {

/// What a caller decides on; ErrorKind says only whether to try again.
enum class TalosTrouble {
  unreachable,           ///< nothing answers on this address
  handshake_broken,      ///< something answers and breaks off: no conclusion, ask again
  not_talos,             ///< something else answers
  unknown_authority,     ///< in maintenance mode, or another cluster's
  certificate_required,  ///< configured: the maintenance API is gone
  certificate_expired,   ///< clock skew, or an old talosconfig
  not_authorized,
  not_implemented,
  not_found,
  already_exists,
  not_yet,  ///< a condition that comes true by itself
  not_possible,
  lost,   ///< the answer did not arrive, the effect may have
  usage,  ///< we called it wrong, or it can't do what we want
  other,
};

struct TalosFailure {
  TalosTrouble trouble = TalosTrouble::other;
  std::string node;  ///< that failed; empty where talosctl names none: then it is the endpoint or the only node
  Error error;
  bool operator==(const TalosFailure&) const = default;
};

/// What a failed call printed to stderr. `what` begins the message: "talosctl get machinestatus on 10.0.0.2".
/// Everything in it is redacted.
TalosFailure classify_failure(std::string_view stderr_text, std::string_view what);

/// The nodes that failed while others answered, one failure for each: from the list below "n errors occurred:", with
/// `WARNING:` before it and exit code 0, or without it and exit code 1. Empty when there is no such list.
std::vector<TalosFailure> partial_failures(std::string_view stderr_text, std::string_view what);

}  // namespace tbx
