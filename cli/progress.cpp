// Draws over its own lines: up, clear, again.
#include "cli/progress.h"

#include <fmt/format.h>

#include <ostream>

#include "cli/messages.h"

namespace tbx {
namespace {

/// Waits that long, or until a stop is asked for; then it is true.
bool stopped_within(std::chrono::milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait_for(lock, stop, time, [] { return false; });
  return stop.stop_requested();
}

}  // namespace

Progress::Progress(const Streams& streams, double rate) : streams_(streams), rate_(rate) {
  if (!streams_.err_terminal.live) return;
  hidden_cursor_ = std::make_unique<HideCursor>();
  ticker_ = std::jthread([this](const std::stop_token& stop) { tick(stop); });
}

Progress::~Progress() {
  if (ticker_.joinable()) {
    ticker_.request_stop();
    ticker_.join();
  }
  erase();
  streams_.err << std::flush;
}

void Progress::on(const Event& event, const Plan& plan, double at_seconds) {
  const std::lock_guard lock(mutex_);
  follow(state_, event, plan, at_seconds);
  last_event_ = Clock::now();
  const auto line = lasting_line(state_, event, at_seconds, layout());
  if (line) {
    erase();
    streams_.err << *line << "\n";
  }
  if (streams_.err_terminal.live && line) draw();
  streams_.err << std::flush;
}

ProgressLayout Progress::layout() const {
  return {.style = style_of(streams_, streams_.err_terminal), .live = streams_.err_terminal.live};
}

double Progress::now_seconds() const {
  const std::chrono::duration<double> passed = Clock::now() - last_event_;
  return state_.at_seconds + passed.count() * rate_;
}

void Progress::erase() {
  if (drawn_lines_ == 0) return;
  streams_.err << fmt::format("\x1b[{}A\r\x1b[J", drawn_lines_);
  drawn_lines_ = 0;
}

void Progress::draw() {
  std::string text;
  const std::vector<std::string> lines = live_lines(state_, now_seconds(), layout());
  for (const std::string& line : lines) text += line + "\n";
  erase();
  streams_.err << text << std::flush;
  drawn_lines_ = lines.size();
}

void Progress::tick(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    draw();
    wake_.wait_for(lock, stop, between_draws, [] { return false; });
  }
}

Patience::Patience(const Streams& streams, std::string what)
    : waiter_([&streams, what = std::move(what)](const std::stop_token& stop) {
        if (!stopped_within(longest_silence, stop)) say(streams, what);
      }) {}

}  // namespace tbx
