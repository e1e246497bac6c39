// Writes to stderr, and reads answers.
#include "cli/messages.h"

#include <fmt/format.h>

#include <istream>
#include <ostream>

#include "engine/text_layout.h"

namespace tbx {
namespace {

std::string indented(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    result += fmt::format("  {}\n", text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

}  // namespace

void say_error(const Streams& streams, std::string_view message) {
  streams.err << painted(Ink::red, "error:", style_of(streams, streams.err_terminal)) << " " << message << "\n"
              << std::flush;
}

void say_warning(const Streams& streams, std::string_view message) {
  streams.err << painted(Ink::yellow, "warning:", style_of(streams, streams.err_terminal)) << " " << message << "\n"
              << std::flush;
}

void say(const Streams& streams, std::string_view message) { streams.err << message << "\n" << std::flush; }

void say_error(const Streams& streams, const Error& error) {
  say_error(streams, error.message);
  streams.err << indented(error.detail) << std::flush;
}

bool can_ask(const Streams& streams) { return streams.in_is_terminal && streams.err_terminal.is_terminal; }

std::optional<std::string> ask(const Streams& streams, std::string_view question) {
  streams.out << std::flush;
  streams.err << question << " " << std::flush;
  std::string line;
  if (!std::getline(streams.in, line)) {
    streams.err << "\n" << std::flush;
    return {};
  }
  const std::size_t first = line.find_first_not_of(" \t\r");
  if (first == std::string::npos) return std::string();
  return line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
}

}  // namespace tbx
