// The exit codes of every command; a contract.
#pragma once

#include <algorithm>
#include <array>
#include <initializer_list>

namespace tbx {

enum class ExitCode {
  done = 0,          ///< or nothing to do
  failed = 1,        ///< bad input or usage, a failed action, a lock held by somebody else, a question answered no
  changes = 2,       ///< drift and plan --detailed-exitcode: there are some
  refused = 3,       ///< by a safety rule, or a plan file whose facts moved
  unobservable = 4,  ///< something needed could not be observed
  not_converged = 5,
  interrupted = 130,
};

/// The one to exit with where several hold; done when none does.
inline ExitCode strongest(std::initializer_list<ExitCode> codes) {
  constexpr std::array order{ExitCode::interrupted,   ExitCode::failed,  ExitCode::refused,
                             ExitCode::not_converged, ExitCode::changes, ExitCode::unobservable};
  for (ExitCode each : order) {
    if (std::find(codes.begin(), codes.end(), each) != codes.end()) return each;
  }
  return ExitCode::done;
}

}  // namespace tbx
