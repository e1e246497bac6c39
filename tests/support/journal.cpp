#include "tests/support/journal.h"

#include <algorithm>
#include <limits>
#include <map>
#include <sstream>

namespace tbx::test {
namespace {

using nlohmann::json;

struct Parts {
  std::string kind;
  std::string node;
};

/// "drain-node/ha-cp-01#2" without its turn.
Parts parts_of(const std::string& action) {
  const std::size_t slash = action.find('/');
  return {action.substr(0, slash), action.substr(slash + 1, action.find('#') - slash - 1)};
}

bool is_control_plane(const std::string& node) { return node.find("-cp-") != std::string::npos; }

/// What takes a node away, or prepares it.
std::set<std::string> departures_in(const json& plan) {
  std::set<std::string> actions;
  for (const json& action : plan.at("actions")) {
    const std::string impact = action.at("impact");
    const std::string kind = action.at("op");
    const bool takes_away = impact == "restart" || impact == "disruptive";
    if (takes_away && is_control_plane(action.at("target")) && kind != "resize-machine" && kind != "grow-disk") {
      actions.insert(action.at("id"));
    }
  }
  return actions;
}

}  // namespace

Ids ids_of(const json& plan) {
  Ids ids;
  for (const json& action : plan.at("actions")) ids.insert(action.at("id"));
  return ids;
}

Journal::Journal(const std::string& text) {
  std::istringstream lines(text);
  std::size_t place = 0;
  for (std::string line; std::getline(lines, line); ++place) {
    const json event = json::parse(line);
    const std::string kind = event.value("event", "");
    if (kind == "round-started") rounds_ = event.at("round");
    if (kind == "action-started" && event.at("attempt") == 1) {
      spans_.push_back({event.at("action"), rounds_, place, std::numeric_limits<std::size_t>::max()});
    } else if (kind == "action-succeeded") {
      auto span = std::find_if(spans_.rbegin(), spans_.rend(),
                               [&](const Span& each) { return event.at("action") == each.action; });
      if (span != spans_.rend()) span->ended = place;
    } else if (kind == "action-refused" || kind == "action-failed" || kind == "action-retried") {
      trouble_ += line + '\n';
    }
  }
}

int Journal::rounds() const { return rounds_; }

Ids Journal::started_in_round(int round) const {
  Ids ids;
  for (const Span& span : spans_) {
    if (span.round == round) ids.insert(span.action);
  }
  return ids;
}

const Journal::Span* Journal::find(const std::string& action) const {
  auto span = std::ranges::find(spans_, action, &Span::action);
  return span == spans_.end() ? nullptr : &*span;
}

testing::AssertionResult Journal::in_order(const std::string& first, const std::string& second) const {
  const Span* before = find(first);
  const Span* after = find(second);
  if (before == nullptr || after == nullptr) {
    return testing::AssertionFailure() << (before == nullptr ? first : second) << " did not happen";
  }
  if (before->ended < after->began) return testing::AssertionSuccess();
  return testing::AssertionFailure() << second << " began before " << first << " was over";
}

testing::AssertionResult Journal::in_order(const std::vector<std::string>& actions) const {
  for (std::size_t i = 1; i < actions.size(); ++i) {
    if (auto result = in_order(actions[i - 1], actions[i]); !result) return result;
  }
  return testing::AssertionSuccess();
}

testing::AssertionResult Journal::one_control_plane_at_a_time(const json& plan) const {
  const std::set<std::string> departures = departures_in(plan);
  constexpr std::size_t never = std::numeric_limits<std::size_t>::max();
  std::map<std::string, std::size_t> left;  // when a node was off etcd's list: from then on it is nobody's disruption
  std::string away;
  std::size_t back = 0;
  for (const Span& span : spans_) {
    const auto [kind, node] = parts_of(span.action);
    const bool has_left = left.contains(node) && left[node] < span.began;
    if (departures.contains(span.action) && !has_left && node != away) {
      if (back > span.began) {
        return testing::AssertionFailure() << span.action << " began while " << away << " was away";
      }
      away = node;
      back = never;
    }
    const bool leaves = kind == "leave-etcd" || kind == "remove-etcd-member";
    if (leaves) left[node] = span.ended;
    if (node == away && (leaves || kind == "await-etcd-member")) back = span.ended;
    if (kind == "await-etcd-member") left.erase(node);
  }
  return testing::AssertionSuccess();
}

}  // namespace tbx::test
