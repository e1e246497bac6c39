// The examples on a stand-in host, and what they ask of it.
#include <sys/resource.h>

#include "specs/embedded.h"
#include "tests/support/hosted_cluster.h"
#include "tests/support/sanitizer.h"

namespace tbx::test {
namespace {

class ExampleOnAHost : public HostedCluster {
 protected:
  /// As it is, but that the host's folders are named, and that the host has room.
  void use(const std::string& example) {
    std::string text(embedded_example(example));
    const std::string folders = R"(path: 'C:\vm', isoPath: 'C:\iso')";
    const bool has_host = text.find("hyperv: {") != std::string::npos;
    text = has_host ? replaced(text, "hyperv: {", "hyperv: {" + folders + ", ")
                    : replaced(text, "\nspec:\n", "\nspec:\n  hyperv: {" + folders + "}\n");
    write("cluster.yaml", text);
    host().control({"host", "freeBytes=68719476736"});
    host().forget_requests();
  }
};

/// Of this process and its threads, in seconds; not of its children.
double own_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

TEST_F(ExampleOnAHost, HaGoesFromNothingToAnEmptyPlanWithFewRequestsOfOneProcess) {
  use("ha");
  tbx(0, "apply cluster.yaml --yes");
  EXPECT_LT(host().requests().size(), is_sanitized ? 200U : 60U);
  EXPECT_EQ(host().command_lines().size(), 1U);
  host().forget_requests();
  tbx(0, "plan cluster.yaml --detailed-exitcode");
  EXPECT_EQ(host().requests().size(), 1U);
  EXPECT_EQ(host().command_lines().size(), 1U);
}

TEST_F(ExampleOnAHost, SandboxIsMendedWhateverHappensToItsMachines) {
  use("sandbox");
  tbx(2, "plan cluster.yaml --detailed-exitcode");
  converge();
  host().control({"power-off", "talos-hypv-worker-01"});
  EXPECT_TRUE(contains(tbx(2, "drift cluster.yaml").out, "power"));
  tbx(0, "apply cluster.yaml --yes");
  host().control({"set", "talos-hypv-worker-01", "cpus=4"});
  EXPECT_TRUE(contains(tbx(2, "drift cluster.yaml").out, "is 4, should be 2"));
  tbx(0, "apply cluster.yaml --yes");
  host().control({"delete-machine", "talos-hypv-worker-01"});
  converge();
  host().control({"reboot-host"});
  tbx(2, "drift cluster.yaml");
  converge();
}

TEST_F(ExampleOnAHost, SandboxGrowsNoFartherThanWhereSomethingIsInItsWay) {
  use("sandbox");
  tbx(0, "apply cluster.yaml --yes");
  write("cluster.yaml", replaced(read("cluster.yaml"), "    count: 1            #", "    count: 3            #"));
  host().control({"orphan-disk", "C:\\vm\\tbx\\talos-hypv\\talos-hypv-worker-02\\talos-hypv-worker-02.vhdx"});
  host().control({"foreign-machine", "talos-hypv-worker-03"});
  const CommandResult refused = tbx(3, "apply cluster.yaml --yes");
  EXPECT_TRUE(contains(refused.out, "Remove-Item"));
  EXPECT_TRUE(contains(refused.err, "rename it (Rename-VM)"));
  EXPECT_EQ(host_seen().at("machines").size(), 3U) << "nothing was made or taken away";
}

TEST_F(HostedCluster, LooksAtAHundredVmsWithOneRequestAndLittleTimeOfItsOwn) {
  host().control({"foreign-machines", "100"});
  host().forget_requests();
  const double before = own_seconds();
  const auto machines = host_seen().at("machines");
  EXPECT_LT(own_seconds() - before, is_sanitized ? 10 : 0.2);
  EXPECT_EQ(machines.size(), 100U);
  EXPECT_EQ(host().requests().size(), 1U);
  EXPECT_EQ(host().command_lines().size(), 1U);
}

}  // namespace
}  // namespace tbx::test
