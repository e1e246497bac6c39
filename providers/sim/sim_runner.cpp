#include "providers/sim/sim_runner.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <thread>

#include <fmt/format.h>

#include "providers/sim/rules.h"

namespace tbx::sim {

namespace {

constexpr double never = std::numeric_limits<double>::infinity();
constexpr auto nap = std::chrono::milliseconds(20);

}  // namespace

SimRunner::SimRunner(Simulation& simulation, const ClusterSpec& spec, RunnerOptions options)
    : simulation_(simulation), spec_(spec), options_(options), began_(world_now()) {
  presses_told_ = options_.presses == nullptr ? 0 : options_.presses->load();
}

/// A difference of two sums may fall short of the time that was waited for.
double SimRunner::now_seconds() const { return std::max(world_now() - began_, waited_until_); }

Setting SimRunner::setting_of(const Running& running) const {
  return {spec_, running.job.found, simulation_.credentials()};
}

std::vector<const Op*> SimRunner::running_ops() const {
  std::vector<const Op*> ops;
  for (const Running& running : running_) {
    ops.push_back(&running.job.op);
  }
  return ops;
}

void SimRunner::start(Job job) {
  std::lock_guard lock(simulation_.mutex());
  if (simulation_.start_checker()) {
    simulation_.start_checker()(simulation_.world(), job.op, running_ops());
  }
  Running running{std::move(job), world_now(), never, never, ""};
  const OpTraits& traits = traits_of(running.job.op);
  if (!traits.is_wait) {
    running.due = world_now() + jittered(simulation_.file().live(), traits.estimate_seconds);
  }
  if (running.job.deadline_seconds > 0) {
    running.deadline = world_now() + running.job.deadline_seconds;
  }
  if (std::holds_alternative<StopMachine>(running.job.op)) {
    simulation_.file().live().shutting_down.insert(target_of(running.job.op));
  }
  running_.push_back(std::move(running));
}

/// A machine that was not stopped after all goes on with what it was about to do.
void SimRunner::end_shutdown(const Op& op) {
  LiveWorld& live = simulation_.file().live();
  if (std::holds_alternative<StopMachine>(op) && live.shutting_down.erase(target_of(op)) > 0) {
    for (const std::string& machine : machines_named(live.world, target_of(op))) {
      wake_at(live, live.now(), machine);
    }
  }
}

bool SimRunner::pressed_again() { return options_.presses != nullptr && options_.presses->load() > presses_told_; }

void SimRunner::finish(std::size_t index, Status status) {
  end_shutdown(running_[index].job.op);
  ready_.push_back(Completion{running_[index].job.action, std::move(status)});
  running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(index));
}

void SimRunner::fail_all(const Error& error) {
  while (!running_.empty()) {
    finish(0, tl::unexpected(error));
  }
}

/// One completion at a time, in the order of their start; sentences as they change.
void SimRunner::look_at_waits() {
  for (std::size_t i = 0; i < running_.size(); ++i) {
    Running& running = running_[i];
    if (!traits_of(running.job.op).is_wait) {
      continue;
    }
    WaitState state = look_at_wait(simulation_.world(), running.job.op, setting_of(running));
    if (state.done) {
      return finish(i, simulation_.go_on_and_complete(world_now(), running.job.op, setting_of(running)));
    }
    if (state.failed) {
      return finish(i, tl::unexpected(*state.failed));
    }
    if (state.what != running.told) {
      running.told = state.what;
      ready_.push_back(WaitingFor{running.job.action, state.what});
    }
  }
}

double SimRunner::next_time(double until) const {
  double next = std::min(until + began_, next_happening(simulation_.file().live()));
  for (const Running& running : running_) {
    next = std::min({next, running.due, running.deadline});
  }
  return next;
}

/// False when something else happened first: a press, or another process changed the world.
bool SimRunner::sleep_until(double time) {
  using clock = std::chrono::steady_clock;
  clock::time_point begun = clock::now();
  double from = world_now();
  while (options_.pace > 0) {
    double passed = std::chrono::duration<double>(clock::now() - begun).count() * options_.pace;
    if (from + passed >= time) {
      break;
    }
    simulation_.file().live().world.clock.now_seconds = std::max(world_now(), from + passed);
    if (pressed_again()) {
      return false;
    }
    std::this_thread::sleep_for(nap);
    auto changed = simulation_.file().refresh();
    if (changed && *changed) {
      return false;
    }
  }
  return true;
}

/// The job whose time has come first, if any has. An end counts before a deadline at the same time.
void SimRunner::complete_due() {
  auto first =
      std::ranges::min_element(running_, {}, [](const Running& each) { return std::min(each.due, each.deadline); });
  if (first == running_.end() || std::min(first->due, first->deadline) > world_now()) {
    return;
  }
  auto index = static_cast<std::size_t>(first - running_.begin());
  if (first->due <= first->deadline) {
    return finish(index, simulation_.go_on_and_complete(world_now(), first->job.op, setting_of(*first)));
  }
  std::string what = first->told.empty() ? "" : ": " + first->told;
  finish(index, failure(ErrorKind::timed_out, fmt::format("{} took longer than {:.0f} s{}", describe(first->job.op),
                                                          first->job.deadline_seconds, what)));
}

void SimRunner::go_on_to(double time) {
  if (Status gone_on = simulation_.go_on(time); !gone_on) {
    fail_all(gone_on.error());
    simulation_.file().live().world.clock.now_seconds = time;  // nobody waits for ever for a file that can't be written
    return;
  }
  // What is awaited may have come at the very moment at which a job ends: the job first, it was due.
  complete_due();
}

/// The tool that did the job is cut off at once or half-way, or ends without anybody who listens.
void SimRunner::abandon(const Running& running) {
  if (traits_of(running.job.op).is_wait) {
    return;
  }
  double fate = draw(simulation_.file().live());
  if (fate > 2.0 / 3) {
    (void)simulation_.go_on_and_complete(world_now(), running.job.op, setting_of(running));
  } else if (fate > 1.0 / 3) {
    (void)simulation_.leave_half(running.job.op, setting_of(running));
  }
}

/// At some moment before the next thing happens.
void SimRunner::die(double until) {
  double next = next_time(until);
  if (next < never) {
    (void)simulation_.go_on(world_now() + (next - world_now()) * draw(simulation_.file().live()));
  }
  for (const Running& running : running_) {
    abandon(running);
    end_shutdown(running.job.op);
  }
  running_.clear();
  throw TbxKilled{};
}

RunnerEvent SimRunner::wait(double until_seconds) {
  std::lock_guard lock(simulation_.mutex());
  if (simulation_.tbx_dies()) {
    die(until_seconds);
  }
  while (true) {
    if (pressed_again()) {
      return Interrupted{++presses_told_};
    }
    if (auto refreshed = simulation_.file().refresh(); !refreshed) {
      fail_all(refreshed.error());
    }
    if (ready_.empty()) {
      look_at_waits();
    }
    if (!ready_.empty()) {
      RunnerEvent event = std::move(ready_.front());
      ready_.pop_front();
      return event;
    }
    if (world_now() >= until_seconds + began_) {
      waited_until_ = std::max(waited_until_, until_seconds);
      return TimePassed{};
    }
    double next = next_time(until_seconds);
    if (next == never) {
      fail_all({ErrorKind::timed_out, "nothing in the simulated world will change any more", ""});
    } else if (sleep_until(next)) {
      go_on_to(next);
    }
  }
}

/// A change that is past its middle may have come to its effect; a wait changes nothing.
void SimRunner::cancel() {
  std::lock_guard lock(simulation_.mutex());
  while (!running_.empty()) {
    Running& running = running_.front();
    bool past_middle = running.due < never && world_now() - running.started > (running.due - running.started) / 2;
    Error error{ErrorKind::cancelled, fmt::format("{} was cancelled", id_of(running.job.op)), ""};
    if (past_middle) {
      error = {ErrorKind::outcome_unknown, fmt::format("{} was killed half-way", id_of(running.job.op)), ""};
      (void)simulation_.leave_half(running.job.op, setting_of(running));
    }
    finish(0, tl::unexpected(error));
  }
}

}  // namespace tbx::sim
