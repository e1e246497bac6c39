#include "tests/support/fake_talos.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "providers/talos/node_reach.h"
#include "tests/support/fake_talos_files.h"
#include "tests/support/recorded.h"

namespace tbx::test {

namespace {

/// What talosctl puts before the error of a call.
std::string error_prefix(const std::string& line) {
  static const std::vector<std::pair<std::string, std::string>> prefixes = {
      {"version", "error getting version: "},
      {"apply-config", "error applying new configuration: "},
      {"bootstrap", "error executing bootstrap: "},
      {"etcd members", "error getting members: "},
      {"etcd status", "error getting status: "},
      {"etcd snapshot", "error reading file: "},
      {"kubeconfig", "error copying: "},
      {"ls ", "error fetching logs: "},
      {"read ", "error reading file: "},
      {"upgrade", "error performing upgrade: "}};
  auto place = std::ranges::find_if(prefixes, [&](const auto& each) { return line.starts_with(each.first); });
  return place == prefixes.end() ? "" : place->second;
}

std::vector<std::string> header_of(const std::string& line) {
  if (line == "etcd members") return {"NODE", "ID", "HOSTNAME", "PEER URLS", "CLIENT URLS", "LEARNER"};
  if (line == "etcd status") {
    return {"NODE",    "MEMBER",   "DB SIZE", "IN USE", "LEADER", "RAFT INDEX", "RAFT TERM", "RAFT APPLIED INDEX",
            "LEARNER", "PROTOCOL", "STORAGE", "ERRORS"};
  }
  if (line == "upgrade") return {"NODE", "ACK", "STARTED"};
  return {"NODE", "MEMBER", "ALARM"};
}

/// One-to-one calls tell no node beside the error.
bool names_nodes(const std::string& line) {
  return !line.starts_with("get ") && !line.starts_with("read ") && line != "apply-config" &&
         !line.starts_with("kubeconfig") && !line.starts_with("etcd snapshot");
}

std::string list_of(const std::vector<std::string>& errors) {
  std::string text = fmt::format("{} error{} occurred:\n", errors.size(), errors.size() == 1 ? "" : "s");
  for (const std::string& error : errors) {
    text += "\t* " + error + "\n";
  }
  return text + "\n";
}

const std::string* starting_with(const std::string& line, const std::set<std::string>& starts) {
  auto place = std::ranges::find_if(starts, [&](const std::string& start) { return line.starts_with(start); });
  return place == starts.end() ? nullptr : &*place;
}

int minor_of(const std::string& version) { return std::stoi(version.substr(version.find('.') + 1)); }

}  // namespace

std::string fake_table(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::vector<std::string>> lines = rows;
  lines.insert(lines.begin(), header);
  std::string text;
  for (const std::vector<std::string>& line : lines) {
    for (std::size_t column = 0; column + 1 < line.size(); ++column) {
      std::size_t width = 0;
      for (const std::vector<std::string>& each : lines) width = std::max(width, each[column].size());
      text += fmt::format("{:<{}}", line[column], width + 3);
    }
    text += line.back() + "\n";
  }
  return text;
}

FakeTalosNode& FakeTalos::add(const std::string& name, const std::string& uuid, const std::string& node_address,
                              bool is_control_plane) {
  auto made = std::make_unique<FakeTalosNode>();
  made->port = std::make_unique<OpenPort>(talos_port);
  made->name = name;
  made->uuid = uuid;
  made->address = made->port->address();
  made->node_address = node_address;
  made->is_control_plane = is_control_plane;
  return *(nodes_[name] = std::move(made));
}

FakeTalosNode* FakeTalos::node_at(const std::string& address) {
  for (const auto& [name, each] : nodes_) {
    if (each->address == address || each->node_address == address) return each.get();
  }
  return nullptr;
}

Result<CommandOutput> FakeTalos::run(const ToolCall& call, std::stop_token stop) {
  if (stop.stop_requested()) {
    return failure(ErrorKind::cancelled, command_line(call) + " was stopped before it began");
  }
  before_call(call);
  std::lock_guard lock(mutex_);
  if (!is_there) return failure(ErrorKind::rejected, "talosctl is not there: install it, or name it in TBX_TALOSCTL");
  calls.push_back(call);
  const bool changes = call.effect == ToolEffect::changes;
  if (stop.stop_requested()) {
    return failure(changes ? ErrorKind::outcome_unknown : ErrorKind::cancelled, command_line(call) + " was stopped");
  }
  FakeTalosCall parsed = fake_talos_call(call, minor_of(version));
  auto output = answer(call, parsed);
  if (const std::string* start = starting_with(parsed.line, cut_off); start != nullptr) {
    cut_off.erase(*start);
    return failure(changes ? ErrorKind::outcome_unknown : ErrorKind::timed_out,
                   fmt::format("{} took longer than {:g} s", command_line(call), call.deadline_seconds));
  }
  return output;
}

Result<CommandOutput> FakeTalos::answer(const ToolCall& call, const FakeTalosCall& parsed) {
  if (!parsed.usage_error.empty()) return CommandOutput{1, "", parsed.usage_error + "\n\nUsage:\n  talosctl\n"};
  for (const auto& [start, output] : failures) {
    if (parsed.line.starts_with(start)) return output;
  }
  if (parsed.line == "validate") files_read.push_back(fake_file_text(parsed.flag("-c")));
  if (parsed.is_offline) return answer_offline(parsed, version, certificates);
  for (const std::string& name : parsed.nodes) {
    FakeTalosNode* asked = node_at(name);
    if (asked != nullptr && asked->hangs && asked->port) {
      return failure(call.effect == ToolEffect::changes ? ErrorKind::outcome_unknown : ErrorKind::timed_out,
                     fmt::format("{} took longer than {:g} s", command_line(call), call.deadline_seconds));
    }
  }
  if (std::string error = why_not_connected(parsed); !error.empty()) {
    return CommandOutput{1, "", error_prefix(parsed.line) + error + "\n"};
  }
  return parsed.line.starts_with("ls ") ? list_etcd_data(parsed) : ask_nodes(parsed);
}

std::string FakeTalos::why_not_connected(const FakeTalosCall& call) {
  const std::string talosconfig = call.flag("--talosconfig");
  if (!call.is_insecure && !std::filesystem::exists(talosconfig)) {
    std::ofstream(talosconfig) << "context: \"\"\ncontexts: {}\n";
    return "error constructing client: failed to create client connection: failed to resolve configuration context: "
           "talos config file is empty";
  }
  auto recorded_text = [](const std::string& file) {
    std::string text = talosctl_output(file);
    return text.substr(0, text.find_last_not_of('\n') + 1);
  };
  const FakeTalosNode* dialled = node_at(call.endpoint);
  if (dialled == nullptr || !dialled->port) {
    return fmt::format(
        "rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing: "
        "dial tcp {}:50000: connect: connection refused\"",
        call.endpoint);
  }
  const bool is_configured = !dialled->config.empty();
  if (call.is_insecure) return is_configured ? recorded_text("emulator/configured-insecure.err") : "";
  return !is_configured || dialled->is_foreign ? recorded_text("emulator/maintenance-talosconfig-rejected.err") : "";
}

std::string FakeTalos::why_not_forwarded(const FakeTalosCall& call, const std::string& name) {
  FakeTalosNode* endpoint = node_at(call.endpoint);
  FakeTalosNode* asked = node_at(name);
  if (asked == endpoint) return "";
  if (!endpoint->is_control_plane) return "rpc error: code = PermissionDenied desc = no request forwarding";
  if (asked != nullptr && asked->port && !asked->config.empty() && !asked->is_foreign && !asked->is_cut_off) return "";
  return fmt::format(
      "rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing: "
      "dial tcp {}:50000: connect: no route to host\"",
      name);
}

CommandOutput FakeTalos::ask_nodes(const FakeTalosCall& call) {
  Reply all;
  std::vector<std::string> errors;
  for (const std::string& name : call.nodes) {
    Reply own{"", {}, why_not_forwarded(call, name)};
    if (own.error.empty()) own = reply(*node_at(name), name, call);
    if (!own.error.empty()) errors.push_back((names_nodes(call.line) ? name + ": " : "") + own.error);
    all.text += own.text;
    std::ranges::move(own.rows, std::back_inserter(all.rows));
    // Of the first node `get` learns what there is to ask for.
    if (call.line.starts_with("get ") && errors.size() == 1 && all.text.empty()) return {1, "", own.error + "\n"};
  }
  if (!all.rows.empty()) all.text = fake_table(header_of(call.line), all.rows);
  if (errors.empty()) return {0, all.text, ""};
  if (errors.size() == call.nodes.size()) {
    return {1, "", error_prefix(call.line) + (names_nodes(call.line) ? list_of(errors) : errors.front()) + "\n"};
  }
  const bool fails = call.line.starts_with("get ");
  return {fails ? 1 : 0, all.text, (fails ? "" : "WARNING: ") + list_of(errors) + "\n"};
}

/// The one call that prints its header although it fails.
CommandOutput FakeTalos::list_etcd_data(const FakeTalosCall& call) {
  const std::string& name = call.nodes.at(0);
  if (std::string error = why_not_forwarded(call, name); !error.empty()) {
    return {1, "NODE   NAME\n", error_prefix(call.line) + error + "\n"};
  }
  return node_at(name)->has_etcd_data ? CommandOutput{0, fake_table({"NODE", "NAME"}, {{name, "."}, {name, "wal"}}), ""}
                                      : talosctl_call("emulator/ls-etcd-absent", 1);
}

}  // namespace tbx::test
