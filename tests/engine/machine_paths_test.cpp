// What leaves a machine with a plan: no path of its own.
#include "engine/machine_paths.h"

#include <gtest/gtest.h>

#include "engine/digest.h"
#include "engine/observed_json.h"
#include "tests/support/converged_world.h"
#include "tests/support/rich_observed.h"

namespace tbx {
namespace {

TEST(MachinePaths, ShowAFolderOfTbxAsADigestAndWhatLiesBelowItAsItIs) {
  const std::string hidden = without_machine_folder(R"(C:\Users\ann\VMs\tbx\lab\lab-cp-01\disk.vhdx)");
  EXPECT_EQ(hidden.substr(0, 8), "(folder:");
  EXPECT_EQ(hidden.substr(20), R"()\tbx\lab\lab-cp-01\disk.vhdx)");
  EXPECT_NE(without_machine_folder(R"(C:\Users\bob\VMs\tbx\lab\lab-cp-01\disk.vhdx)"), hidden);
  EXPECT_EQ(without_machine_folder(R"(C:\Users\ann\win11.vhdx)").substr(20), R"()\win11.vhdx)");
  EXPECT_EQ(without_machine_folder("/home/ann/charts/hello").substr(20), ")/hello");
  for (const char* other : {"", "cilium", "./charts/hello", "oci://ghcr.io/x/y", "charts/hello"}) {
    EXPECT_EQ(without_machine_folder(other), other);
  }
}

TEST(MachinePaths, AreTakenOutOfSentences) {
  EXPECT_EQ(without_machine_paths("the file 'C:\\Users\\ann\\x y.vhdx' is in use"), "the file '(path)' is in use");
  EXPECT_EQ(without_machine_paths("/home/ann/lab/_out: permission denied"), "(path): permission denied");
  EXPECT_EQ(without_machine_paths("can't open \"\\\\nas\\vms\\a.vhdx\""), "can't open \"(path)\"");
  for (const char* other : {"", "GET https://10.0.0.1:6443/readyz: refused", "1/2 ready", "key: value", "a \\ b"}) {
    EXPECT_EQ(without_machine_paths(other), other);
  }
}

TEST(MachinePaths, AreTakenOutOfFactsAndASecondTimeChangesNothing) {
  Observed found = test::rich_observed();
  found.host.reason = "cannot read C:\\Users\\ann\\VMs";
  const Observed hidden = without_machine_paths(found);
  EXPECT_EQ(hidden.host.reason, "cannot read (path)");
  EXPECT_TRUE(hidden.host.machines.front().disk_path.starts_with("(folder:"));
  EXPECT_TRUE(hidden.host.disks.front().path.starts_with("(folder:"));
  EXPECT_EQ(without_machine_paths(hidden), hidden);
  const std::string document = snapshot_to_json({"demo", hidden});
  EXPECT_EQ(document.find("C:\\"), std::string::npos) << "a fact that holds a path is not known to";
}

TEST(MachinePaths, StillTellADiskThatWasMoved) {
  const Observed before = test::rich_observed();
  Observed after = before;
  after.host.machines.front().disk_path = R"(D:\elsewhere\tbx\demo\demo-cp-01\disk.vhdx)";
  const auto moved = differences(without_machine_paths(before), without_machine_paths(after));
  ASSERT_EQ(moved.size(), 1U);
  EXPECT_EQ(moved.front().field, "host.machines[demo-cp-01].disk_path");
}

TEST(MachinePaths, ChangeNoStepOfAPlan) {
  const ClusterSpec wanted = test::small_cluster(3, 2, "cilium, metallb, traefik");
  Observed found = test::converged_world(wanted);
  test::lose_machine(found, found.host.machines.back().name, false);
  test::machine_named(found, found.host.machines.front().name).power = Power::off;
  const Plan real = make_plan(wanted, found);
  const Plan hidden = make_plan(without_machine_paths(wanted), without_machine_paths(found));
  ASSERT_FALSE(real.actions.empty());
  ASSERT_EQ(hidden.actions.size(), real.actions.size());
  for (std::size_t i = 0; i < real.actions.size(); ++i) {
    EXPECT_EQ(id_of(hidden.actions[i].op), id_of(real.actions[i].op));
    EXPECT_EQ(hidden.actions[i].changes, real.actions[i].changes);
  }
}

}  // namespace
}  // namespace tbx
