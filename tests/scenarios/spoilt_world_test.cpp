// A converged world is spoilt behind our back: drift names the field with both values, and one apply mends it.
#include <nlohmann/json.hpp>

#include "specs/schema_check.h"
#include "tests/support/command_line.h"
#include "tests/support/xml_tree.h"

namespace tbx::test {
namespace {

struct Spoil {
  std::string what;  ///< for the test's name
  std::string verb;
  std::vector<std::string> drift;  ///< parts of what drift says
};

void PrintTo(const Spoil& spoil, std::ostream* stream) { *stream << spoil.verb; }

class SpoiltWorld : public CommandTest, public testing::WithParamInterface<Spoil> {
 protected:
  SpoiltWorld() {
    expect(0, "init");
    expect(0, "apply cluster.yaml --sim w.json --yes");
  }
};

TEST_P(SpoiltWorld, IsNamedByDriftAndMendedByOneApply) {
  expect(0, "world w.json " + GetParam().verb);
  const CommandResult drift = expect(2, "drift cluster.yaml --sim w.json");
  std::string words;
  for (const std::string& word : words_of(drift.out)) words += word + " ";
  for (std::string part : GetParam().drift) {
    const std::size_t address = the_lab() == nullptr ? std::string::npos : part.find("172.");
    if (address != std::string::npos) part.replace(address, 4, "127.");
    EXPECT_TRUE(contains(words, part));
  }
  const std::string json = expect(2, "drift cluster.yaml --sim w.json --format json").out;
  EXPECT_EQ(schema_violations(nlohmann::json::parse(json), "drift"), std::vector<std::string>{});
  const auto suites = read_xml(expect(2, "drift cluster.yaml --sim w.json --format junit").out);
  ASSERT_TRUE(suites) << suites.error();
  EXPECT_NE(suites->children.front().attributes.at("failures"), "0");
  expect(2, "plan cluster.yaml --sim w.json --detailed-exitcode");
  expect(0, "apply cluster.yaml --sim w.json --yes");
  EXPECT_TRUE(contains(expect(0, "drift cluster.yaml --sim w.json").out, "talos-hypv"));
  expect(0, "plan cluster.yaml --sim w.json --detailed-exitcode");
}

const std::vector<Spoil> spoils{
    {"WorkerOff", "power-off talos-hypv-worker-01", {"talos-hypv-worker-01 power is off, should be running"}},
    {"ControlPlaneOff", "power-off talos-hypv-cp-01", {"talos-hypv-cp-01 power is off, should be running"}},
    {"WorkerDeleted", "delete-machine talos-hypv-worker-01", {"machine is absent, should be present"}},
    {"CpusChanged", "set talos-hypv-worker-01 cpus=4", {"talos-hypv-worker-01 cpus is 4, should be 2"}},
    {"Readdressed",
     "readdress",
     {"talosconfig.endpoints is 172.", "kubeconfig.server is https://172.", "pool is 172."}},
    {"ReleaseRemoved", "uninstall traefik", {"traefik release is absent, should be traefik "}},
    {"ReleaseEdited", "edit-release traefik", {"spec.replicas is 3, should be 1"}},
    {"ReleaseValueEdited",
     "edit-release traefik deployment.replicas=3",
     {"deployment.replicas is 3, should not be there"}},
    {"NodeDeleted", "delete-node talos-hypv-worker-01", {"talos-hypv-worker-01 node is absent, should be present"}},
    {"HostsEdited", "edit-hosts", {"hosts.grafana.talos.local is 10.0.0.99, should be 172."}},
};

INSTANTIATE_TEST_SUITE_P(EachOfTheList, SpoiltWorld, testing::ValuesIn(spoils),
                         [](const testing::TestParamInfo<Spoil>& each) { return each.param.what; });

class WorldInTheWay : public CommandTest {
 protected:
  WorldInTheWay() {
    expect(0, "init");
    expect(0, "apply cluster.yaml --sim w.json --yes");
    std::string spec = read("cluster.yaml");
    spec.replace(spec.find("workers:\n    count: 1"), 21, "workers:\n    count: 2");
    write("cluster.yaml", spec);
  }
};

TEST_F(WorldInTheWay, AStaleDiskOfOursIsReplaced) {
  expect(0, "world w.json leave-disk talos-hypv-worker-02");
  EXPECT_TRUE(contains(expect(2, "drift cluster.yaml --sim w.json").out, "orphaned"));
  expect(0, "apply cluster.yaml --sim w.json --yes");
  expect(0, "drift cluster.yaml --sim w.json");
}

TEST_F(WorldInTheWay, ADiskThatIsNotOursIsLeftAndTheWayOutIsTold) {
  expect(0, "world w.json leave-disk talos-hypv-worker-02 --foreign");
  expect(3, "plan cluster.yaml --sim w.json --detailed-exitcode");
  const CommandResult applied = expect(3, "apply cluster.yaml --sim w.json --yes");
  EXPECT_TRUE(contains(applied.err, "(not-ours)"));
  EXPECT_TRUE(contains(applied.err, "Remove-Item"));
}

TEST_F(WorldInTheWay, AMachineOfThatNameThatIsNotOursIsNotTouched) {
  expect(0, "world w.json foreign-machine talos-hypv-worker-02");
  const CommandResult applied = expect(3, "apply cluster.yaml --sim w.json --yes");
  EXPECT_TRUE(contains(applied.err, "(not-ours)"));
  EXPECT_TRUE(contains(expect(0, "world w.json show").out, "not ours"));
}

class HiddenSystem : public CommandTest {
 protected:
  HiddenSystem() {
    expect(0, "init");
    expect(0, "apply cluster.yaml --sim w.json --yes");
  }
};

TEST_F(HiddenSystem, IsAnsweredWithNothingDestructive) {
  for (const std::string system : {"hyperv", "talos", "kubernetes", "helm", "access"}) {
    expect(0, "world w.json hide " + system);
    const std::string before = read("w.json");
    EXPECT_TRUE(contains(run_tbx(words_of("plan cluster.yaml --sim w.json")).out, "the plan is not complete"));
    const CommandResult drift = expect(4, "drift cluster.yaml --sim w.json");
    ASSERT_EQ(drift.code, 4) << system;
    EXPECT_TRUE(contains(drift.out, "nothing else differs from the file"));
    expect(4, "status cluster.yaml --sim w.json");
    EXPECT_EQ(read("w.json"), before) << "a look changes nothing";
    EXPECT_TRUE(contains(expect(4, "apply cluster.yaml --sim w.json --yes").err, "could not be observed"));
    expect(0, "world w.json unhide " + system);
    expect(0, "plan cluster.yaml --sim w.json --detailed-exitcode");
  }
}

TEST_F(HiddenSystem, ALostEtcdIsNotBootstrappedAgain) {
  expect(0, "world w.json delete-machine talos-hypv-cp-01");
  expect(0, "world w.json delete-disk talos-hypv-cp-01");
  EXPECT_TRUE(contains(expect(3, "plan cluster.yaml --sim w.json --detailed-exitcode").out, "[etcd-lost]"));
  EXPECT_TRUE(contains(expect(3, "apply cluster.yaml --sim w.json --yes").err, "(etcd-lost)"));
}

TEST_F(HiddenSystem, AMachineThatDiesInTheMiddleIsMadeAgain) {
  std::filesystem::remove("w.json");
  std::filesystem::remove_all("_out");
  expect(0, "world w.json at 200 delete-machine talos-hypv-worker-01");
  expect(0, "apply cluster.yaml --sim w.json --yes");
  expect(0, "plan cluster.yaml --sim w.json --detailed-exitcode");
}

}  // namespace
}  // namespace tbx::test
