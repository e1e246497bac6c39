#include <fmt/format.h>

#include <algorithm>

#include "specs/did_you_mean.h"
#include "specs/load_steps.h"
#include "specs/names.h"
#include "specs/quantity.h"
#include "specs/versions.h"

namespace tbx {
namespace {

constexpr std::string_view default_talos_version = "v1.12.4";

void load_name(Loading& loading, const Field& name) {
  const auto text = text_of(name);
  if (!text) return;
  loading.spec.name = *text;
  if (!is_dns_label(*text)) {
    complain(loading, name.path,
             in_quotes(*text) + " can't name a cluster: use at most 63 lower-case letters, digits and inner hyphens");
  } else if (is_windows_device(*text)) {
    complain(loading, name.path, in_quotes(*text) + " can't name a cluster: Windows keeps that name for a device");
  }
}

void load_versions(Loading& loading, const Field& spec) {
  loading.spec.talos_version = default_talos_version;
  const Field talos = member(spec, "talos");
  bool talos_known = true;
  if (const auto text = text_of(member(talos, "version"))) {
    const auto version = parse_talos_version(*text);
    talos_known = version.has_value();
    if (version) loading.spec.talos_version = *version;
    if (!version) complain(loading, member(talos, "version").path, version.error());
  }
  loading.spec.arch = text_of(member(talos, "arch")).value_or("");
  const Field kubernetes = member(member(spec, "kubernetes"), "version");
  if (const auto text = text_of(kubernetes)) {
    // An unknown Talos is one problem, not two.
    const auto version = parse_kubernetes_version(*text, talos_known ? loading.spec.talos_version : "");
    if (version) loading.spec.kubernetes_version = *version;
    if (!version) complain(loading, kubernetes.path, version.error());
  }
}

void load_schematic(Loading& loading, const Field& schematic) {
  const auto text = text_of(schematic);
  if (!text) return;
  const bool is_digest = text->size() == 64 && text->find_first_not_of("0123456789abcdef") == std::string::npos;
  if (is_digest) {
    loading.spec.schematic = *text;
  } else {
    complain(loading, schematic.path,
             in_quotes(*text) + " is no schematic: take the 64 hexadecimal digits that factory.talos.dev gives");
  }
}

void load_hyperv(Loading& loading, const Field& hyperv) {
  HypervSpec& wanted = loading.spec.hyperv;
  const Field via = member(hyperv, "via");
  const auto via_text = text_of(via);
  if (via_text == "wsl" || via_text == "ssh") {
    complain(loading, via.path,
             *via_text + " is not supported yet: start tbx on the Windows machine itself (via: local)");
  }
  if (const Field host = member(hyperv, "host")) {
    complain_at_key(loading, host.path,
                    "host is not supported yet: start tbx on the Windows machine itself, and leave the key out");
  }
  wanted.switch_name = text_of(member(hyperv, "switch")).value_or(wanted.switch_name);
}

void load_deadlines(Loading& loading, const Field& deadlines) {
  const auto& kinds = loading.options.action_kinds;
  const std::vector<std::string> known(kinds.begin(), kinds.end());
  for (const Field& deadline : children(deadlines)) {
    const std::string kind = key_of(deadline);
    const bool is_known = known.empty() ? is_kebab_case(kind) : kinds.contains(kind);
    if (!is_known) {
      complain_at_key(loading, deadline.path, in_quotes(kind) + " is no kind of action" + did_you_mean(kind, known));
    }
    const auto text = text_or_number_of(deadline);
    if (!text) continue;
    const auto seconds = parse_duration_seconds(*text);
    if (seconds) loading.spec.deadline_seconds[kind] = *seconds;
    if (!seconds) complain(loading, deadline.path, seconds.error());
  }
}

void load_protected_nodes(Loading& loading, const Field& nodes) {
  std::vector<std::string>& wanted = loading.spec.protected_nodes;
  for (const Field& node : children(nodes)) {
    const auto name = text_of(node);
    if (!name) continue;
    const std::string beginning = loading.spec.name + "-";
    if (!is_dns_label(*name) || !name->starts_with(beginning)) {
      complain(loading, node.path,
               fmt::format("{} is no node of this cluster: their names begin with {}", in_quotes(*name),
                           in_quotes(beginning)));
    }
    wanted.push_back(*name);
  }
  std::ranges::sort(wanted);
  const auto repeated = std::ranges::unique(wanted);
  wanted.erase(repeated.begin(), repeated.end());
}

}  // namespace

void load_settings(Loading& loading, const Field& root) {
  const Field spec = member(root, "spec");
  load_name(loading, member(member(root, "metadata"), "name"));
  load_versions(loading, spec);
  load_schematic(loading, member(member(spec, "talos"), "schematic"));
  load_hyperv(loading, member(spec, "hyperv"));
  load_deadlines(loading, member(spec, "deadlines"));
  loading.spec.is_protected = flag_of(member(spec, "protect")).value_or(false);
  load_protected_nodes(loading, member(spec, "protectNodes"));
}

}  // namespace tbx
