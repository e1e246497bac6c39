#include "providers/talosconfig.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "providers/credentials.h"
#include "providers/redact.h"
#include "specs/document.h"
#include "specs/load.h"

namespace tbx {

namespace {

/// Of a generated talosconfig, which has one context.
Result<nlohmann::json> only_context(const std::string& text) {
  ReadDocuments read = read_yaml(make_source("talosconfig", text), DocumentCount::one);
  if (!read.documents.empty()) {
    const nlohmann::json& value = read.documents.front().value;
    if (value.is_object() && value.contains("contexts") && value["contexts"].size() == 1) {
      return value["contexts"].front();
    }
  }
  return failure(ErrorKind::malformed_answer, "talosctl gen config printed no talosconfig");
}

Result<std::string> talosconfig_text(const std::string& cluster, const std::vector<std::string>& endpoints,
                                     const std::string& generated) {
  auto context = only_context(generated);
  if (!context) {
    return tl::unexpected(context.error());
  }
  std::string text = fmt::format("context: \"{0}\"\ncontexts:\n    \"{0}\":\n        endpoints:{1}\n", cluster,
                                 endpoints.empty() ? " []" : "");
  for (const std::string& endpoint : endpoints) {
    text += fmt::format("            - {}\n", endpoint);
  }
  for (const char* key : {"ca", "crt", "key"}) {
    if (!context->contains(key) || !(*context)[key].is_string()) {
      return failure(ErrorKind::malformed_answer, fmt::format("talosctl gen config printed no {}", key));
    }
    text += fmt::format("        {}: {}\n", key, (*context)[key].get<std::string>());
  }
  return text;
}

}  // namespace

Result<std::string> make_talosconfig(Tools& tools, const std::filesystem::path& folder, const std::string& cluster,
                                     const std::vector<std::string>& endpoints, std::stop_token stop) {
  // The endpoint that the generator asks for is part of machine configs only.
  const ToolCall call{.tool = "talosctl",
                      .arguments = {"gen", "config", cluster, "https://127.0.0.1:6443", "--with-secrets",
                                    text_from_path(credential_paths(folder).secrets), "-t", "talosconfig", "-o", "-"}};
  auto output = tools.run(call, std::move(stop));
  if (!output) {
    return tl::unexpected(output.error());
  }
  if (output->exit_code != 0) {
    const std::string said = redact(output->err);
    return failure(ErrorKind::rejected, "talosctl gen config made no talosconfig: " + last_words(said),
                   command_line(call) + "\n" + said);
  }
  return talosconfig_text(cluster, endpoints, output->out);
}

std::filesystem::path UsableTalosconfig::choose(const std::string& cluster, const CredentialState& credentials) {
  std::lock_guard lock(mutex_);
  const std::filesystem::path users = credential_paths(folder_).talosconfig;
  bool is_usable = credentials.talosconfig == Presence::present && !credentials.talosconfig_expires_soon;
  if (is_usable || credentials.secrets != Presence::present) {
    return users;
  }
  if (!own_ || own_cluster_id_ != credentials.cluster_id) {
    auto text = make_talosconfig(tools_, folder_, cluster, {});
    auto made = text ? PrivateWorkFolder::make(folder_) : tl::unexpected(text.error());
    auto file = made ? made->write("talosconfig", *text) : tl::unexpected(made.error());
    if (!file) {
      return users;
    }
    own_.emplace(*std::move(made));
    own_cluster_id_ = credentials.cluster_id;
  }
  return own_->path() / "talosconfig";
}

}  // namespace tbx
