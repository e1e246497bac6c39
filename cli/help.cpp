// Lays out help pages.
#include "cli/help.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/text_layout.h"

namespace tbx {

std::string_view summary_of(const CommandInfo& command) {
  const std::string_view purpose = command.purpose;
  for (std::size_t end = purpose.find_first_of(".:,"); end != std::string_view::npos;
       end = purpose.find_first_of(".:,", end + 1)) {
    if (end + 1 == purpose.size() || purpose[end + 1] == ' ') return purpose.substr(0, end);
  }
  return purpose;
}

namespace {

struct Row {
  std::string left;
  std::string right;
};

constexpr std::size_t page_width = 100;

void append_section(std::string& page, std::string_view title, const std::vector<Row>& rows) {
  if (rows.empty()) return;
  page += fmt::format("\n{}:\n", title);
  std::size_t column = 0;
  for (const Row& row : rows) {
    if (!row.right.empty()) column = std::max(column, row.left.size());
  }
  for (const Row& row : rows) {
    if (row.right.empty()) {
      page += fmt::format("  {}\n", row.left);
      continue;
    }
    std::string_view left = row.left;
    for (const std::string& line : wrapped(row.right, page_width - std::min(column + 4, page_width / 2))) {
      page += fmt::format("  {:<{}}  {}\n", left, column, line);
      left = "";
    }
  }
}

std::string usage_of(const CommandInfo& command) {
  std::string usage = fmt::format("tbx {}", command.name);
  for (const PositionalInfo& positional : command.positionals) {
    const std::string name = fmt::format("{}{}", positional.name, positional.takes_rest ? " …" : "");
    usage += positional.is_required ? fmt::format(" {}", name) : fmt::format(" [{}]", name);
  }
  if (!command.options.empty()) usage += " [options]";
  return usage;
}

std::vector<Row> rows_of(const std::vector<PositionalInfo>& positionals) {
  std::vector<Row> rows;
  for (const PositionalInfo& each : positionals) rows.push_back({std::string(each.name), std::string(each.help)});
  return rows;
}

std::vector<Row> rows_of(const std::vector<OptionInfo>& options) {
  std::vector<Row> rows;
  for (const OptionInfo& each : options) {
    std::string left =
        each.short_name.empty() ? std::string(each.name) : fmt::format("{}, {}", each.short_name, each.name);
    if (!each.value.empty()) left += fmt::format(" {}", each.value);
    rows.push_back({left, std::string(each.help)});
  }
  rows.push_back({"-h, --help", "this page"});
  return rows;
}

std::vector<Row> rows_of(const std::vector<ExampleInfo>& examples) {
  std::vector<Row> rows;
  for (const ExampleInfo& each : examples) rows.push_back({std::string(each.command), std::string(each.what)});
  return rows;
}

std::vector<Row> rows_of(const std::vector<ExitInfo>& exits) {
  std::vector<Row> rows;
  for (const ExitInfo& each : exits) {
    rows.push_back({fmt::format("{:>3}", static_cast<int>(each.code)), std::string(each.when)});
  }
  return rows;
}

}  // namespace

std::string overview_page() {
  std::string page =
      "tbx makes a Talos Linux Kubernetes cluster on Hyper-V match one YAML file.\n\n"
      "Usage: tbx COMMAND [arguments]\n";
  const std::vector<CommandInfo>& commands = all_commands();
  std::string_view group;
  for (const CommandInfo& command : commands) {
    if (command.group != group) page += fmt::format("\n{}:\n", command.group);
    group = command.group;
    page += fmt::format("  {:<12}{}\n", command.name, summary_of(command));
  }
  append_section(page, "Try it, without any real system",
                 {{"tbx init", "writes cluster.yaml"},
                  {"tbx apply cluster.yaml --sim world.json", "a whole cluster, in a simulated world"},
                  {"tbx world world.json power-off talos-hypv-worker-01", "spoil it"},
                  {"tbx drift cluster.yaml --sim world.json", "see what differs; apply mends it"}});
  page += "\ntbx COMMAND --help says more about one, tbx --version which release this is.\n";
  return page;
}

std::string help_page(const CommandInfo& command, std::string_view verbs) {
  std::string page;
  for (const std::string& line : wrapped(command.purpose, page_width)) page += line + "\n";
  page += fmt::format("\nUsage: {}\n", usage_of(command));
  append_section(page, "Arguments", rows_of(command.positionals));
  append_section(page, "Options", rows_of(command.options));
  if (!verbs.empty()) page += fmt::format("\nVerbs:\n{}", verbs);
  append_section(page, "Examples", rows_of(command.examples));
  append_section(page, "Exit codes", rows_of(command.exits));
  return page;
}

}  // namespace tbx
