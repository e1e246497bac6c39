// The command line, as plain data.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tl/expected.hpp>
#include <variant>
#include <vector>

#include "engine/observed_host.h"

namespace tbx {

/// Which systems are simulated, and where their world is kept.
struct SimArguments {
  std::string file = {};  ///< empty: nothing is simulated
  std::set<System> systems = {};
  double pace = 0;  ///< virtual seconds a second; 0: no waiting
  bool operator==(const SimArguments&) const = default;
};

enum class PlanFormat { text, json, markdown, dot };
enum class DriftFormat { text, json, markdown, junit };
enum class Question { ask, answered_yes };

struct HelpArguments {
  std::string command = {};
  bool operator==(const HelpArguments&) const = default;
};
struct VersionArguments {
  bool operator==(const VersionArguments&) const = default;
};
struct InitArguments {
  std::string name = {};
  std::string example = {};
  bool operator==(const InitArguments&) const = default;
};
struct ValidateArguments {
  std::string spec = {};
  bool operator==(const ValidateArguments&) const = default;
};
struct SchemaArguments {
  std::string name = {};
  bool operator==(const SchemaArguments&) const = default;
};
struct PlanArguments {
  std::string spec = {};
  SimArguments sim = {};
  PlanFormat format = PlanFormat::text;
  bool detailed_exit_code = false;
  std::string from = {};    ///< a snapshot; empty: look
  std::string output = {};  ///< where to save the plan; empty: nowhere
  bool operator==(const PlanArguments&) const = default;
};
struct ApplyArguments {
  std::string spec = {};  ///< or a saved plan
  SimArguments sim = {};
  Question question = Question::ask;
  std::optional<int> max_rounds = {};
  std::optional<int> parallel = {};
  std::vector<std::string> replace = {};  ///< nodes to be made anew
  std::string events = {};                ///< journal; empty: none
  bool operator==(const ApplyArguments&) const = default;
};
struct ExplainArguments {
  std::string spec = {};
  std::string subject = {};  ///< an action or a path of the spec
  SimArguments sim = {};
  std::string from = {};  ///< a snapshot; empty: look
  bool operator==(const ExplainArguments&) const = default;
};
struct DriftArguments {
  std::string spec = {};
  SimArguments sim = {};
  DriftFormat format = DriftFormat::text;
  bool operator==(const DriftArguments&) const = default;
};
struct StatusArguments {
  std::string spec = {};
  SimArguments sim = {};
  bool operator==(const StatusArguments&) const = default;
};
struct ObserveArguments {
  std::string spec = {};
  SimArguments sim = {};
  std::string output = {};  ///< empty: stdout
  bool operator==(const ObserveArguments&) const = default;
};
struct DestroyArguments {
  std::string spec = {};
  SimArguments sim = {};
  Question question = Question::ask;
  std::string events = {};
  bool operator==(const DestroyArguments&) const = default;
};
struct ScaleArguments {
  std::string spec = {};
  std::map<std::string, int> counts = {};  ///< by the pool as it was typed
  bool operator==(const ScaleArguments&) const = default;
};
struct RemoveArguments {
  std::string spec = {};
  std::string node = {};
  Question question = Question::ask;
  bool operator==(const RemoveArguments&) const = default;
};
struct SimulateArguments {
  std::string spec = {};
  SimArguments sim = {};  ///< no file: from an empty host
  int runs = 100;
  std::uint64_t seed = 1;  ///< of the first run; each later one takes the next
  double faults = 0;       ///< of each kind, between 0 and 1
  bool kill = false;
  bool operator==(const SimulateArguments&) const = default;
};
struct WorldArguments {
  std::string file = {};
  std::vector<std::string> verb = {};  ///< with its arguments
  bool operator==(const WorldArguments&) const = default;
};
struct CompletionArguments {
  std::string shell = {};
  bool operator==(const CompletionArguments&) const = default;
};

using Arguments =
    std::variant<HelpArguments, VersionArguments, InitArguments, ValidateArguments, SchemaArguments, PlanArguments,
                 ExplainArguments, ApplyArguments, DriftArguments, StatusArguments, ObserveArguments, DestroyArguments,
                 ScaleArguments, RemoveArguments, SimulateArguments, WorldArguments, CompletionArguments>;

/// What is wrong with the command line, in sentences for a person.
struct UsageError {
  std::string message = {};
  std::string command = {};  ///< whose help says more; empty: that of tbx
};

/// `words`: without the program's name.
tl::expected<Arguments, UsageError> parse_arguments(const std::vector<std::string>& words);

}  // namespace tbx
