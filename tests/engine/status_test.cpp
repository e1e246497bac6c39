// `tbx status`: how a cluster is, on one screen.
#include "engine/status.h"

#include <gtest/gtest.h>

#include "tests/support/converged_world.h"

namespace tbx {
namespace {

ClusterSpec demo() {
  return test::spec_from(
      "apiVersion: tbx/v1\nkind: Cluster\nmetadata: {name: demo}\n"
      "spec:\n  controlPlane: {count: 1}\n  workers: {count: 2}\n"
      "  addons: [{name: cilium, version: 1.18.0}, {name: metallb, version: 0.16.1}, {name: traefik, version: "
      "37.0.0}]\n"
      "  routes: {web.local: {service: default/web, port: 80}}\n");
}

std::string status_of(const ClusterSpec& wanted, const Observed& found) {
  return status_text(wanted, found, make_plan(wanted, found), {{}, "demo.yaml"});
}

TEST(Status, OfAClusterThatIsWell) {
  Observed found = test::converged_world(demo());
  found.kubernetes.version = "v1.35.2";
  EXPECT_EQ(status_of(demo(), found), R"(demo  Talos v1.12.4, Kubernetes v1.35.2, 3 of 3 machines running, 3 Ready

Control plane     power    address       Talos            node
  demo-cp-01      running  172.28.17.11  v1.12.4 running  Ready

Workers           power    address       Talos            node
  demo-worker-01  running  172.28.17.12  v1.12.4 running  Ready
  demo-worker-02  running  172.28.17.13  v1.12.4 running  Ready

etcd  1 member, 1 healthy, tolerates 0 failures

Addons
  cilium   1.18.0  ready
  metallb  0.16.1  ready
  traefik  37.0.0  ready

Routes
  http://web.local/  answers (HTTP 200)

Credentials  secrets present, talosconfig present, kubeconfig present

It matches its file: nothing to do.
)");
}

TEST(Status, NamesWhatIsNotWellAndTheCommandThatShowsWhatToDo) {
  Observed found = test::converged_world(demo());
  found.kubernetes.version = "v1.35.2";
  test::lose_machine(found, "demo-worker-02", true);
  found.helm.releases[1].ready = Presence::absent;
  found.helm.releases[1].not_ready = {"Deployment metallb-system/controller: 0 of 1 ready"};
  found.access.probes[0] = {"web.local", false, "connection refused"};
  const std::string text = status_of(demo(), found);
  EXPECT_NE(text.find("  demo-worker-02  absent   -             -                NotReady\n"), std::string::npos);
  EXPECT_NE(text.find("  metallb  0.16.1  not ready: Deployment metallb-system/controller: 0 of 1 ready\n"),
            std::string::npos);
  EXPECT_NE(text.find("  http://web.local/  does not answer (connection refused)\n"), std::string::npos);
  EXPECT_NE(text.find(" actions would make it match its file:\n  tbx plan demo.yaml\n"), std::string::npos) << text;
}

TEST(Status, ListsWhatIsOursAndNotInTheFile) {
  const Observed found = test::converged_world(test::small_cluster(1, 2));
  const std::string text = status_of(test::small_cluster(1, 1), found);
  EXPECT_NE(text.find("\nNot in the file "), std::string::npos) << text;
}

TEST(Status, OfALargePoolListsOnlyWhatIsNotWell) {
  const ClusterSpec wanted = test::small_cluster(1, 100);
  Observed found = test::converged_world(wanted);
  test::machine_named(found, "demo-worker-50").power = Power::off;
  const std::string text = status_of(wanted, found);
  EXPECT_NE(text.find("  demo-worker-50   off "), std::string::npos) << text;
  EXPECT_NE(text.find("  99 others are running and Ready\n"), std::string::npos) << text;
}

TEST(Status, SaysWhyASystemIsNotKnown) {
  Observed found = test::converged_world(demo());
  found.helm.presence = Presence::unknown;
  found.helm.reason = "helm did not answer";
  found.helm.releases.clear();
  EXPECT_NE(status_of(demo(), found).find("Addons  unknown: helm did not answer\n  cilium   1.18.0  unknown\n"),
            std::string::npos);
}

TEST(EtcdText, ShowsTheArithmeticOfTheQuorum) {
  EtcdState etcd;
  EXPECT_EQ(etcd_text(etcd), "unknown");
  etcd.presence = Presence::absent;
  EXPECT_EQ(etcd_text(etcd), "never bootstrapped");
  etcd.presence = Presence::present;
  etcd.has_leader = true;
  for (const char* id : {"a", "b", "c"}) etcd.members.push_back({id, id, true, false, false});
  EXPECT_EQ(etcd_text(etcd), "3 members, 3 healthy, tolerates 1 failure");
  etcd.members[0].healthy = false;
  EXPECT_EQ(etcd_text(etcd), "3 members, 2 healthy, tolerates only 0 failures");
  etcd.members[1].healthy = false;
  EXPECT_EQ(etcd_text(etcd), "3 members, 1 healthy, no quorum (2 of 3 needed)");
  etcd.members[1].learner = true;
  EXPECT_EQ(etcd_text(etcd), "2 members, 1 healthy, no quorum (2 of 2 needed), 1 learner");
}

}  // namespace
}  // namespace tbx
