#include "engine/drift_groups.h"

#include <algorithm>
#include <unordered_map>

#include "engine/plan_outline.h"
#include "engine/render_text.h"
#include "engine/step_signature.h"

namespace tbx {
namespace {

/// Only names that end in a number are nodes of one kind.
std::string signature_of(const DriftGroup& group) {
  const std::size_t end = group.target.find_last_not_of("0123456789");
  std::string signature =
      end == std::string::npos || end + 1 == group.target.size() ? group.target : group.target.substr(0, end);
  for (const DriftedField* field : group.fields) {
    append_without_own(signature, field->field, group.target);
    append_without_own(signature, field->from, group.target);
    append_without_own(signature, field->to, group.target);
    if (field->field.empty()) append_without_own(signature, field->reason, group.target);
  }
  return signature;
}

}  // namespace

std::vector<DriftGroup> drift_groups(const std::vector<DriftedField>& fields) {
  std::vector<DriftGroup> groups;
  for (const DriftedField& field : fields) {
    if (groups.empty() || groups.back().target != field.target) groups.push_back({field.target, {}, {}});
    groups.back().fields.push_back(&field);
  }
  std::vector<DriftGroup> kept;
  std::unordered_map<std::string, std::size_t> same;
  for (DriftGroup& group : groups) {
    const auto [found, is_new] = same.try_emplace(signature_of(group), kept.size());
    if (is_new)
      kept.push_back(std::move(group));
    else
      kept[found->second].as_well.push_back(std::move(group.target));
  }
  for (DriftGroup& group : kept) std::sort(group.as_well.begin(), group.as_well.end(), natural_less);
  return kept;
}

std::string difference_text(const DriftedField& field, const TextStyle& style, std::size_t longest_value) {
  const auto value = [&](const std::string& json) { return shortened(value_text(json), longest_value, style); };
  if (field.field.empty()) return printable(field.reason);
  const std::string is = field.from == "null" ? "is not there" : "is " + value(field.from);
  return field.to == "null" ? is + ", should not be there" : is + ", should be " + value(field.to);
}

}  // namespace tbx
