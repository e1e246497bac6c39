// The host restarts and all machines wake up with other addresses from DHCP.
#include "tests/support/living_cluster.h"

namespace tbx::test {
namespace {

constexpr const char* with_routes = R"(apiVersion: tbx/v1
kind: Cluster
metadata: {name: ha}
spec:
  controlPlane: {count: 3}
  workers: {count: 2}
  addons: [cilium, metallb, traefik, monitoring]
  routes: {grafana.ha.local: grafana}
)";

class MovedAddresses : public LivingCluster {
 protected:
  MovedAddresses() : LivingCluster(with_routes) { world("readdress"); }
};

TEST_F(MovedAddresses, LeaveTheQuorumAloneAndOneApplyMendsHowTheHostReachesTheCluster) {
  EXPECT_TRUE(
      contains(expect(0, "status cluster.yaml --sim w.json").out, "etcd  3 members, 3 healthy, tolerates 1 failure"));
  EXPECT_EQ(planned_and_applied(), (Ids{"apply-address-pool/metallb", "await-route/grafana.ha.local", "write-hosts/ha",
                                        "write-kubeconfig/ha", "write-talosconfig/ha"}));
}

TEST_F(MovedAddresses, AreDriftThatIsNamedWithBothValues) {
  const std::string drift = expect(2, "drift cluster.yaml --sim w.json").out;
  for (const std::string field : {"talosconfig.endpoints", "kubeconfig.server", "pool", "hosts.grafana.ha.local"}) {
    EXPECT_TRUE(contains(drift, field));
  }
}

class MovedAddressesWithoutNodeAddresses : public LivingCluster {
 protected:
  MovedAddressesWithoutNodeAddresses()
      : LivingCluster(replaced(three_and_two, "  workers:", "  network: {nodeSubnet: none}\n  workers:")) {}
};

TEST_F(MovedAddressesWithoutNodeAddresses, CostTheQuorumWhichIsSaidHonestly) {
  EXPECT_TRUE(contains(expect(0, "plan cluster.yaml --sim w.json").err, "nodeSubnet"));
  world("readdress");
  const std::string said = refused_by("etcd-quorum", {"write-talosconfig/ha"});
  EXPECT_TRUE(contains(said, "the addresses of all its members moved at once"));
  EXPECT_TRUE(contains(said, "To recover: take a snapshot"));
}

}  // namespace
}  // namespace tbx::test
