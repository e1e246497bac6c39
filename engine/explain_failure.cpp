// How often an action is tried, and what comes of it when it fails all the same.
#include <algorithm>

#include <fmt/format.h>

#include "engine/execute.h"
#include "engine/explain_parts.h"

namespace tbx {
namespace {

constexpr std::size_t most_dependants = 3;

std::string skipped_text(const Plan& plan, ActionId id) {
  const std::vector<ActionId> dependants = all_dependants(plan, id);
  if (dependants.empty()) return "nothing waits for it: everything else goes on";
  std::string named;
  for (std::size_t i = 0; i < dependants.size() && i < most_dependants; ++i) {
    named += (i == 0 ? "" : ", ") + id_of(plan.actions[dependants[i]]);
  }
  if (dependants.size() > most_dependants) named += fmt::format(" and {} more", dependants.size() - most_dependants);
  return fmt::format("{} that {} for it, and nothing else: {}", counted(dependants.size(), "action"),
                     dependants.size() == 1 ? "waits" : "wait", named);
}

}  // namespace

std::vector<ExplainedLine> attempts_at(const Op& op, const ClusterSpec& wanted, const Observed& found) {
  const ExecuteOptions options{.deadline_seconds = wanted.deadline_seconds,
                               .arch = wanted.arch.empty() ? found.host.arch : wanted.arch};
  const std::string name(traits_of(op).name);
  const std::string from = wanted.deadline_seconds.contains(name)
                               ? fmt::format("the file's deadlines.{}", name)
                               : (options.arch == "arm64" ? "the default on ARM64" : "the default");
  return {
      {"deadline", fmt::format("{} for all attempts together ({})", duration_text(deadline_of(op, options)), from)},
      {"tried", fmt::format("up to {} times, while nothing answers, it takes too long, or somebody else is at work: "
                            "after {}, doubled each time up to {}, less up to half by chance",
                            options.max_attempts, duration_text(options.first_delay_seconds),
                            duration_text(options.max_delay_seconds))}};
}

std::vector<ExplainedLine> failure_of(const Plan& plan, ActionId id, const ClusterSpec& wanted) {
  const Op& op = plan.actions[id].op;
  std::vector<ExplainedLine> lines{
      {"not tried again", "after a no of the system, or a lost answer: the next round looks first what is so"},
      {"skipped", skipped_text(plan, id)},
      {"next apply", "looks again and plans anew: what is done is found done, and the rest goes on from there"}};
  if (const std::string loss = no_way_back(op, wanted); !loss.empty()) {
    lines.push_back({"no way back", loss, plan.actions[id].impact == Impact::data_loss ? Tone::bad : Tone::plain});
  }
  return lines;
}

}  // namespace tbx
