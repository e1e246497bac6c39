#include "cli/rehearsal_progress.h"

#include <fmt/format.h>

#include <chrono>
#include <ostream>

namespace tbx {
namespace {

constexpr auto between_lines = std::chrono::seconds(10);
constexpr std::string_view erase_line = "\r\x1b[K";

}  // namespace

RehearsalProgress::RehearsalProgress(const Streams& streams, int runs)
    : streams_(streams), runs_(runs), ticker_([this](const std::stop_token& stop) { tick(stop); }) {}

RehearsalProgress::~RehearsalProgress() {
  ticker_.request_stop();
  ticker_.join();
}

void RehearsalProgress::count(bool went_well) {
  const std::lock_guard lock(mutex_);
  ++done_;
  wrong_ += went_well ? 0 : 1;
}

void RehearsalProgress::tick(const std::stop_token& stop) {
  const bool live = streams_.err_terminal.live;
  const auto pause = live ? std::chrono::milliseconds(between_draws) : std::chrono::milliseconds(between_lines);
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, stop, longest_silence, [] { return false; });
  while (!stop.stop_requested()) {
    const std::string wrong = wrong_ == 0 ? "" : fmt::format(", {} went wrong", wrong_);
    const std::string line = fmt::format("{} of {} runs{}", done_, runs_, wrong);
    streams_.err << (live ? fmt::format("{}{}", erase_line, line) : line + "\n") << std::flush;
    wake_.wait_for(lock, stop, pause, [] { return false; });
    if (live) streams_.err << erase_line << std::flush;
  }
}

}  // namespace tbx
