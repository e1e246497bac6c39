#include "providers/talos/talosctl.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "specs/load.h"

namespace tbx {

namespace {

/// The user's own talosconfig is no business of ours.
ToolEnvironment environment() {
  ToolEnvironment environment = without_proxies();
  environment["TALOSCONFIG"] = std::nullopt;
  return environment;
}

ToolCall talosctl(std::vector<std::string> arguments) {
  return {.tool = "talosctl",
          .arguments = std::move(arguments),
          .environment = environment(),
          .deadline_seconds = talos_look_seconds};
}

/// Of the flags that we use, those whose value is a word of its own.
constexpr std::array takes_a_value = {"--talosconfig", "-e", "-n", "-o", "-f", "-c", "-m", "-t", "--mode", "--image"};

/// The words that say what is asked, without where and how.
std::vector<std::string> words_of(const ToolCall& call, std::string& nodes) {
  std::vector<std::string> words;
  for (auto word = call.arguments.begin(); word != call.arguments.end(); ++word) {
    bool has_value = std::ranges::find(takes_a_value, *word) != takes_a_value.end();
    if (has_value && std::next(word) != call.arguments.end()) {
      nodes = *word == "-n" ? *std::next(word) : nodes;
      ++word;
    } else if (!word->starts_with("-") && words.size() < 3) {
      words.push_back(*word);
    }
  }
  return words;
}

}  // namespace

std::string described(const ToolCall& call) {
  std::string nodes;
  std::vector<std::string> words = words_of(call, nodes);
  std::string text = fmt::format("{} {}", call.tool, fmt::join(words, " "));
  return nodes.empty() ? text : fmt::format("{} on {}", text, nodes);
}

std::filesystem::path Talosctl::talosconfig() const {
  std::lock_guard lock(mutex_);
  return talosconfig_;
}

void Talosctl::use(std::filesystem::path talosconfig) {
  std::lock_guard lock(mutex_);
  talosconfig_ = std::move(talosconfig);
}

ToolCall Talosctl::authenticated(const TalosTarget& target, std::vector<std::string> arguments) const {
  ToolCall call = talosctl({"--talosconfig", text_from_path(talosconfig()), "-e", target.endpoint, "-n",
                            fmt::format("{}", fmt::join(target.nodes, ","))});
  std::ranges::move(arguments, std::back_inserter(call.arguments));
  return call;
}

ToolCall Talosctl::insecure(const std::string& address, std::vector<std::string> arguments) {
  ToolCall call = talosctl({"-n", address});
  std::ranges::move(arguments, std::back_inserter(call.arguments));
  call.arguments.emplace_back("--insecure");
  return call;
}

ToolCall Talosctl::offline(std::vector<std::string> arguments) { return talosctl(std::move(arguments)); }

tl::expected<std::string, TalosFailure> Talosctl::ask(const ToolCall& call, std::stop_token stop) {
  Result<CommandOutput> output = run(call, std::move(stop));
  if (!output) {
    bool was_lost = output.error().kind == ErrorKind::outcome_unknown;
    return tl::unexpected(TalosFailure{was_lost ? TalosTrouble::lost : TalosTrouble::other, "", output.error()});
  }
  if (output->exit_code != 0) {
    TalosFailure failure = classify_failure(output->err, described(call));
    failure.error.detail = command_line(call) + (failure.error.detail.empty() ? "" : "\n" + failure.error.detail);
    return tl::unexpected(std::move(failure));
  }
  return std::move(output->out);
}

}  // namespace tbx
