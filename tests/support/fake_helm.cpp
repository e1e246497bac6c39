#include "tests/support/fake_helm.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "providers/helm/rendered_objects.h"

namespace tbx::test {

namespace {

using nlohmann::json;

std::string flag(const ToolCall& call, const std::string& name) {
  for (const std::string& argument : call.arguments) {
    if (argument.starts_with(name + "=")) return argument.substr(name.size() + 1);
  }
  return "";
}

CommandOutput said(std::string text) { return {0, std::move(text), ""}; }

/// `name in (a,b)` of a selector; everything when it names none.
bool is_selected(const std::string& selector, const std::string& name) {
  const std::size_t start = selector.find("name in (");
  if (start == std::string::npos) return true;
  const std::string names = "," + selector.substr(start + 9, selector.find(')', start) - start - 9) + ",";
  return names.find("," + name + ",") != std::string::npos;
}

/// Of "--labels=tbx/cluster=…,tbx/chart=…"
std::string chart_digest_in(const std::vector<std::string>& arguments) {
  constexpr std::string_view label = ",tbx/chart=";
  for (const std::string& argument : arguments) {
    const std::size_t at = argument.starts_with("--labels=") ? argument.find(label) : std::string::npos;
    if (at != std::string::npos) return argument.substr(at + label.size());
  }
  return "";
}

}  // namespace

Result<CommandOutput> FakeHelm::run(const ToolCall& call, std::stop_token stop) {
  std::lock_guard lock(mutex_);
  if (stop.stop_requested()) {
    return failure(ErrorKind::cancelled, call.tool + " was stopped");
  }
  calls.push_back(call);
  if (call.tool == "kubectl") return kubectl(call);
  if (call.arguments.front() == "version") return said(version + "\n");
  if (call.arguments.front() == "pull") return pull(call);
  if (next_helm.exit_code != 0) return std::exchange(next_helm, {});
  CommandOutput output = helm(call);
  if (std::exchange(next_helm_is_cut_off, false)) {
    return failure(ErrorKind::outcome_unknown, "helm took longer than 300 s");
  }
  return output;
}

CommandOutput FakeHelm::kubectl(const ToolCall& call) {
  const std::string& verb = call.arguments.at(0);
  const std::string& what = call.arguments.at(1);
  if (verb == "apply") return said(list_text(merged(call.input, true)));
  if (what.starts_with("--filename")) {
    json found = json::array();
    const json list = json::parse(call.input);
    for (const json& wanted : list["items"]) {
      for (const json& object : objects) {
        if (object_name(object) == object_name(wanted)) found.push_back(object);
      }
    }
    return said(list_text(found));
  }
  if (what == "secrets") {
    json secrets = json::array();
    for (const auto& [name, release] : releases) {
      if (is_selected(flag(call, "--selector"), name)) secrets.push_back(release_secret(release));
    }
    return said(list_text(secrets));
  }
  if (what.starts_with("customresourcedefinitions")) {
    return said(definitions_terminate_for-- > 0 ? "gadgets.example.org web\n" : "");
  }
  return said(list_text(objects));
}

json FakeHelm::merged(const std::string& input, bool only_named) const {
  json all = objects;
  json named = json::array();
  const json list = json::parse(input);
  for (const json& wanted : list["items"]) {
    auto place = std::ranges::find_if(all, [&](const json& each) { return object_name(each) == object_name(wanted); });
    if (place == all.end()) place = all.insert(all.end(), json::object());
    place->merge_patch(wanted);
    named.push_back(*place);
  }
  return only_named ? named : all;
}

CommandOutput FakeHelm::upgrade(const ToolCall& call) {
  const std::filesystem::path values = flag(call, "--values");
  std::ifstream in(values);
  values_read = json::parse(in);
  values_file_mode = fmt::format("{:o}", static_cast<unsigned>(std::filesystem::status(values).permissions()) & 0777U);
  PackedRelease& release = releases[call.arguments.at(1)];
  const bool is_new = release.revision == 1 && release.cluster_id.empty();
  const std::filesystem::path chart = call.arguments.at(2);
  const std::string stem = chart.stem().string();
  const bool is_archive = chart.extension() == ".tgz";
  release.name = call.arguments.at(1);
  release.namespace_name = flag(call, "--namespace");
  release.revision += is_new ? 0 : 1;
  release.status = "deployed";
  release.chart = is_archive ? stem.substr(0, stem.rfind('-')) : chart.filename().string();
  release.version = is_archive ? stem.substr(stem.rfind('-') + 1) : "1.2.0";
  release.values = values_read;
  release.manifest = manifest;
  release.cluster_id = cluster_id;
  release.chart_digest = chart_digest_in(call.arguments);
  ReleaseRecord record;
  record.name = release.name;
  record.namespace_name = release.namespace_name;
  record.manifest = manifest;
  objects = merged(list_text(*rendered_objects(record)), false);
  return said("{}");
}

CommandOutput FakeHelm::pull(const ToolCall& call) const {
  const std::string version = flag(call, "--version");
  const std::string name = std::filesystem::path(call.arguments.at(1)).filename().string();
  const std::string file = fmt::format("{}-{}.tgz", name, version.empty() ? "1.2.0" : version);
  std::ofstream(std::filesystem::path(flag(call, "--destination")) / file) << package;
  return said("");
}

CommandOutput FakeHelm::helm(const ToolCall& call) {
  const std::string& verb = call.arguments.at(0);
  const std::string& name = call.arguments.at(1);
  if (verb == "upgrade") return upgrade(call);
  if (!releases.contains(name))
    return {1, "", fmt::format("Error: uninstall: Release not loaded: {}: release: not found\n", name)};
  if (verb == "rollback") {
    releases[name].status = "deployed";
    ++releases[name].revision;
    return said("Rollback was a success! Happy Helming!\n");
  }
  releases.erase(name);
  return said(fmt::format("release \"{}\" uninstalled\n", name));
}

void FakeHelm::be_deployed(const std::string& release) {
  std::lock_guard lock(mutex_);
  releases.at(release).status = "deployed";
}

std::vector<std::string> FakeHelm::changes() const {
  std::vector<std::string> lines;
  for (const ToolCall& call : calls) {
    if (call.effect != ToolEffect::changes) continue;
    ToolCall shown = call;
    std::erase_if(shown.arguments, [](const std::string& argument) {
      return argument.starts_with("--kubeconfig") || argument.starts_with("--values") ||
             argument.starts_with("--kube-apiserver");
    });
    for (std::string& argument : shown.arguments) {
      if (argument.ends_with(".tgz")) argument = std::filesystem::path(argument).filename().string();
    }
    lines.push_back(command_line(shown));
  }
  return lines;
}

}  // namespace tbx::test
