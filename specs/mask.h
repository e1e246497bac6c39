// Secrets taken out of what is shown or saved, so that changed and unchanged can still be told apart.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "specs/cluster_spec.h"

namespace tbx {

/// Made from the cluster's secrets, so that nobody without them can guess a value by its fingerprint.
struct FingerprintKey {
  std::array<unsigned char, 32> bytes{};
};

/// Any secret text (Talos' cluster secret, say) into a key.
FingerprintKey fingerprint_key_from(std::string_view secret);

/// `secret:` and 12 hexadecimal digits; `(new)` without a key.
std::string fingerprint(std::string_view value, const FingerprintKey* key);

/// Whether a value under this key is a secret: `adminPassword` is, `existingSecret`, `secretName` and `tokenTTL` are
/// not.
bool is_secret_key(std::string_view key);

/// Whether a value is a secret whatever its key: private keys, URLs with a password.
bool is_secret_value(std::string_view value);

/// Every secret text or number of the JSON replaced by its fingerprint. What is no JSON is a secret as a whole.
std::string mask_secrets(const std::string& canonical_json, const FingerprintKey* key);

/// The spec with the addons' values, passwords in the addresses of their repositories, and the nodes' patches masked:
/// what plans and reports hold.
ClusterSpec masked(ClusterSpec spec, const FingerprintKey* key);

}  // namespace tbx
