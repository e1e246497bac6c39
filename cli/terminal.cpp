// Asks the operating system about its terminal.
#include "cli/terminal.h"

#include <cstdlib>
#include <iostream>
#include <string_view>

#ifdef _WIN32
#include <io.h>
#include <windows.h>
#else
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>
#endif

namespace tbx {
namespace {

constexpr int default_width = 80;

bool is_set(const char* value) { return value != nullptr && *value != '\0'; }

#ifdef _WIN32
bool is_terminal(int descriptor) { return _isatty(descriptor) != 0; }

void open_closed_streams() {}

int terminal_width() {
  CONSOLE_SCREEN_BUFFER_INFO info;
  for (const DWORD handle : {STD_ERROR_HANDLE, STD_OUTPUT_HANDLE}) {
    if (GetConsoleScreenBufferInfo(GetStdHandle(handle), &info)) return info.srWindow.Right - info.srWindow.Left + 1;
  }
  return 0;
}

/// Old consoles understand escape sequences and UTF-8 only when asked to.
const char* prepare_console() {
  for (const DWORD handle : {STD_ERROR_HANDLE, STD_OUTPUT_HANDLE}) {
    DWORD mode = 0;
    if (GetConsoleMode(GetStdHandle(handle), &mode)) {
      SetConsoleMode(GetStdHandle(handle), mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING);
    }
  }
  SetConsoleOutputCP(CP_UTF8);
  return "UTF-8";
}
#else
bool is_terminal(int descriptor) { return isatty(descriptor) != 0; }

int terminal_width() {
  winsize size{};
  for (const int descriptor : {STDERR_FILENO, STDOUT_FILENO}) {
    if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  }
  return 0;
}

/// A file that is opened later would else become the closed stream, and get its messages. Read only: writing still
/// fails.
void open_closed_streams() {
  int descriptor = -1;
  do {
    descriptor = open("/dev/null", O_RDONLY);
  } while (descriptor >= 0 && descriptor <= STDERR_FILENO);
  if (descriptor >= 0) close(descriptor);
}

const char* prepare_console() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    if (const char* value = std::getenv(name); is_set(value)) return value;
  }
  return nullptr;
}
#endif

}  // namespace

Terminal terminal_of(bool is_terminal, const TerminalEnvironment& environment) {
  const bool is_dumb = environment.term != nullptr && std::string_view(environment.term) == "dumb";
  const std::string_view locale = environment.locale == nullptr ? "" : environment.locale;
  const bool knows_unicode = locale.find("UTF-8") != std::string_view::npos ||
                             locale.find("utf8") != std::string_view::npos ||
                             locale.find("utf-8") != std::string_view::npos;
  return {.is_terminal = is_terminal,
          .colour = is_terminal && !is_dumb && !is_set(environment.no_color),
          .live = is_terminal && !is_dumb,
          .unicode = knows_unicode};
}

Streams standard_streams() {
  open_closed_streams();
  const TerminalEnvironment environment{std::getenv("NO_COLOR"), std::getenv("TERM"), prepare_console()};
  return {.in = std::cin,
          .out = std::cout,
          .err = std::cerr,
          .in_is_terminal = is_terminal(0),
          .out_terminal = terminal_of(is_terminal(1), environment),
          .err_terminal = terminal_of(is_terminal(2), environment)};
}

int width_of(const Streams& streams) {
  if (streams.fixed_width > 0) return streams.fixed_width;
  const int width = terminal_width();
  return width > 0 ? width : default_width;
}

TextStyle style_of(const Streams& streams, const Terminal& terminal) {
  return {.width = width_of(streams), .colour = terminal.colour, .ascii = !terminal.unicode};
}

}  // namespace tbx
