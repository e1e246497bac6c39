// How a plan file finds the spec again, on another machine too.
#include "cli/plan_file.h"

#include "engine/described.h"
#include "tests/support/command_line.h"

namespace tbx::test {
namespace {

class PlanFile : public CommandTest {
 protected:
  PlanFile() {
    std::filesystem::create_directories("lab");
    std::filesystem::create_directories("plans/today");
  }

  /// "relative_to: path", or what is wrong.
  static std::string way(const std::string& plan, const std::string& spec) {
    const auto sources = spec_sources({.plan = plan, .spec = spec}, {}, {});
    if (!sources) return sources.error();
    return enum_name(sources->relative_to) + ": " + sources->spec_file;
  }
};

TEST_F(PlanFile, NamesTheSpecAsSeenFromItsOwnFolder) {
  EXPECT_EQ(way("p.json", "cluster.yaml"), "plan-file: cluster.yaml");
  EXPECT_EQ(way("lab/p.json", "lab/cluster.yaml"), "plan-file: cluster.yaml");
  EXPECT_EQ(way("plans/today/p.json", "lab/cluster.yaml"), "plan-file: ../../lab/cluster.yaml");
  const std::string here = std::filesystem::current_path().generic_string();
  EXPECT_EQ(way(here + "/plans/p.json", here + "/lab/cluster.yaml"), "plan-file: ../lab/cluster.yaml");
}

TEST_F(PlanFile, FarAwayNamesItAsSeenFromTheWorkingFolder) {
  EXPECT_EQ(way("/elsewhere/p.json", "lab/cluster.yaml"), "working-folder: lab/cluster.yaml");
  EXPECT_EQ(way("/p.json", "lab/cluster.yaml"), "working-folder: lab/cluster.yaml");
}

TEST_F(PlanFile, WithoutAWayThatMeansTheSameElsewhereIsNotWritten) {
  EXPECT_EQ(way("/elsewhere/p.json", "/somewhere/cluster.yaml"),
            "/elsewhere/p.json can't be written: no relative path leads from it, or from the working folder, to "
            "/somewhere/cluster.yaml; save it beside that");
}

TEST_F(PlanFile, FollowsALinkToTheFolderAndNotOneToTheFile) {
  std::error_code failed;
  std::filesystem::create_directory_symlink("plans/today", "link", failed);
  if (failed) GTEST_SKIP() << "no links here";
  write("shared.yaml", "");
  std::filesystem::create_symlink("../shared.yaml", "lab/cluster.yaml");
  EXPECT_EQ(way("link/p.json", "lab/cluster.yaml"), "plan-file: ../../lab/cluster.yaml");
}

TEST_F(PlanFile, OfAnAbsoluteValueFileTellsTheRelativeWayOrOnlyItsName) {
  const std::string here = std::filesystem::current_path().generic_string();
  const std::vector<ValueOrigin> origins{{"x", here + "/lab/values/x.yaml", "", "{}"}, {"y", "/far/y.yaml", "", "{}"}};
  const auto sources = spec_sources({.plan = "p.json", .spec = "lab/cluster.yaml"}, {}, origins);
  ASSERT_TRUE(sources);
  ASSERT_EQ(sources->files.size(), 2U);
  EXPECT_EQ(sources->files[0].substr(0, 8), "(folder:");
  EXPECT_EQ(sources->files[0].substr(20), ")/y.yaml");
  EXPECT_EQ(sources->files[1], "values/x.yaml");
}

}  // namespace
}  // namespace tbx::test
