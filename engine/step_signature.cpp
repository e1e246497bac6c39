#include "engine/step_signature.h"

#include <algorithm>

namespace tbx {
namespace {

bool is_of_a_word(char letter) {
  return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
}

bool is_of_an_address(char letter) {
  return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f') || (letter >= 'A' && letter <= 'F') ||
         letter == '.' || letter == ':' || letter == '-' || letter == '/';
}

bool joins_an_address(char letter) { return letter == '.' || letter == ':' || letter == '-'; }

/// Where an IP address, a MAC or a GUID that begins at `at` ends; `at` itself when none does.
std::size_t end_of_address(std::string_view text, std::size_t at) {
  if (at > 0 && is_of_a_word(text[at - 1])) return at;
  std::size_t end = at;
  while (end < text.size() && is_of_an_address(text[end])) ++end;
  if (end < text.size() && is_of_a_word(text[end])) return at;
  const auto run = text.substr(at, end - at);
  return run.size() >= 7 && std::count_if(run.begin(), run.end(), joins_an_address) >= 3 ? end : at;
}

}  // namespace

void append_without_own(std::string& out, std::string_view text, std::string_view own_name) {
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == own_name.front() && text.substr(at).starts_with(own_name)) {
      out += '\1';
      at += own_name.size();
    } else if (const std::size_t end = is_of_an_address(text[at]) ? end_of_address(text, at) : at; end != at) {
      out += '\2';
      at = end;
    } else {
      out += text[at++];
    }
  }
  out += '\0';
}

std::string step_signature(const Plan& plan, const StepGroup& group) {
  std::string signature;
  if (group.target.empty()) return signature;
  for (const ActionId id : group.actions) {
    const Action& action = plan.actions[id];
    const bool is_blocked = std::binary_search(plan.blocked.begin(), plan.blocked.end(), id);
    signature += static_cast<char>(action.op.index());
    signature += static_cast<char>(action.impact);
    signature += is_blocked ? 'b' : ' ';
    append_without_own(signature, describe(action.op), group.target);
    append_without_own(signature, action.reason, group.target);
    for (const Change& change : action.changes) {
      append_without_own(signature, change.field, group.target);
      append_without_own(signature, change.from, group.target);
      append_without_own(signature, change.to, group.target);
    }
    signature += '\n';
  }
  return signature;
}

}  // namespace tbx
