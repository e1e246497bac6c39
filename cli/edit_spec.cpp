// Edits a cluster file on behalf of a command.
#include "cli/edit_spec.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ostream>
#include <set>

#include "cli/files.h"
#include "cli/load_spec.h"
#include "cli/messages.h"
#include "engine/removal_rules.h"
#include "specs/did_you_mean.h"

namespace tbx {
namespace {

SpecLocation location_of(const std::string& name) { return {.file = text_from_path(path_from_text(name))}; }

/// "a, b, c and 3 more"
std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t most = 8;
  if (names.size() <= most) return fmt::format("{}", fmt::join(names, ", "));
  return fmt::format("{} and {} more", fmt::join(names.begin(), names.begin() + most, ", "), names.size() - most);
}

/// Names that the one has and the other has not.
std::vector<std::string> names_only_in(const ClusterSpec& spec, const ClusterSpec& other) {
  std::set<std::string> others;
  for (const NodeSpec& node : other.nodes) others.insert(node.name);
  std::vector<std::string> names;
  for (const NodeSpec& node : spec.nodes) {
    if (!others.contains(node.name)) names.push_back(node.name);
  }
  return names;
}

std::vector<std::string> nodes_that_go(const ClusterSpec& spec, const std::vector<PoolNumbers>& wanted) {
  std::vector<std::string> names;
  for (const NodeSpec& node : spec.nodes) {
    const auto pool = std::ranges::find(wanted, node.pool, &PoolNumbers::pool);
    if (pool != wanted.end() && !std::ranges::binary_search(pool->numbers, node.number)) names.push_back(node.name);
  }
  return names;
}

bool is_refused(const SpecFile& file, const std::vector<std::string>& nodes, const Streams& streams) {
  const auto refusals = why_not_take_out(file.spec, nodes);
  for (const RefusedRemoval& each : refusals) {
    say_error(streams, fmt::format("taking {} out of {} is refused ({}): {}", some_of(each.nodes), file.name,
                                   each.refusal.rule, each.refusal.reason));
  }
  if (!refusals.empty()) say(streams, "Nothing was changed.");
  return !refusals.empty();
}

ExitCode fail(const SpecFile& file, const EditFailure& failure, const Streams& streams) {
  streams.err << format_problems(failure.problems, failure.sources) << std::flush;
  if (failure.is_about_result) {
    say_error(streams,
              fmt::format("{} would not be valid any more; the places above are those after the edit", file.name));
  }
  say(streams, "Nothing was changed.");
  return ExitCode::failed;
}

std::string changes_text(const SpecFile& file, const std::vector<LineChange>& changes, const Streams& streams) {
  const TextStyle style = style_of(streams, streams.out_terminal);
  std::size_t digits = 1;
  for (const LineChange& change : changes) digits = std::max(digits, std::to_string(change.line).size());
  std::string text = file.name + "\n";
  for (const LineChange& change : changes) {
    const bool is_added = change.kind == LineChange::added;
    const std::string line =
        fmt::format("{:>{}} {} {}", change.line, digits, is_added ? '+' : '-', printable(change.text));
    const auto width = static_cast<std::size_t>(std::max(style.width - 2, 20));
    text += fmt::format("  {}\n", painted(is_added ? Ink::green : Ink::red, shortened(line, width, style), style));
  }
  return text;
}

/// What the next apply makes of it.
std::string consequence_text(const ClusterSpec& before, const ClusterSpec& after, const TextStyle& style) {
  const std::vector<std::string> coming = names_only_in(after, before);
  const std::vector<std::string> going = names_only_in(before, after);
  std::string text;
  if (!coming.empty()) append_wrapped(text, "The next apply makes ", some_of(coming) + ".", style);
  if (!going.empty()) append_wrapped(text, "The next apply drains and deletes ", some_of(going) + ".", style);
  return text;
}

bool is_agreed(const std::string& question, const Streams& streams) {
  if (question.empty()) return true;
  if (!can_ask(streams)) {
    say_error(streams, "nobody can be asked here, since this is no terminal; agree with --yes");
    return false;
  }
  const auto answer = ask(streams, question + " [y/N]");
  if (answer == "y" || answer == "Y" || answer == "yes") return true;
  say(streams, "Nothing was changed.");
  return false;
}

/// Unless somebody else wrote to the file meanwhile.
std::optional<std::string> replace_file(const SpecFile& file, const std::string& bytes) {
  const auto present = read_file_from_disk(path_from_text(file.name));
  if (!present || *present != file.bytes) {
    return fmt::format("{} was changed by somebody else meanwhile: run the same command again", file.name);
  }
  return write_file(path_from_text(file.name), bytes);
}

}  // namespace

std::string what_there_is(const std::string& unknown, const std::vector<std::string>& names,
                          const std::vector<std::string>& shown) {
  const std::string hint = did_you_mean(unknown, names);
  return fmt::format("{} There {} {}", hint.empty() ? "." : hint, names.size() == 1 ? "is" : "are", some_of(shown));
}

std::optional<SpecFile> open_spec_file(const std::string& name, const Streams& streams) {
  std::error_code ignored;
  const std::filesystem::path path = path_from_text(name);
  if (std::filesystem::exists(path, ignored) && !std::filesystem::is_regular_file(path, ignored)) {
    say_error(streams, fmt::format("{} is no file that can be edited", name));
    return {};
  }
  const SpecLocation location = location_of(name);
  const auto bytes = read_file_from_disk(path);
  LoadedSpec loaded =
      bytes ? load_cluster_spec(*bytes, location, load_options()) : load_cluster_file(path, load_options());
  if (!loaded.spec) {
    streams.err << format_problems(loaded.problems, loaded.sources) << std::flush;
    return {};
  }
  return SpecFile{name, *bytes, *std::move(loaded.spec), pools_of(*bytes, location, load_options())};
}

ExitCode edit_spec(const SpecFile& file, const std::vector<PoolNumbers>& wanted, const std::string& question,
                   const Streams& streams) {
  if (is_refused(file, nodes_that_go(file.spec, wanted), streams)) return ExitCode::refused;
  const auto edited = edit_pools(file.bytes, location_of(file.name), wanted, load_options());
  if (!edited) return fail(file, edited.error(), streams);
  streams.err << format_problems(edited->loaded.problems, edited->loaded.sources) << std::flush;
  if (edited->changes.empty()) {
    streams.out << fmt::format("{} says so already: nothing was changed.\n", file.name);
    return ExitCode::done;
  }
  streams.out << changes_text(file, edited->changes, streams)
              << consequence_text(file.spec, *edited->loaded.spec, style_of(streams, streams.out_terminal))
              << std::flush;
  if (!is_agreed(question, streams)) return ExitCode::failed;
  if (const auto problem = replace_file(file, edited->bytes)) {
    say_error(streams, *problem);
    return ExitCode::failed;
  }
  streams.out << fmt::format("Next: tbx plan {0} shows what that takes;\n      tbx apply {0} does it.\n", file.name);
  return ExitCode::done;
}

}  // namespace tbx
