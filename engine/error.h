// What can go wrong with the outside world, as data.
#pragma once

#include <string>
#include <tl/expected.hpp>

namespace tbx {

/// A closed list; design, section 3. One switch says which may be retried.
enum class ErrorKind {
  unreachable,       ///< nothing answered
  timed_out,         ///< the deadline passed before the effect; nothing was changed
  busy,              ///< somebody else works on it; later may do
  rejected,          ///< the system said no, for a reason that a retry does not change
  malformed_answer,  ///< it answered what we do not understand
  outcome_unknown,   ///< killed, or the answer was lost: look again, never repeat blindly
  refused,           ///< one of our own safety rules said no
  cancelled,         ///< the user asked to stop
};

struct Error {
  ErrorKind kind = ErrorKind::rejected;
  std::string message;  ///< one sentence, naming the thing it is about
  std::string detail;   ///< what the tool printed, secrets removed; may be empty
  bool operator==(const Error&) const = default;
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

inline tl::unexpected<Error> failure(ErrorKind kind, std::string message, std::string detail = {}) {
  return tl::unexpected<Error>(Error{kind, std::move(message), std::move(detail)});
}

/// Whether the same call may simply be made again. Never so after outcome_unknown.
bool is_retryable(ErrorKind kind);

/// "timed out", "outcome unknown": for people.
std::string to_string(ErrorKind kind);

}  // namespace tbx
