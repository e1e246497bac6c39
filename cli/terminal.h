// What the program's three streams are connected to.
#pragma once

#include <chrono>
#include <iosfwd>

#include "engine/text_layout.h"

namespace tbx {

/// Longest time without a word, and shortest between two drawings of the same lines.
inline constexpr std::chrono::seconds longest_silence{2};
inline constexpr std::chrono::milliseconds between_draws{200};

/// How one stream may be written to.
struct Terminal {
  bool is_terminal = false;
  bool colour = false;   ///< a terminal, and neither NO_COLOR nor TERM=dumb says otherwise
  bool live = false;     ///< lines may be drawn over: a terminal that knows more than TERM=dumb
  bool unicode = false;  ///< symbols beyond ASCII come out right
  bool operator==(const Terminal&) const = default;
};

/// Where a command reads and writes. stdout carries the answer, stderr everything else.
struct Streams {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool in_is_terminal = false;
  Terminal out_terminal = {};
  Terminal err_terminal = {};
  int fixed_width = 0;  ///< columns; 0: as wide as the terminal is at that moment
};

/// What the environment says about colour and symbols; null for a variable that is not set.
struct TerminalEnvironment {
  const char* no_color = nullptr;
  const char* term = nullptr;
  const char* locale = nullptr;  ///< the first set of LC_ALL, LC_CTYPE, LANG
};

Terminal terminal_of(bool is_terminal, const TerminalEnvironment& environment);

/// The process' own streams. One that was closed by who started it stays of no use, and no file takes its place.
Streams standard_streams();

/// Columns of the terminal; 80 where there is none.
int width_of(const Streams& streams);

/// How text looks on one of the streams.
TextStyle style_of(const Streams& streams, const Terminal& terminal);

}  // namespace tbx
