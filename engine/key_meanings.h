// What each key of a cluster file leads to: the ops that bring it about, and what a change of it costs.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tbx {

enum class ChangeCost { nothing, in_place, restart, replaces, only_at_creation, refused, depends };

/// How a plan refuses a key that can't be fulfilled.
struct RefusedAs {
  std::string_view rule;
  std::string_view op;  ///< empty: any
};

struct KeyMeaning {
  std::string key;  ///< "controlPlane.memory"; `*` stands for any one name: "workers.*.memory", "routes.*"
  ChangeCost cost;
  std::string_view sentence;               ///< what a change of it comes to
  std::vector<std::string_view> ops = {};  ///< by their names; none: nothing is done for it alone
  /// Where an op is for several keys: how the fields of its changes begin; none: any.
  std::vector<std::string_view> fields = {};
  std::vector<RefusedAs> refusals = {};
};

std::span<const KeyMeaning> key_meanings();

/// The nearest that holds `names`, which begin below `spec` or with `metadata`. Null: none does.
const KeyMeaning* meaning_of(std::span<const std::string> names);

/// "in place", "restart", …
std::string_view cost_text(ChangeCost cost);

}  // namespace tbx
