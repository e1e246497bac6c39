// What moved between two readings of one cluster file.
#pragma once

#include <string>
#include <vector>

#include "engine/plan.h"

namespace tbx {

/// Things are named, not numbered: "nodes.lab-worker-01.cpu_count", "addons.monitoring.values.grafana.enabled". Empty
/// exactly when both are equal. Pre: masked.
std::vector<Change> differences(const ClusterSpec& before, const ClusterSpec& after);

/// Whether a value of such a difference is a secret's fingerprint.
bool is_fingerprint(const std::string& json_text);

/// The fingerprint of a secret as it shows while the cluster has no secrets of its own, as JSON text.
bool is_new_fingerprint(const std::string& json_text);

}  // namespace tbx
