// One look at all machines of a cluster through talosctl, with as few processes as will do.
#pragma once

#include "engine/observed.h"
#include "engine/provider.h"
#include "providers/talos/machine_configs.h"
#include "providers/talos/talosctl.h"
#include "specs/mask.h"

namespace tbx {

struct TalosLook {
  const ClusterSpec& spec;
  const Scope& scope;
  Talosctl& talosctl;
  MachineConfigs& configs;
  const FingerprintKey* key;  ///< null before there are secrets
};

/// Fills in found.talos, and found.etcd where the scope asks for membership, from the machines that `found.host` has.
/// A machine that is off or absent has no Talos; one whose answers can't be read is unknown, with the reason.
void look_at_talos(const TalosLook& look, Observed& found);

}  // namespace tbx
