// Runs the loop under the lock.
#include "cli/change.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <ctime>

#include "cli/interrupt.h"
#include "cli/messages.h"
#include "cli/progress.h"
#include "engine/journal.h"
#include "engine/look.h"
#include "specs/load.h"

namespace tbx {
namespace {

/// Gives the lock back however the change ends.
class HeldLock {
 public:
  HeldLock(ClusterLock& lock, const std::string& cluster, const Streams& streams)
      : lock_(lock), cluster_(cluster), streams_(streams) {}
  ~HeldLock() {
    if (const Status released = lock_.release(cluster_); !released) {
      say_warning(streams_,
                  fmt::format("the lock of {} could not be given back: {}", cluster_, released.error().message));
    }
  }
  HeldLock(const HeldLock&) = delete;
  HeldLock& operator=(const HeldLock&) = delete;

 private:
  ClusterLock& lock_;
  const std::string& cluster_;
  const Streams& streams_;
};

std::string now_as_text() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now));
}

/// One that writes nothing where no file was asked for.
Result<Journal> open_journal(const std::string& file, const std::string& cluster) {
  if (file.empty()) return Journal();
  return Journal::open(path_from_text(file), cluster, now_as_text());
}

ConvergeResult run_loop(const Session& session, ChangeRequest& request, Events& events) {
  ConvergeInput input{.spec = session.spec,
                      .providers = request.providers,
                      .runner = *session.outside.runner,
                      .events = events,
                      .mask = session.mask,
                      .planner = request.planner,
                      .mode = request.mode};
  input.options = options_for(session.spec, request.first.found.host);
  input.options.parallel = request.parallel.value_or(0);
  input.max_rounds = request.max_rounds.value_or(input.max_rounds);
  input.first = std::move(request.first);
  return converge(input);
}

void say_errors(const ConvergeResult& result, const Streams& streams) {
  for (const NamedError& each : result.errors) {
    // Whoever asked to stop knows why.
    if (result.exit_code == ExitCode::interrupted && each.error.kind == ErrorKind::cancelled) continue;
    say_error(streams,
              Error{.kind = each.error.kind,
                    .message = fmt::format("{} {}: {}", each.id, each.was_started ? "failed" : "was not started",
                                           each.error.message),
                    .detail = each.error.detail});
  }
}

void say_refused_and_unknown(const ConvergeResult& result, const Streams& streams) {
  for (const Refused& each : result.refused) {
    say_error(streams, fmt::format("{} was refused ({}): {}", id_of(each.op), each.rule, each.reason));
  }
  for (const Unknown& each : result.plan.unknown) {
    say_error(streams, fmt::format("{} could not be observed: {}", display_name(each.system), each.reason));
  }
  for (const std::string& each : result.unsettled) say_error(streams, fmt::format("does not settle: {}", each));
}

std::string advice(const ConvergeResult& result, const std::string& command) {
  switch (result.exit_code) {
    case ExitCode::done:
    case ExitCode::changes:
      return {};
    case ExitCode::failed:
      return fmt::format("Mend the cause, then run: {}\nIt goes on from here.", command);
    case ExitCode::refused:
      return "The rest is done. What a rule refuses stays as it is until the facts change.";
    case ExitCode::unobservable:
      return fmt::format("When it can be seen again, run: {}", command);
    case ExitCode::not_converged:
      return fmt::format("Somebody or something else may be setting it back; tbx drift shows both values. Again: {}",
                         command);
    case ExitCode::interrupted:
      return fmt::format("Interrupted. To go on from here, run: {}", command);
  }
  return {};
}

}  // namespace

std::optional<ConvergeResult> change(const Session& session, ChangeRequest request, const Streams& streams) {
  Result<Journal> journal = open_journal(request.events_file, session.spec.name);
  if (!journal) {
    say_error(streams, journal.error());
    return {};
  }
  const CountInterrupts counting;
  if (const Status locked = session.outside.lock->acquire(session.spec.name); !locked) {
    say_error(streams, locked.error());
    return {};
  }
  ConvergeResult result;
  {
    const HeldLock held(*session.outside.lock, session.spec.name, streams);
    Progress progress(streams, session.outside.rate);
    TeeEvents events(request.events_file.empty() ? std::vector<Events*>{&progress}
                                                 : std::vector<Events*>{&*journal, &progress});
    result = run_loop(session, request, events);
  }
  if (const Status finished = session.outside.finish(); !finished) say_warning(streams, finished.error().message);
  if (!journal->status()) say_warning(streams, journal->status().error().message);
  return result;
}

void say_how_it_ended(const ConvergeResult& result, const Session& session, const Streams& streams) {
  if (result.exit_code == ExitCode::done) return;
  say_errors(result, streams);
  say_refused_and_unknown(result, streams);
  say(streams, advice(result, session.command_line));
}

std::string effort_text(const ConvergeResult& result, const Session& session) {
  const std::string retries = result.retries == 0
                                  ? "nothing had to be repeated"
                                  : counted(static_cast<std::size_t>(result.retries), "repeated attempt");
  return fmt::format("{}, {}, {}{}", counted(static_cast<std::size_t>(result.rounds), "round"), retries,
                     duration_text(result.seconds),
                     session.outside.is_simulated ? " of the simulated world's time" : "");
}

}  // namespace tbx
