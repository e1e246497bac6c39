// Where the API answers, and what is said where it does not.
#include <gtest/gtest.h>

#include "providers/api_server.h"
#include "tests/support/converged_world.h"
#include "tests/support/fake_kubernetes.h"

namespace tbx {
namespace {

using test::ApiPlace;
using test::machine_named;
using test::small_cluster;
using test::world_at;

TEST(ApiServer, IsThereWhereTheControlPlanesPortIsOpen) {
  ApiPlace place;
  ClusterSpec spec = small_cluster(1, 1);
  ApiServer server = look_for_api(spec, world_at(spec, place), place.credentials());
  EXPECT_EQ(server.presence, Presence::present) << server.reason;
  EXPECT_EQ(server.endpoint.node, "demo-cp-01");
  EXPECT_EQ(server.endpoint.address, place.address());
}

TEST(ApiServer, PrefersTheOneThatTheKubeconfigNames) {
  ApiPlace first;
  ApiPlace second;
  ClusterSpec spec = small_cluster(3, 0);
  Observed found = world_at(spec, first);
  machine_named(found, "demo-cp-02").dhcp_address = second.address();
  auto address = [&](const std::string& server) { return find_api_endpoint(spec, found, server).value().address; };
  EXPECT_EQ(address(""), first.address());
  EXPECT_EQ(address("https://" + second.address() + ":6443"), second.address());
  EXPECT_EQ(address("https://10.77.0.2:6443"), first.address());
}

TEST(ApiServer, IsAbsentBeforeEtcdIsBootstrapped) {
  ApiPlace place;
  ClusterSpec spec = small_cluster(1, 0);
  Observed found = world_at(spec, place);
  found.etcd.presence = Presence::absent;
  EXPECT_EQ(look_for_api(spec, found, place.credentials()),
            (ApiServer{Presence::absent, "etcd was never bootstrapped", {}}));
}

TEST(ApiServer, IsUnknownWithTheReason) {
  ApiPlace place;
  ClusterSpec spec = small_cluster(1, 0);
  auto reason = [&](const auto& change) {
    Observed found = world_at(spec, place);
    change(found);
    ApiServer server = look_for_api(spec, found, place.credentials());
    EXPECT_EQ(server.presence, Presence::unknown);
    return server.reason;
  };
  EXPECT_EQ(reason([](Observed& found) {
              found.host.presence = Presence::unknown;
              found.host.reason = "PowerShell is not there";
            }),
            "where the control planes are can't be learned: PowerShell is not there");
  EXPECT_EQ(reason([](Observed& found) { found.host.machines[0].power = Power::off; }),
            "the Kubernetes API does not answer: machine demo-cp-01 is off");
  EXPECT_EQ(reason([](Observed& found) { found.host.machines.clear(); }),
            "the Kubernetes API does not answer: machine demo-cp-01 is absent");
  EXPECT_EQ(reason([](Observed& found) { found.host.machines[0].dhcp_address.clear(); }),
            "the Kubernetes API does not answer: demo-cp-01 has no address from DHCP yet");
  EXPECT_EQ(reason([](Observed& found) { found.host.machines[0].mark.cluster_id = "another"; }),
            "the Kubernetes API does not answer: the credentials in _out are not those of this cluster");
  EXPECT_EQ(reason([](Observed& found) { found.host.machines[0].dhcp_address = "127.66.6.6"; }),
            "the Kubernetes API does not answer: the API server is starting (nothing listens on port 6443 of "
            "127.66.6.6)");
}

TEST(ApiServer, NeedsAKubeconfig) {
  ApiPlace place;
  ClusterSpec spec = small_cluster(1, 0);
  std::filesystem::remove(place.credentials() / "kubeconfig");
  ApiServer server = look_for_api(spec, world_at(spec, place), place.credentials());
  EXPECT_EQ(server.presence, Presence::unknown);
  EXPECT_NE(server.reason.find("there is no kubeconfig in"), std::string::npos) << server.reason;
  Result<ApiEndpoint> endpoint = api_for_action(spec, world_at(spec, place), place.credentials());
  ASSERT_FALSE(endpoint);
  EXPECT_EQ(endpoint.error().kind, ErrorKind::rejected);
}

}  // namespace
}  // namespace tbx
