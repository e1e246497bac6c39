// The handler only counts, or ends the program; both are allowed in a signal handler.
#include "cli/interrupt.h"

#include <csignal>
#include <cstdlib>

#ifdef _WIN32
#include <io.h>
#include <process.h>
#else
#include <unistd.h>
#endif

#include "engine/exit_code.h"

namespace tbx {
namespace {

constexpr int presses_that_end_at_once = 3;
constexpr char show_cursor[] = "\x1b[?25h";
constexpr char hide_cursor[] = "\x1b[?25l";

std::atomic<int> count{0};
std::atomic<bool> counting{false};
std::atomic<bool> cursor_is_hidden{false};
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

template <std::size_t size>
void write_to_terminal(const char (&text)[size]) {
#ifdef _WIN32
  [[maybe_unused]] const auto written = _write(2, text, static_cast<unsigned>(size - 1));
#else
  [[maybe_unused]] const auto written = write(STDERR_FILENO, text, size - 1);
#endif
}

[[noreturn]] void end_at_once() {
  if (cursor_is_hidden) write_to_terminal(show_cursor);
  _exit(static_cast<int>(ExitCode::interrupted));
}

extern "C" void on_signal(int signal_number) {
  if (!counting) end_at_once();
  const int presses = signal_number == SIGINT ? 1 : 2;
  if (count.fetch_add(presses) + presses >= presses_that_end_at_once) {
    if (signal_number == SIGINT) end_at_once();
  }
#ifdef _WIN32
  std::signal(signal_number, on_signal);
#endif
}

}  // namespace

void handle_interrupts() {
#ifdef _WIN32
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
#else
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  for (const int signal_number : {SIGINT, SIGTERM, SIGHUP}) sigaction(signal_number, &action, nullptr);
#endif
}

const std::atomic<int>& interrupt_count() { return count; }

CountInterrupts::CountInterrupts() {
  count = 0;
  counting = true;
}

CountInterrupts::~CountInterrupts() { counting = false; }

HideCursor::HideCursor() {
  cursor_is_hidden = true;
  write_to_terminal(hide_cursor);
}

HideCursor::~HideCursor() {
  write_to_terminal(show_cursor);
  cursor_is_hidden = false;
}

}  // namespace tbx
