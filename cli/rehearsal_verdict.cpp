// Adds up the records of the runs and words them.
#include "cli/rehearsal_verdict.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/graph.h"
#include "engine/render_totals.h"
#include "engine/schedule.h"

namespace tbx {
namespace {

using sim::FaultCounts;
using sim::RunRecord;

/// The sum of a number over all runs.
template <class Number>
int sum(const std::vector<RunRecord>& records, const Number& number) {
  int total = 0;
  for (const RunRecord& record : records) total += number(record);
  return total;
}

template <class Value>
std::vector<Value> sorted(std::vector<Value> values) {
  std::sort(values.begin(), values.end());
  return values;
}

std::string noun_of(int count, std::string_view noun, std::string_view plural = {}) {
  return counted(static_cast<std::size_t>(count), noun, plural);
}

std::string head_text(const Verdict& verdict) {
  const SimulateArguments& asked = verdict.asked;
  const std::string start = asked.sim.file.empty() ? "an empty host" : "the world in " + asked.sim.file;
  const std::uint64_t last = asked.seed + static_cast<std::uint64_t>(asked.runs) - 1;
  const std::string seeds =
      asked.runs == 1 ? fmt::format("seed {}", asked.seed) : fmt::format("seeds {} to {}", asked.seed, last);
  std::string text =
      fmt::format("{} from {}: {}, {}\n", verdict.plan.cluster, start, noun_of(asked.runs, "run"), seeds);
  const std::size_t finished = verdict.records.size();
  if (finished < static_cast<std::size_t>(asked.runs)) {
    const std::string runs = finished == 0 ? "no run" : counted(finished, "run");
    text += fmt::format("Interrupted: {} came to {} end.\n", runs, finished > 1 ? "their" : "its");
  }
  return text + "\n";
}

void append_figure(std::string& out, std::string_view name, const std::string& figure, const TextStyle& style) {
  append_wrapped(out, fmt::format("  {:<15}", name), figure, style);
}

std::string time_text(const std::vector<RunRecord>& records) {
  std::vector<double> seconds;
  for (const RunRecord& record : records) {
    if (record.converged) seconds.push_back(record.seconds);
  }
  if (seconds.empty()) return "no run converged";
  seconds = sorted(seconds);
  return fmt::format("min {}, median {}, max {}", duration_text(seconds.front()),
                     duration_text(seconds[seconds.size() / 2]), duration_text(seconds.back()));
}

std::string rounds_text(const std::vector<RunRecord>& records) {
  std::vector<int> rounds;
  std::vector<std::size_t> applies;
  for (const RunRecord& record : records) {
    rounds.push_back(record.rounds);
    applies.push_back(record.applies.size());
  }
  rounds = sorted(rounds);
  applies = sorted(applies);
  const std::string from = applies.front() == applies.back() ? "" : fmt::format("{} to ", applies.front());
  return fmt::format("min {}, median {}, max {}, in {}{}", rounds.front(), rounds[rounds.size() / 2], rounds.back(),
                     from, counted(applies.back(), "apply", "applies"));
}

std::string chain_of(const Plan& plan, const TextStyle& style) {
  if (plan.actions.empty()) return "nothing to do at the start";
  const std::vector<double> seconds = estimated_seconds(plan);
  const std::vector<ActionId> chain = longest_chain(plan.actions.size(), plan.dependencies, seconds);
  double total = 0;
  for (const ActionId action : chain) total += seconds[action];
  return fmt::format("{} of {}, {}: {}", counted(chain.size(), "step"), counted(plan.actions.size(), "action"),
                     duration_text(total), chain_text(plan, chain, style));
}

std::string faults_text(const std::vector<RunRecord>& records) {
  const auto total = [&](int FaultCounts::*kind) {
    return sum(records, [kind](const RunRecord& record) { return record.faults.*kind; });
  };
  return fmt::format("{} failed, {} lost, {} failed, {} died", noun_of(total(&FaultCounts::failed_before), "action"),
                     noun_of(total(&FaultCounts::failed_after), "answer"),
                     noun_of(total(&FaultCounts::looks_failed), "look"),
                     noun_of(total(&FaultCounts::machines_died), "machine"));
}

/// The most frequent first.
std::string retried_text(const std::vector<RunRecord>& records) {
  std::map<std::string, int> by_kind;
  int total = 0;
  for (const RunRecord& record : records) {
    for (const auto& [kind, count] : record.retried) {
      by_kind[kind] += count;
      total += count;
    }
  }
  if (total == 0) return "nothing";
  std::vector<std::pair<std::string, int>> kinds(by_kind.begin(), by_kind.end());
  std::stable_sort(kinds.begin(), kinds.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text = fmt::format("{}:", noun_of(total, "attempt"));
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    text += fmt::format("{} {} {}", i == 0 ? "" : ",", kinds[i].first, kinds[i].second);
  }
  return text;
}

std::string checked_text(const std::vector<RunRecord>& records) {
  const int steps = sum(records, [](const RunRecord& each) { return each.steps; });
  const int broken = sum(records, [](const RunRecord& each) { return static_cast<int>(each.violations.size()); });
  return fmt::format("{}: {}", noun_of(steps, "step"),
                     broken == 0 ? "no rule was broken" : noun_of(broken, "rule") + " broken");
}

int converged_count(const Verdict& verdict) {
  return sum(verdict.records, [](const RunRecord& record) { return record.converged ? 1 : 0; });
}

void append_wrong_run(std::string& out, const Verdict& verdict, const RunRecord& record, const TextStyle& style) {
  if (record.converged && record.violations.empty()) return;
  out += fmt::format("\n{}\n", painted(Ink::red, fmt::format("Seed {}", record.seed), style));
  for (const sim::Violation& each : record.violations) {
    append_wrapped(out, fmt::format("  rule {} broken after {}: ", each.rule, duration_text(each.at_seconds)),
                   printable(each.what), style);
  }
  for (std::size_t i = 0; i < record.applies.size(); ++i) {
    append_wrapped(out, fmt::format("  apply {} ended ", i + 1), printable(record.applies[i]), style);
  }
  out += fmt::format("  {}\n", replay_command(verdict.asked, record.seed));
}

std::string closing_text(const Verdict& verdict) {
  if (verdict.records.empty()) return {};
  const int wrong =
      sum(verdict.records, [](const RunRecord& each) { return each.converged && each.violations.empty() ? 0 : 1; });
  if (wrong == 0) return "\nNo run went wrong: each ended as the file says, and its second plan was empty.\n";
  return fmt::format("\n{} went wrong. The command below each replays it.\n", noun_of(wrong, "run"));
}

}  // namespace

ExitCode exit_code_of(const Verdict& verdict) {
  const bool is_broken = std::any_of(verdict.records.begin(), verdict.records.end(),
                                     [](const RunRecord& record) { return !record.violations.empty(); });
  const bool is_interrupted = verdict.records.size() < static_cast<std::size_t>(verdict.asked.runs);
  const bool has_converged = converged_count(verdict) == static_cast<int>(verdict.records.size());
  return strongest({is_interrupted ? ExitCode::interrupted : ExitCode::done,
                    is_broken ? ExitCode::failed : ExitCode::done,
                    has_converged ? ExitCode::done : ExitCode::not_converged});
}

std::string replay_command(const SimulateArguments& asked, std::uint64_t seed) {
  const auto word = [](const std::string& text) {
    return text.find_first_of(" \t'\"$&();<>|*?\\") == std::string::npos ? text : fmt::format("'{}'", text);
  };
  std::string command = fmt::format("tbx simulate {} --seed {} --runs 1", word(asked.spec), seed);
  if (asked.faults > 0) command += fmt::format(" --faults {}", asked.faults);
  if (asked.kill) command += " --kill";
  if (!asked.sim.file.empty()) command += fmt::format(" --sim {}", word(asked.sim.file));
  return command;
}

std::string verdict_to_text(const Verdict& verdict, const TextStyle& style) {
  const std::vector<RunRecord>& records = verdict.records;
  std::string out = head_text(verdict);
  append_figure(out, "longest chain", chain_of(verdict.plan, style), style);
  if (records.empty()) return out;
  append_figure(out, "converged", fmt::format("{} of {}", converged_count(verdict), records.size()), style);
  append_figure(out, "time", time_text(records), style);
  append_figure(out, "rounds", rounds_text(records), style);
  append_figure(out, "faults", faults_text(records), style);
  append_figure(out, "tbx killed",
                noun_of(sum(records, [](const RunRecord& each) { return each.faults.tbx_died; }), "time"), style);
  append_figure(out, "tried again", retried_text(records), style);
  append_figure(out, "checked", checked_text(records), style);
  for (const RunRecord& record : records) append_wrong_run(out, verdict, record, style);
  return out + closing_text(verdict);
}

}  // namespace tbx
