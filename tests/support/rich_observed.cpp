#include "tests/support/rich_observed.h"

#include "tests/support/converged_world.h"

namespace tbx::test {

Observed rich_observed() {
  const ClusterSpec wanted = spec_from(
      "apiVersion: tbx/v1\nkind: Cluster\nmetadata: {name: demo}\n"
      "spec:\n  controlPlane: {count: 3}\n  workers: {count: 2}\n"
      "  addons: [cilium, metallb, traefik, monitoring]\n  routes: {grafana.talos.local: grafana}\n");
  Observed found = converged_world(wanted);
  found.host.reason = found.helm.reason = "asked twice";
  found.host.neighbours = {"172.28.16.9"};
  found.talos["demo-cp-01"].addresses = {"10.77.1.11", "172.28.17.11"};
  found.talos["demo-cp-01"].unmet_conditions = {"nodeReady"};
  found.etcd.alarms = {"NOSPACE 0000000000000001"};
  found.kubernetes.nodes.front().labels = {{"tier", "gold"}};
  found.kubernetes.nodes.front().taints = {"dedicated=gpu:NoSchedule"};
  found.helm.releases.front().not_ready = {"Deployment kube-system/cilium-operator: 0 of 1 ready"};
  found.helm.releases.front().live_drift = {{"DaemonSet kube-system/cilium spec.paused", "true", "false"}};
  found.access.hosts_cluster_id = found.credentials.cluster_id;
  found.access.foreign_hosts = {{"grafana.talos.local", "192.0.2.7"}};
  return found;
}

}  // namespace tbx::test
