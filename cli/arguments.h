// The command line, as plain data.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <tl/expected.hpp>
#include <variant>
#include <vector>

#include "engine/observed_host.h"

namespace tbx {

/// Which systems are simulated, and where their world is kept.
struct SimOptions {
  std::string file;  ///< empty: nothing is simulated
  std::set<System> systems;
  double pace = 0;  ///< virtual seconds a second; 0: no waiting
  bool operator==(const SimOptions&) const = default;
};

enum class OutputFormat { text, json, markdown };
enum class Question { ask, answered_yes };

struct HelpOptions {
  std::string command;
  bool operator==(const HelpOptions&) const = default;
};
struct VersionOptions {
  bool operator==(const VersionOptions&) const = default;
};
struct InitOptions {
  std::string name;
  std::string example;
  bool operator==(const InitOptions&) const = default;
};
struct ValidateOptions {
  std::string spec;
  bool operator==(const ValidateOptions&) const = default;
};
struct SchemaOptions {
  std::string name;
  bool operator==(const SchemaOptions&) const = default;
};
struct PlanOptions {
  std::string spec;
  SimOptions sim;
  OutputFormat format = OutputFormat::text;
  bool detailed_exit_code = false;
  std::string from;  ///< a snapshot; empty: look
  bool operator==(const PlanOptions&) const = default;
};
struct ApplyOptions {
  std::string spec;
  SimOptions sim;
  Question question = Question::ask;
  std::optional<int> max_rounds;
  std::optional<int> parallel;
  std::string events;  ///< journal; empty: none
  bool operator==(const ApplyOptions&) const = default;
};
struct DriftOptions {
  std::string spec;
  SimOptions sim;
  OutputFormat format = OutputFormat::text;
  bool operator==(const DriftOptions&) const = default;
};
struct StatusOptions {
  std::string spec;
  SimOptions sim;
  bool operator==(const StatusOptions&) const = default;
};
struct ObserveOptions {
  std::string spec;
  SimOptions sim;
  std::string output;  ///< empty: stdout
  bool operator==(const ObserveOptions&) const = default;
};
struct DestroyOptions {
  std::string spec;
  SimOptions sim;
  Question question = Question::ask;
  std::string events;
  bool operator==(const DestroyOptions&) const = default;
};
struct WorldOptions {
  std::string file;
  std::vector<std::string> verb;  ///< with its arguments
  bool operator==(const WorldOptions&) const = default;
};
struct CompletionOptions {
  std::string shell;
  bool operator==(const CompletionOptions&) const = default;
};

using Arguments =
    std::variant<HelpOptions, VersionOptions, InitOptions, ValidateOptions, SchemaOptions, PlanOptions, ApplyOptions,
                 DriftOptions, StatusOptions, ObserveOptions, DestroyOptions, WorldOptions, CompletionOptions>;

/// What is wrong with the command line, in sentences for a person.
struct UsageError {
  std::string message;
  std::string command;  ///< whose help says more; empty: that of tbx
};

/// `words`: without the program's name.
tl::expected<Arguments, UsageError> parse_arguments(const std::vector<std::string>& words);

}  // namespace tbx
