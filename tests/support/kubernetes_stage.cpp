#include "tests/support/kubernetes_stage.h"

#include <gtest/gtest.h>

#include "providers/sim/sim_credentials.h"
#include "tests/support/converged_world.h"

namespace tbx::test {

namespace {

constexpr double poll_seconds = 0.005;

}  // namespace

KubernetesStage::KubernetesStage()
    : spec(small_cluster(1, 1, "cilium, metallb, traefik")),
      found(world_at(spec, place)),
      provider(kubernetes, place.credentials(), poll_seconds) {
  EXPECT_TRUE(sim::write_talosconfig(place.credentials(), spec.name, {place.address()}));
  for (const Machine& machine : found.host.machines) {
    kubernetes.add_node(machine.name, machine.bios_guid);
  }
}

Status KubernetesStage::apply(const Op& op) {
  ApplyContext context{spec, found, [&](const std::string& what) { told.push_back(what); }};
  return provider.apply(op, context, stop.get_token());
}

KubernetesState KubernetesStage::look() {
  Observed seen = found;
  seen.kubernetes = {};
  provider.observe(spec, Scope{}, seen);
  return seen.kubernetes;
}

std::vector<std::string> KubernetesStage::calls_of(const Op& op) {
  kubernetes.calls.clear();
  Status status = apply(op);
  EXPECT_TRUE(status) << status.error().message;
  return kubernetes.calls;
}

}  // namespace tbx::test
