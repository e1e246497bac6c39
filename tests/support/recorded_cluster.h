// The converter of the reality check: what talosctl really printed about one cluster, as a snapshot.
#pragma once

#include "engine/observed_json.h"
#include "specs/cluster_spec.h"

namespace tbx::test {

/// Talos, etcd and the credentials come out of tests/recorded/talosctl-1.12.6 through the parsers that the Talos
/// provider uses. What talosctl can't know (Hyper-V, Kubernetes) is given by hand in tests/seam/host.json. The recorded
/// host names (cp-1, w-1) become those that tbx gives (demo-cp-01, demo-worker-01).
Snapshot recorded_cluster();

/// The same machines before their first config: all in maintenance mode, as the first of them was recorded.
Snapshot recorded_cluster_in_maintenance();

/// tests/seam/cluster.yaml, which is what the recorded cluster is.
ClusterSpec recorded_cluster_spec();

}  // namespace tbx::test
