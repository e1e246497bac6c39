// Which talosctl this is, and which Talos it may speak to.
#pragma once

#include <string>
#include <vector>

#include "engine/error.h"
#include "providers/talos/talosctl.h"

namespace tbx {

struct ClientVersion {
  std::string text;  ///< "v1.12.6"
  int minor = 0;
};

/// By one call that speaks to no machine.
Result<ClientVersion> client_version(Talosctl& talosctl);

/// Whether it may be used with machines of these releases (with the leading v; unreadable ones are passed over). It has
/// to know all that they say, so it is not older by a minor release, and newer by one at most: beyond, Talos promises
/// nothing. Source: Talos docs, "Upgrading Talos Linux", and the change of the upgrade API between 1.12 and 1.13.
/// Error: rejected, saying which to install.
Status must_fit(const ClientVersion& client, const std::vector<std::string>& talos_versions);

/// Whether it can go on with a node that has been upgraded to `talos_version`.
Status must_reach(const ClientVersion& client, const std::string& talos_version);

}  // namespace tbx
