#include "specs/secret_references.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ranges>

#include "specs/document.h"
#include "specs/mask.h"

namespace tbx {
namespace {

using nlohmann::json;

struct SecretPlace {
  std::string field;    ///< with dots, as people write it
  std::string pointer;  ///< within the values or the patch
};

/// Masked and real differ exactly in the secrets.
void find_secrets(const json& real, const json& hidden, const SecretPlace& place, std::vector<SecretPlace>& found) {
  if (real == hidden) return;
  if (!real.is_structured() || !hidden.is_structured()) {
    found.push_back(place);
    return;
  }
  const auto other = hidden.items();
  auto hidden_child = other.begin();
  for (const auto& child : real.items()) {
    const SecretPlace below{fmt::format("{}.{}", place.field, child.key()), child_path(place.pointer, child.key())};
    find_secrets(child.value(), hidden_child.value(), below, found);
    ++hidden_child;
  }
}

std::vector<SecretPlace> secrets_in(const std::string& field, const std::string& canonical_json) {
  std::vector<SecretPlace> found;
  const json real = json::parse(canonical_json, nullptr, false);
  const json hidden = json::parse(mask_secrets(canonical_json, nullptr), nullptr, false);
  find_secrets(real, hidden, {field, ""}, found);
  return found;
}

class References {
 public:
  References(const std::vector<ValueOrigin>& origins, const std::string& spec_file)
      : origins_(origins), spec_file_(spec_file) {}

  void add_values(const AddonSpec& addon) {
    for (const SecretPlace& place : secrets_in(fmt::format("addons.{}.values", addon.name), addon.values)) {
      add(place, [&](const ValueOrigin& origin) { return origin.addon == addon.name; });
    }
  }

  void add_patch(const std::string& field, const std::string& patch) {
    for (const SecretPlace& place : secrets_in(field, patch)) {
      add(place, [&](const ValueOrigin& origin) { return origin.addon.empty() && origin.value == patch; });
    }
  }

  std::vector<SecretReference> take() && {
    std::ranges::sort(references_, {}, &SecretReference::field);
    return std::move(references_);
  }

 private:
  template <class Belongs>
  void add(const SecretPlace& place, const Belongs& belongs) {
    SecretReference reference{.field = place.field, .file = {}, .pointer = {}};
    // What was laid over the rest last is what counts.
    for (const ValueOrigin& origin : origins_ | std::views::reverse) {
      if (!belongs(origin) || !json::parse(origin.value).contains(json::json_pointer(place.pointer))) continue;
      reference.file = origin.file.empty() ? spec_file_ : origin.file;
      reference.pointer = origin.pointer + place.pointer;
      break;
    }
    const bool is_known = std::ranges::any_of(references_, [&](const SecretReference& known) {
      return !reference.file.empty() && known.file == reference.file && known.pointer == reference.pointer;
    });
    if (!is_known) references_.push_back(std::move(reference));
  }

  const std::vector<ValueOrigin>& origins_;
  const std::string& spec_file_;
  std::vector<SecretReference> references_;
};

}  // namespace

std::vector<SecretReference> secret_references(const ClusterSpec& spec, const std::vector<ValueOrigin>& origins,
                                               const std::string& spec_file) {
  References references(origins, spec_file);
  for (const AddonSpec& addon : spec.addons) references.add_values(addon);
  for (const NodeSpec& node : spec.nodes) {
    for (std::size_t i = 0; i < node.patches.size(); ++i) {
      references.add_patch(fmt::format("nodes.{}.patches.{}", node.name, i), node.patches[i]);
    }
  }
  return std::move(references).take();
}

std::vector<std::string> files_beside(const std::vector<ValueOrigin>& origins) {
  std::vector<std::string> files;
  for (const ValueOrigin& origin : origins) {
    if (!origin.file.empty()) files.push_back(origin.file);
  }
  std::ranges::sort(files);
  const auto repeated = std::ranges::unique(files);
  files.erase(repeated.begin(), repeated.end());
  return files;
}

}  // namespace tbx
