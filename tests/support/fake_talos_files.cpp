#include "tests/support/fake_talos_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include "specs/document.h"
#include "tests/support/recorded.h"

namespace tbx::test {

namespace {

using nlohmann::json;
using Documents = std::vector<json>;

Documents documents_of(const std::string& yaml) {
  Documents documents;
  for (Document& document : read_yaml(make_source("fake", yaml), DocumentCount::many).documents) {
    documents.push_back(std::move(document.value));
  }
  return documents;
}

/// Read once, since every look generates configs.
const Documents& recorded_config(const std::string& type) {
  static const Documents control_plane = documents_of(talosctl_output("config/controlplane.yaml"));
  static const Documents worker = documents_of(talosctl_output("config/worker.yaml"));
  return type == "worker" ? worker : control_plane;
}

bool is_replaced(const std::string& key) { return key == "podSubnets" || key == "serviceSubnets"; }

/// Talos' strategic merge, as far as the patches here need it.
void merge(json& base, const json& patch) {
  for (const auto& [key, value] : patch.items()) {
    if (value.is_object() && value.value("$patch", "") == "delete") {
      base.erase(key);
    } else if (value.is_object()) {
      base[key] = base.contains(key) && base[key].is_object() ? base[key] : json::object();
      merge(base[key], value);
    } else if (value.is_array() && base.contains(key) && base[key].is_array() && !is_replaced(key)) {
      std::ranges::copy(value, std::back_inserter(base[key]));
    } else {
      base[key] = value;
    }
  }
}

void apply_patch(Documents& documents, const json& patch) {
  auto same = std::ranges::find_if(documents, [&](const json& each) {
    return each.value("kind", "") == patch.value("kind", "") && each.value("name", "") == patch.value("name", "");
  });
  if (same == documents.end()) {
    documents.push_back(patch);
  } else {
    merge(*same, patch);
  }
}

/// Contract 1.11 knows no document for the host name.
void keep_to_contract(Documents& documents, const std::string& contract) {
  if (contract == "v1.11") {
    std::erase_if(documents, [](const json& each) { return each.value("kind", "") == "HostnameConfig"; });
    documents.front()["machine"]["features"]["stableHostname"] = true;
  }
}

void set_tag(json& image, const std::string& version) {
  const std::string text = image;
  image = text.substr(0, text.rfind(':') + 1) + "v" + version;
}

void take_flags(json& main, const FakeTalosCall& call) {
  main["cluster"]["clusterName"] = call.words.at(2);
  main["cluster"]["controlPlane"]["endpoint"] = call.words.at(3);
  main["machine"]["install"]["disk"] = call.flag("--install-disk");
  main["machine"]["install"]["image"] = call.flag("--install-image");
  set_tag(main["machine"]["kubelet"]["image"], call.flag("--kubernetes-version"));
  for (const char* part : {"apiServer", "controllerManager", "scheduler", "proxy"}) {
    if (main["cluster"].contains(part)) {
      set_tag(main["cluster"][part]["image"], call.flag("--kubernetes-version"));
    }
  }
}

CommandOutput gen_config(const FakeTalosCall& call, int& certificates) {
  const std::string secrets = call.flag("--with-secrets");
  if (!std::filesystem::exists(secrets)) {
    return {1, "", fmt::format("failed to load secrets bundle: open {}: no such file or directory\n", secrets)};
  }
  if (call.flag("-t") == "talosconfig") {
    return {0, fake_talosconfig(call.words.at(2), ++certificates), "generating PKI and tokens\n"};
  }
  Documents documents = recorded_config(call.flag("-t"));
  keep_to_contract(documents, call.flag("--talos-version"));
  take_flags(documents.front(), call);
  for (const std::filesystem::path& file : call.patches) {
    for (const json& patch : documents_of(fake_file_text(file))) {
      apply_patch(documents, patch);
    }
  }
  std::string text;
  for (const json& document : documents) {
    text += (text.empty() ? "" : "---\n") + document.dump() + "\n";
  }
  return {0, text, "generating PKI and tokens\n"};
}

CommandOutput gen_secrets(const FakeTalosCall& call) {
  const std::filesystem::path path = call.flag("-o");
  if (std::filesystem::exists(path)) {
    return {1, "", talosctl_output("errors/gen-secrets-exists.err")};
  }
  std::ofstream(path, std::ios::binary) << talosctl_output("config/secrets.yaml");
  return {0, "", ""};
}

}  // namespace

std::string fake_file_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string fake_talosconfig(const std::string& cluster, int certificate) {
  return fmt::format(
      "context: {0}\ncontexts:\n    {0}:\n        endpoints: []\n        ca: bm8gY2VydGlmaWNhdGU=\n"
      "        crt: bm8gY2VydGlmaWNhdGU{1}\n        key: c2VjcmV0LWtleS1vZi10YWxvc2NvbmZpZw{1}\n",
      cluster, certificate);
}

CommandOutput answer_offline(const FakeTalosCall& call, const std::string& client_version, int& certificates) {
  if (call.line == "version") return {0, fmt::format("Client:\nTalos {}\n", client_version), ""};
  if (call.line == "gen secrets") return gen_secrets(call);
  if (call.line.starts_with("gen config ")) return gen_config(call, certificates);
  if (!std::filesystem::exists(call.flag("-c"))) return {1, "", talosctl_output("errors/validate-missing-file.err")};
  return {0, fmt::format("{} is valid for metal mode\n", call.flag("-c")), ""};
}

}  // namespace tbx::test
