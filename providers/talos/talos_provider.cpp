#include "providers/talos/talos_provider.h"

#include <fmt/format.h>

#include "engine/assertion.h"
#include "providers/talos/perform.h"
#include "providers/talos/talos_look.h"

namespace tbx {

namespace {

template <class T>
concept OfTalos = requires(const TalosWork& work, const T& op) { perform(work, op); };

/// What runs; before anything does, what shall run.
std::vector<std::string> releases_spoken_to(const ClusterSpec& wanted, const Observed& found) {
  std::vector<std::string> releases;
  for (const auto& [name, node] : found.talos) {
    if (!node.version.empty()) {
      releases.push_back(node.version);
    }
  }
  return releases.empty() ? std::vector{wanted.talos_version} : releases;
}

void know_nothing(Observed& found, const std::string& reason) {
  found.talos.clear();
  found.talos_presence = Presence::unknown;
  found.talos_reason = reason;
  found.etcd = {};
  found.etcd.reason = reason;
}

}  // namespace

TalosProvider::TalosProvider(Tools& tools, const std::filesystem::path& folder)
    : tools_(tools),
      folder_(folder),
      talosctl_(tools, credential_paths(folder).talosconfig),
      configs_(talosctl_, folder),
      talosconfig_(tools, folder),
      reader_(folder) {}

Result<ClientVersion> TalosProvider::client() {
  std::lock_guard lock(mutex_);
  if (!client_) {
    auto asked = client_version(talosctl_);
    if (!asked) {
      return asked;
    }
    client_ = *asked;
  }
  return *client_;
}

CredentialState TalosProvider::credentials() {
  std::lock_guard lock(mutex_);
  return reader_.observe();
}

std::optional<FingerprintKey> TalosProvider::fingerprint_key() {
  std::lock_guard lock(mutex_);
  return reader_.fingerprint_key();
}

void TalosProvider::observe(const ClusterSpec& wanted, const Scope& scope, Observed& found) {
  found.credentials = credentials();
  const std::optional<FingerprintKey> key = fingerprint_key();
  auto version = client();
  if (!version) {
    return know_nothing(found, version.error().message);
  }
  talosctl_.use(talosconfig_.choose(wanted.name, found.credentials));
  found.talos_presence = Presence::present;
  found.talos_reason.clear();
  look_at_talos({wanted, scope, talosctl_, configs_, key ? &*key : nullptr}, found);
  if (Status fits = must_fit(*version, releases_spoken_to(wanted, found)); !fits) {
    know_nothing(found, fits.error().message);
  }
}

Status TalosProvider::apply(const Op& op, const ApplyContext& context, std::stop_token stop) {
  if (stop.stop_requested()) {
    return stopped_before_it_began(op);
  }
  TalosWork work{tools_, talosctl_, configs_, folder_, credentials(), context, std::move(stop)};
  talosctl_.use(talosconfig_.choose(context.spec.name, work.credentials));
  return std::visit(
      [&](const auto& each) -> Status {
        if constexpr (OfTalos<std::decay_t<decltype(each)>>) {
          return perform(work, each);
        } else {
          TBX_ASSERT(false, "the plan gives each op to its own system");
          return {};
        }
      },
      op);
}

}  // namespace tbx
