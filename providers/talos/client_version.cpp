#include "providers/talos/client_version.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>

#include <fmt/format.h>

#include "providers/talos/parse_node.h"
#include "specs/versions.h"

namespace tbx {

namespace {

struct Minors {
  int oldest = 0;
  int newest = 0;
};

std::optional<Minors> minors_of(const std::vector<std::string>& versions) {
  std::optional<Minors> minors;
  for (const std::string& text : versions) {
    if (auto version = parse_version(text); version && version->major == 1) {
      int minor = static_cast<int>(version->minor);
      minors = minors ? Minors{std::min(minors->oldest, minor), std::max(minors->newest, minor)} : Minors{minor, minor};
    }
  }
  return minors;
}

tl::unexpected<Error> install_another(const ClientVersion& client, const std::string& why, int from, int to) {
  std::string which = from == to ? fmt::format("v1.{}", from) : fmt::format("v1.{} or v1.{}", from, to);
  return failure(ErrorKind::rejected, fmt::format("talosctl {} {}: install talosctl {}, or name it in TBX_TALOSCTL",
                                                  client.text, why, which));
}

}  // namespace

Result<ClientVersion> client_version(Talosctl& talosctl) {
  auto printed = talosctl.ask(Talosctl::offline({"version", "--client", "--short"}));
  if (!printed) {
    return tl::unexpected(printed.error().error);
  }
  auto text = parse_client_version(*printed);
  auto version = text ? parse_version(*text) : std::nullopt;
  if (!version) {
    return failure(ErrorKind::malformed_answer, "talosctl version told no version");
  }
  return ClientVersion{*text, static_cast<int>(version->minor)};
}

Status must_fit(const ClientVersion& client, const std::vector<std::string>& talos_versions) {
  auto minors = minors_of(talos_versions);
  if (!minors) {
    return {};
  }
  if (client.minor < minors->newest) {
    return install_another(client, fmt::format("is older than the cluster's Talos v1.{}", minors->newest),
                           minors->newest, std::max(minors->newest, minors->oldest + 1));
  }
  if (client.minor > minors->oldest + 1) {
    return install_another(
        client, fmt::format("is newer by more than one minor release than the cluster's Talos v1.{}", minors->oldest),
        minors->newest, std::max(minors->newest, minors->oldest + 1));
  }
  return {};
}

Status must_reach(const ClientVersion& client, const std::string& talos_version) {
  auto version = parse_version(talos_version);
  if (!version || client.minor >= static_cast<int>(version->minor)) {
    return {};
  }
  return failure(ErrorKind::rejected,
                 fmt::format("talosctl {} can't go on with a Talos {}: install talosctl v1.{} or name it in "
                             "TBX_TALOSCTL, and apply again",
                             client.text, talos_version, version->minor));
}

}  // namespace tbx
