// Which errors may be retried, and their names.
#include "engine/error.h"

namespace tbx {

bool is_retryable(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::unreachable:
    case ErrorKind::timed_out:
    case ErrorKind::busy:
      return true;
    case ErrorKind::rejected:
    case ErrorKind::malformed_answer:
    case ErrorKind::outcome_unknown:
    case ErrorKind::refused:
    case ErrorKind::cancelled:
      return false;
  }
  return false;
}

std::string to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::unreachable:
      return "unreachable";
    case ErrorKind::timed_out:
      return "timed out";
    case ErrorKind::busy:
      return "busy";
    case ErrorKind::rejected:
      return "rejected";
    case ErrorKind::malformed_answer:
      return "malformed answer";
    case ErrorKind::outcome_unknown:
      return "outcome unknown";
    case ErrorKind::refused:
      return "refused";
    case ErrorKind::cancelled:
      return "cancelled";
  }
  return "unknown error";
}

}  // namespace tbx
