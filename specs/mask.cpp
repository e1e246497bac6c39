#include "specs/mask.h"

#include <sodium.h>

#include <nlohmann/json.hpp>

namespace tbx {
namespace {

using nlohmann::json;

enum class Inherited { nothing, secret };

bool is_leaf(const json& value) { return value.is_string() || value.is_number(); }

/// What the neighbours of a value say about it; asked before any of them is masked.
struct MappingTraits {
  bool is_secret_manifest = false;  ///< `kind: Secret`
  bool is_certificate = false;      ///< Talos writes `{crt, key}`
  bool is_secret_entry = false;     ///< `{name: DB_PASSWORD, value: …}`, as containers list their environment
};

MappingTraits traits_of(const json& object) {
  MappingTraits traits;
  traits.is_secret_manifest = object.contains("kind") && object["kind"] == "Secret";
  traits.is_certificate = object.contains("crt") || object.contains("cert");
  traits.is_secret_entry = object.contains("name") && object["name"].is_string() &&
                           is_secret_key(object["name"].get_ref<const std::string&>());
  return traits;
}

/// Below `secrets:` everything is one, but for what only names or switches something.
bool is_harmless_below_a_secret(const std::string& key) {
  for (const char* harmless :
       {"name", "secretName", "existingSecret", "type", "annotations", "labels", "namespace", "key"}) {
    if (key == harmless) return true;
  }
  return false;
}

bool is_secret_member(const MappingTraits& traits, const std::string& name, Inherited inherited) {
  if (inherited == Inherited::secret && !is_harmless_below_a_secret(name)) return true;
  if (traits.is_secret_manifest && (name == "data" || name == "stringData")) return true;
  if (traits.is_certificate && name == "key") return true;
  return (traits.is_secret_entry && name == "value") || is_secret_key(name);
}

void mask(json& value, const FingerprintKey* key, Inherited inherited) {
  if (value.is_object()) {
    const MappingTraits traits = traits_of(value);
    for (auto& [name, member] : value.items()) {
      const bool secret = is_secret_member(traits, name, inherited);
      mask(member, key, secret ? Inherited::secret : Inherited::nothing);
    }
  } else if (value.is_array()) {
    for (json& item : value) mask(item, key, inherited);
  } else if (is_leaf(value)) {
    const bool secret =
        inherited == Inherited::secret || (value.is_string() && is_secret_value(value.get_ref<const std::string&>()));
    // An empty text hides nothing, and that it is empty is often the very mistake.
    if (secret && value != "") value = fingerprint(value.dump(), key);
  }
}

}  // namespace

FingerprintKey fingerprint_key_from(std::string_view secret) {
  FingerprintKey key;
  crypto_generichash(key.bytes.data(), key.bytes.size(), reinterpret_cast<const unsigned char*>(secret.data()),
                     secret.size(), nullptr, 0);
  return key;
}

std::string fingerprint(std::string_view value, const FingerprintKey* key) {
  if (key == nullptr) return "(new)";
  std::array<unsigned char, crypto_generichash_BYTES_MIN> digest{};
  crypto_generichash(digest.data(), digest.size(), reinterpret_cast<const unsigned char*>(value.data()), value.size(),
                     key->bytes.data(), key->bytes.size());
  constexpr std::size_t shown_bytes = 6;
  std::array<char, 2 * shown_bytes + 1> hex{};
  sodium_bin2hex(hex.data(), hex.size(), digest.data(), shown_bytes);
  return std::string("secret:") + hex.data();
}

std::string mask_secrets(const std::string& canonical_json, const FingerprintKey* key) {
  json value = json::parse(canonical_json, nullptr, false);
  if (value.is_discarded()) return json(fingerprint(canonical_json, key)).dump();
  mask(value, key, Inherited::nothing);
  return value.dump();
}

ClusterSpec masked(ClusterSpec spec, const FingerprintKey* key) {
  for (AddonSpec& addon : spec.addons) {
    addon.values = mask_secrets(addon.values, key);
    if (is_secret_value(addon.repo)) addon.repo = fingerprint(addon.repo, key);
  }
  for (NodeSpec& node : spec.nodes) {
    for (std::string& patch : node.patches) patch = mask_secrets(patch, key);
  }
  return spec;
}

}  // namespace tbx
