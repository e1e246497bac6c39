// The file is edited on a converged world: each plan holds just what that edit needs, and one apply ends in an empty
// plan.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "tests/support/command_line.h"

namespace tbx::test {
namespace {

using Ids = std::vector<std::string>;

constexpr const char* sandbox = R"(apiVersion: tbx/v1
kind: Cluster
metadata: {name: lab}
spec:
  workers: {count: 1}
  addons: [cilium, metallb, traefik, monitoring]
  routes: {grafana.lab.local: grafana}
)";

class Edit : public CommandTest {
 protected:
  Edit() {
    write("cluster.yaml", sandbox);
    expect(0, "apply cluster.yaml --sim w.json --yes");
  }

  /// Writes the edited file, and returns the IDs of what is planned, sorted. Applies it, and expects an empty plan.
  Ids planned_and_applied(const std::string& from, const std::string& to) {
    write("cluster.yaml", replaced(read("cluster.yaml"), from, to));
    CommandResult planned = expect(2, "plan cluster.yaml --sim w.json --detailed-exitcode --format json");
    Ids ids;
    const nlohmann::json plan = nlohmann::json::parse(planned.out);
    for (const auto& action : plan.at("actions")) {
      ids.push_back(action.at("id"));
    }
    std::ranges::sort(ids);
    expect(0, "apply cluster.yaml --sim w.json --yes");
    expect(0, "plan cluster.yaml --sim w.json --detailed-exitcode");
    return ids;
  }
};

TEST_F(Edit, OfWorkersFromOneToThreeMakesTwoAndBackToTwoRemovesTheThird) {
  Ids expected;
  for (const char* kind : {"apply-config", "await-address", "await-node", "await-talos", "create-disk",
                           "create-machine", "start-machine"}) {
    expected.push_back(std::string(kind) + "/lab-worker-02");
    expected.push_back(std::string(kind) + "/lab-worker-03");
  }
  EXPECT_EQ(planned_and_applied("count: 1", "count: 3"), expected);
  EXPECT_EQ(planned_and_applied("count: 3", "count: 2"),
            (Ids{"delete-disk/lab-worker-03", "delete-machine/lab-worker-03", "delete-node/lab-worker-03",
                 "drain-node/lab-worker-03", "stop-machine/lab-worker-03"}));
}

TEST_F(Edit, OfAChartsValueUpgradesThatReleaseAndWaitsForWhatItServes) {
  EXPECT_EQ(planned_and_applied("monitoring]",
                                "{name: monitoring, values: {prometheus: {prometheusSpec: {retention: 9d}}}}]"),
            (Ids{"await-release/monitoring", "await-route/grafana.lab.local", "upgrade-release/monitoring"}));
}

TEST_F(Edit, ThatRemovesAnAddonTakesItsRouteAndItsHostsLineToo) {
  write("cluster.yaml", replaced(read("cluster.yaml"), "  routes: {grafana.lab.local: grafana}\n", ""));
  EXPECT_EQ(planned_and_applied(", monitoring]", "]"),
            (Ids{"delete-route/grafana.lab.local", "uninstall-release/monitoring", "write-hosts/lab"}));
}

TEST_F(Edit, ThatAddsARouteLeavesTheOthersAlone) {
  EXPECT_EQ(planned_and_applied("grafana.lab.local: grafana", "grafana.lab.local: grafana, hubble.lab.local: hubble"),
            (Ids{"apply-route/hubble.lab.local", "await-route/hubble.lab.local", "write-hosts/lab"}));
}

TEST_F(Edit, OfALabelChangesTheNodeInPlace) {
  EXPECT_EQ(planned_and_applied("count: 1", "count: 1, labels: {tier: web}"), Ids{"label-node/lab-worker-01"});
  EXPECT_EQ(planned_and_applied("tier: web", "tier: api"), Ids{"label-node/lab-worker-01"});
}

TEST_F(Edit, OfAWorkersMemoryStopsJustThatMachine) {
  Ids ids = planned_and_applied("count: 1", "count: 1, memory: 6Gi");
  EXPECT_TRUE(std::ranges::all_of(
      ids, [](const std::string& id) { return id.ends_with("/lab-worker-01") || id.starts_with("await-"); }));
  EXPECT_TRUE(std::ranges::binary_search(ids, std::string("resize-machine/lab-worker-01")));
}

}  // namespace
}  // namespace tbx::test
