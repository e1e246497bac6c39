// Two worlds are compared by what they mean, not by what each of them drew for itself.
#include "tests/support/same_observed.h"

#include "tests/support/living_cluster.h"

namespace tbx::test {
namespace {

/// The cluster lives in w.json; another of the same file, with other secrets and addresses, lives in other/.
class SameObserved : public LivingCluster {
 protected:
  SameObserved() {
    std::filesystem::create_directory("other");
    write("other/cluster.yaml", three_and_two);
    expect(0, "world other/w.json readdress 10.99.16.0/20");
    expect(0, "apply other/cluster.yaml --sim other/w.json --yes");
  }

  static std::string difference() {
    return differences(comparable(expect(0, "observe cluster.yaml --sim w.json").out),
                       comparable(expect(0, "observe other/cluster.yaml --sim other/w.json").out));
  }
};

TEST_F(SameObserved, IsSaidOfTwoClustersOfOneFile) { EXPECT_EQ(difference(), ""); }

TEST_F(SameObserved, IsNotSaidWhenOneHasAnotherValue) {
  expect(0, "world other/w.json set ha-worker-01 cpus=4");
  EXPECT_EQ(difference(), "/host/machines/3/cpu_count: 2 in the lab, 4 in its twin\n");
}

TEST_F(SameObserved, IsNotSaidWhenSomethingRefersToAnotherMachine) {
  expect(0, "world other/w.json readdress 10.99.32.0/20");
  EXPECT_TRUE(contains(difference(), "/credentials/kubeconfig_server"));
}

}  // namespace
}  // namespace tbx::test
