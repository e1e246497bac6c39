// Names that end in a number: their order, their ranges, and leaving them out where a heading has said them.
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "engine/plan_outline.h"

namespace tbx {
namespace {

struct NumberedName {
  std::string_view prefix;
  std::string_view digits;  ///< empty when it does not end in a number
  std::uint64_t number = 0;
};

NumberedName numbered(std::string_view name) {
  constexpr std::size_t most_digits = 18;
  std::size_t start = name.size();
  while (start > 0 && name.size() - start < most_digits && name[start - 1] >= '0' && name[start - 1] <= '9') --start;
  NumberedName parts{name.substr(0, start), name.substr(start), 0};
  std::from_chars(name.data() + start, name.data() + name.size(), parts.number);
  return parts;
}

struct Run {
  std::size_t first = 0;
  std::size_t last = 0;
};

std::vector<Run> runs_of(const std::vector<std::string>& names) {
  std::vector<Run> runs;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const NumberedName name = numbered(names[i]);
    if (!runs.empty() && !name.digits.empty()) {
      const NumberedName before = numbered(names[i - 1]);
      if (before.prefix == name.prefix && before.number + 1 == name.number) {
        runs.back().last = i;
        continue;
      }
    }
    runs.push_back({i, i});
  }
  return runs;
}

/// "talos-hypv-worker-07", or "-07" after a name with the same beginning.
std::string short_name(const std::string& name, std::string_view prefix_before) {
  const NumberedName parts = numbered(name);
  if (parts.digits.empty() || parts.prefix.empty() || parts.prefix != prefix_before) return name;
  return fmt::format("{}{}", parts.prefix.ends_with('-') ? "-" : "", parts.digits);
}

}  // namespace

bool natural_less(std::string_view left, std::string_view right) {
  const NumberedName a = numbered(left);
  const NumberedName b = numbered(right);
  if (a.prefix != b.prefix) return a.prefix < b.prefix;
  return a.number != b.number ? a.number < b.number : left < right;
}

std::string node_ranges(const std::vector<std::string>& names, std::string_view dots, std::size_t most_runs) {
  std::string out;
  std::string_view prefix;
  const std::vector<Run> runs = runs_of(names);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (i == most_runs && runs.size() > most_runs + 1) {
      out += fmt::format(", and {} more", names.size() - runs[i].first);
      break;
    }
    const Run run = runs[i];
    if (i > 0) out += ", ";
    out += short_name(names[run.first], prefix);
    prefix = numbered(names[run.first]).prefix;
    if (run.last == run.first) continue;
    out += run.last == run.first + 1 ? std::string(", ") : fmt::format(" {} ", dots);
    out += short_name(names[run.last], prefix);
  }
  return names.size() == 1 ? out : fmt::format("{} ({} nodes)", out, names.size());
}

std::string same_steps_text(const StepGroup& group, std::string_view dots) {
  std::string text = node_ranges(group.as_well, dots) + ": the same steps";
  if (group.at_once == 1) text += ", one node after the other";
  if (group.at_once > 1) text += fmt::format(", at most {} nodes at once", group.at_once);
  return text;
}

std::string title_without_target(const Op& op) {
  std::string text = describe(op);
  const std::string& target = target_of(op);
  const std::size_t at = target.empty() ? std::string::npos : text.find(" " + target);
  if (at == std::string::npos) return text;
  const std::size_t end = at + 1 + target.size();
  if (end < text.size() && text[end] != ' ') return text;
  text.erase(at, end - at);
  for (const std::string_view word : std::array<std::string_view, 5>{" of", " to", " for", " on", " from"}) {
    if (std::string_view(text).substr(0, at).ends_with(word)) return text.erase(at - word.size(), word.size());
  }
  return text;
}

}  // namespace tbx
