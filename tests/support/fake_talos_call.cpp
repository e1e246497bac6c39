#include "tests/support/fake_talos_call.h"

#include <algorithm>
#include <array>
#include <sstream>

namespace tbx::test {

namespace {

constexpr std::array takes_a_value = {"--talosconfig",
                                      "-e",
                                      "-n",
                                      "-o",
                                      "-f",
                                      "-c",
                                      "-m",
                                      "-t",
                                      "--mode",
                                      "--image",
                                      "--with-secrets",
                                      "--talos-version",
                                      "--kubernetes-version",
                                      "--install-disk",
                                      "--install-image",
                                      "--config-patch-control-plane",
                                      "--config-patch-worker"};

constexpr std::array stands_alone = {"--insecure", "--json",  "--client",    "--short",        "--wait",
                                     "--merge",    "--force", "--with-docs", "--with-examples"};

bool is_known(const std::string& flag, int client_minor) {
  return std::ranges::find(stands_alone, flag) != stands_alone.end() || (flag == "--drain" && client_minor >= 13);
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> items;
  std::istringstream in(text);
  for (std::string item; std::getline(in, item, ',');) {
    items.push_back(item);
  }
  return items;
}

void take_flag(FakeTalosCall& call, const std::string& name, const std::string& value) {
  call.flags[name] = value;
  if (name.starts_with("--config-patch-")) {
    call.patches.emplace_back(value.substr(1));  // @file
  }
}

}  // namespace

std::string FakeTalosCall::flag(const std::string& name) const {
  auto place = flags.find(name);
  return place == flags.end() ? "" : place->second;
}

FakeTalosCall fake_talos_call(const ToolCall& call, int client_minor) {
  FakeTalosCall parsed;
  for (auto word = call.arguments.begin(); word != call.arguments.end(); ++word) {
    const std::size_t equals = word->find('=');
    const std::string name = word->substr(0, equals);
    if (std::ranges::find(takes_a_value, *word) != takes_a_value.end() && std::next(word) != call.arguments.end()) {
      take_flag(parsed, *word, *std::next(word));
      ++word;
    } else if (is_known(name, client_minor)) {
      parsed.flags[name] = equals == std::string::npos ? "true" : word->substr(equals + 1);
    } else if (word->starts_with("-") && *word != "-") {
      parsed.usage_error = "unknown flag: " + name;
    } else {
      parsed.words.push_back(*word);
      parsed.line += (parsed.line.empty() ? "" : " ") + *word;
    }
  }
  parsed.nodes = split(parsed.flag("-n"));
  parsed.is_insecure = parsed.flag("--insecure") == "true";
  parsed.endpoint = parsed.is_insecure ? parsed.nodes.at(0) : parsed.flag("-e");
  parsed.is_offline = parsed.line.starts_with("gen ") || parsed.line == "validate" || parsed.flags.contains("--client");
  return parsed;
}

}  // namespace tbx::test
