// Scripts for Windows PowerShell 5.1: fixed text, values beside it, one JSON value back.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>
#include <tl/expected.hpp>

#include "engine/error.h"
#include "providers/tools.h"

namespace tbx {

struct PowerShellRequest {
  std::string_view script;                ///< fixed text of the project, in ASCII; values never stand in it
  nlohmann::json arguments = {};          ///< `$args[0]` of the script; strings are UTF-8
  double deadline_seconds = 30;           ///< from when it is sent, to a process that has shown that it answers
  ToolEffect effect = ToolEffect::looks;  ///< `changes`: a lost answer is outcome_unknown
};

/// What a script threw. To be told apart by `id`, `category` and `code`: the text is in the host's language.
struct PowerShellFailure {
  std::string id;        ///< FullyQualifiedErrorId: "InvalidParameter,Microsoft.HyperV.PowerShell.Commands.GetVM"
  std::string category;  ///< CategoryInfo.Category: "InvalidArgument"
  std::string message;   ///< as it was thrown, with its line ends
  /// "0x80070050", capital digits: the first `(0x........)` in the message; else the exception's own where it is one of
  /// Windows, 0x8007....; empty: there is none.
  std::string code;
  int line = 0;  ///< of the script, from 1; 0: unknown
  bool operator==(const PowerShellFailure&) const = default;
};

struct PowerShellError {
  Error error;
  std::optional<PowerShellFailure> failure;  ///< where the script threw something, and only then
};

using PowerShellResult = tl::expected<nlohmann::json, PowerShellError>;

/// One Windows PowerShell. Used by several threads at once; requests are answered one after the other.
class PowerShell {
 public:
  virtual ~PowerShell() = default;
  /// The script's one result: what it wrote to its output, null where that is nothing, an array where it is several
  /// objects. A one-element array stays one only inside of an object.
  /// Errors, without `failure`: rejected (PowerShell is not there, or can't be started), timed_out, cancelled,
  /// unreachable (it ended) and malformed_answer, each of them outcome_unknown instead once a request that changes
  /// something was sent. With `failure`: rejected, the script threw.
  virtual PowerShellResult ask(const PowerShellRequest& request, std::stop_token stop = {}) = 0;
};

}  // namespace tbx
