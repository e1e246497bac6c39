// tbx init: an example as a cluster.yaml of one's own, with the schema beside it.
#include <fmt/format.h>

#include <filesystem>
#include <ostream>

#include "cli/commands.h"
#include "cli/files.h"
#include "cli/messages.h"
#include "specs/did_you_mean.h"
#include "specs/embedded.h"
#include "specs/load.h"

namespace tbx {
namespace {

constexpr std::string_view spec_file = "cluster.yaml";
constexpr std::string_view schema_file = "cluster.schema.json";
constexpr std::string_view schema_line = "# yaml-language-server: $schema=";

LoadedSpec load_alone(std::string_view text) {
  const auto nothing_beside = [](const std::filesystem::path&) -> tl::expected<std::string, std::string> {
    return tl::unexpected(std::string("not there"));
  };
  return load_cluster_spec(text, {.file = std::string(spec_file), .read_file = nothing_beside});
}

/// Examples that need no files beside them.
std::vector<std::string> example_names() {
  std::vector<std::string> names;
  for (const EmbeddedFile& example : embedded_examples()) {
    if (load_alone(example.text).spec) names.emplace_back(example.name);
  }
  return names;
}

/// The example with its first line pointing to the schema beside it, and under another name.
std::string adapted(std::string_view example, std::string_view name) {
  std::string result;
  bool is_in_metadata = false;
  while (!example.empty()) {
    const std::size_t end = std::min(example.find('\n'), example.size());
    const std::string_view line = example.substr(0, end);
    example.remove_prefix(std::min(end + 1, example.size()));
    if (!line.empty() && line.front() != ' ') is_in_metadata = line.starts_with("metadata:");
    if (line.starts_with(schema_line)) {
      result += fmt::format("{}{}\n", schema_line, schema_file);
    } else if (is_in_metadata && !name.empty() && line.starts_with("  name:")) {
      result += fmt::format("  name: {}\n", name);
    } else {
      result += fmt::format("{}\n", line);
    }
  }
  return result;
}

/// Why the file can't be written without overwriting something; empty when it can.
std::string why_not_write(std::string_view file, std::string_view text) {
  const std::filesystem::path path = path_from_text(file);
  std::error_code ignored;
  if (!std::filesystem::exists(std::filesystem::symlink_status(path, ignored))) return {};
  const auto present = read_file_from_disk(path);
  if (file == schema_file && present && *present == text) return {};
  return fmt::format("{} is there already, and init overwrites nothing; move it away, or work in another folder", file);
}

ExitCode fail(const Streams& streams, std::string_view message) {
  say_error(streams, message);
  return ExitCode::failed;
}

ExitCode write_both(const Streams& streams, const std::string& spec, std::string_view schema) {
  for (const auto& [file, text] :
       {std::pair<std::string_view, std::string_view>{spec_file, spec}, {schema_file, schema}}) {
    if (const std::string why = why_not_write(file, text); !why.empty()) return fail(streams, why);
  }
  if (const auto problem = write_file(path_from_text(schema_file), schema)) return fail(streams, *problem);
  if (const auto problem = write_file(path_from_text(spec_file), spec)) return fail(streams, *problem);
  return ExitCode::done;
}

}  // namespace

ExitCode run_command(const InitArguments& arguments, Streams& streams) {
  const std::string example = arguments.example.empty() ? "sandbox" : arguments.example;
  const std::vector<std::string> names = example_names();
  if (std::find(names.begin(), names.end(), example) == names.end()) {
    if (!embedded_example(example).empty()) {
      return fail(streams, fmt::format("example {} needs files beside it; copy the folder examples/{} of tbx' sources",
                                       example, example));
    }
    return fail(streams, fmt::format("there is no example \"{}\"{}; there are {}", example,
                                     did_you_mean(example, names), fmt::join(names, ", ")));
  }
  const std::string spec = adapted(embedded_example(example), arguments.name);
  const LoadedSpec loaded = load_alone(spec);
  if (!loaded.spec) {
    streams.err << format_problems(loaded.problems, loaded.sources);
    return fail(streams, fmt::format("\"{}\" is no name for a cluster; nothing was written", arguments.name));
  }
  if (const ExitCode code = write_both(streams, spec, embedded_schema("cluster")); code != ExitCode::done) return code;
  streams.out << fmt::format(
      "{} holds the cluster {}, from the example {}; {} is beside it, for editors.\n"
      "Next: tbx plan {} --sim world.json shows what it takes to make it, in a simulated world;\n"
      "      tbx apply {} --sim world.json makes it.\n",
      spec_file, loaded.spec->name, example, schema_file, spec_file, spec_file);
  return ExitCode::done;
}

}  // namespace tbx
