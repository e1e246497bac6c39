#include "engine/event_json.h"

#include <cmath>

#include <nlohmann/json.hpp>

namespace tbx {
namespace {

using Json = nlohmann::ordered_json;

constexpr int format_version = 1;

/// To the millisecond: more is noise.
double rounded(double seconds) { return std::round(seconds * 1000) / 1000; }

Json error_json(const Error& error) {
  return {{"kind", to_string(error.kind)}, {"message", error.message}, {"detail", error.detail}};
}

/// One overload per event: its name, and the fields that are its own.
struct EventFields {
  const Plan& plan;

  std::string id(ActionId action) const { return id_of(plan.actions[action]); }

  Json operator()(const RoundStarted& event) const {
    return {{"event", "round-started"},       {"round", event.round},           {"actions", plan.actions.size()},
            {"blocked", plan.blocked.size()}, {"refused", plan.refused.size()}, {"unknown", plan.unknown.size()}};
  }
  Json operator()(const ActionStarted& event) const {
    return {{"event", "action-started"},
            {"action", id(event.action)},
            {"attempt", event.attempt},
            {"deadline_s", rounded(event.deadline_seconds)}};
  }
  Json operator()(const ActionWaiting& event) const {
    return {{"event", "action-waiting"}, {"action", id(event.action)}, {"what", event.what}};
  }
  Json operator()(const ActionSucceeded& event) const {
    return {{"event", "action-succeeded"}, {"action", id(event.action)}, {"duration_s", rounded(event.seconds)}};
  }
  Json operator()(const ActionRetried& event) const {
    return {{"event", "action-retried"},
            {"action", id(event.action)},
            {"error", error_json(event.error)},
            {"delay_s", rounded(event.delay_seconds)}};
  }
  Json operator()(const ActionFailed& event) const {
    return {{"event", "action-failed"}, {"action", id(event.action)}, {"error", error_json(event.error)}};
  }
  Json operator()(const ActionRefused& event) const {
    return {{"event", "action-refused"}, {"action", id(event.action)}, {"rule", event.rule}, {"reason", event.reason}};
  }
  Json operator()(const ActionSkipped& event) const {
    return {{"event", "action-skipped"}, {"action", id(event.action)}, {"because", id(event.because)}};
  }
  Json operator()(const RoundFinished& event) const { return {{"event", "round-finished"}, {"round", event.round}}; }
  Json operator()(const StopRequested& event) const { return {{"event", "stop-requested"}, {"times", event.times}}; }
};

/// What a tool printed may be no UTF-8.
std::string line(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::string journal_header(const std::string& cluster, const std::string& started_at) {
  return line({{"format_version", format_version}, {"cluster", cluster}, {"started_at", started_at}});
}

std::string event_json(const Event& event, const Plan& plan, double at_seconds) {
  Json json{{"at_s", rounded(at_seconds)}};
  json.update(std::visit(EventFields{plan}, event));
  return line(json);
}

}  // namespace tbx
