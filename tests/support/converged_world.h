// What a host, Talos, Kubernetes and Helm would report if a spec were fulfilled: the start of most planner tests.
#pragma once

#include <string>
#include <string_view>

#include "engine/observed.h"
#include "specs/cluster_spec.h"

namespace tbx::test {

/// An empty host with its switch, and nothing of any cluster.
Observed empty_host();

/// Everything as `wanted` says. Pre: secrets in it are masked as they would be observed.
Observed converged_world(const ClusterSpec& wanted);

/// The spec of a YAML text; fails the test when it has a problem.
ClusterSpec spec_from(std::string_view yaml);

/// A small cluster of the given sizes, with the named addons: "cilium, metallb".
ClusterSpec small_cluster(int control_planes, int workers, std::string_view addons = "");

Machine& machine_named(Observed& found, std::string_view name);
Disk& disk_named(Observed& found, std::string_view node);
KubernetesNode& node_named(Observed& found, std::string_view name);

/// Takes the VM away and leaves its disk; with `disk` gone too.
void lose_machine(Observed& found, const std::string& name, bool disk_too);

/// Off, and of a member no longer healthy for those who ask etcd.
void switch_off(Observed& found, const std::string& name);

/// Without a quorum each member that runs answers only for itself, and no API does.
void lose_quorum(Observed& found);

/// A VM of that name that tbx did not make, beside one of ours or alone.
void add_foreign_machine(Observed& found, const std::string& name);

}  // namespace tbx::test
