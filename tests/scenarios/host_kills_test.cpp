// tbx is killed behind each of its requests to a host: PowerShell still does what it was asked, and nobody hears of it.
#include <set>

#include "providers/local_tools.h"
#include "tests/support/environment_variable.h"
#include "tests/support/hosted_cluster.h"
#include "tests/support/sanitizer.h"

namespace tbx::test {
namespace {

namespace fs = std::filesystem;

/// Two tests share the lines of a story, the odd and the even ones, for the sake of time.
class KilledOnAHost : public HostedCluster, public testing::WithParamInterface<int> {
 protected:
  void SetUp() override {
    if (is_sanitized) GTEST_SKIP() << "the tbx that is killed runs no test's code, and this takes minutes";
    HostedCluster::SetUp();
    if (IsSkipped()) return;
    write("cluster.yaml", replaced(read("cluster.yaml"), "addons: [cilium]", "addons: []"));
    program_.emplace("TBX_UNDER_TEST", TBX_PROGRAM);
  }

  /// False: it came to its end before so many lines.
  bool is_killed_behind(int lines) const {
    host().kill_asker_after(lines);
    const auto output =
        LocalTools().run({.tool = "under-test",
                          .arguments = {"apply", "cluster.yaml", "--yes", "--sim", "w.json", "--sim-systems",
                                        "talos,kubernetes,helm,access", "--pace", "1000"},
                          .deadline_seconds = 120});
    host().await_rest();
    const bool came_to_its_end = output && output->exit_code == 0;
    // A process that was killed has no exit code; one that could not be started would leave the wish to kill behind.
    EXPECT_TRUE(came_to_its_end || (!output && output.error().kind != ErrorKind::timed_out))
        << (output ? output->err : output.error().message);
    EXPECT_TRUE(came_to_its_end || !fs::exists("host/kill_after"));
    fs::remove("host/kill_after");
    return !came_to_its_end;
  }

  /// All that lies in the cluster's folder, but for the IDs of VMs.
  std::set<std::string> left_over() const {
    std::set<std::string> files;
    const fs::path folder = host().drive() / "vm";
    if (!fs::exists(folder)) return files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      const std::string extension = entry.path().extension().string();
      const fs::path path = extension == ".vmcx" ? entry.path().parent_path() / "ID.vmcx" : entry.path();
      files.insert(path.lexically_relative(folder).string());
    }
    return files;
  }

  static std::size_t machines_there() { return nlohmann::json::parse(read("host/host.json")).at("machines").size(); }

  /// From where `begin` takes it, killed behind the first line, the second, and so on, and each time brought to its
  /// end.
  void kill_behind_each_line(const std::function<void()>& begin) {
    begin();
    tbx(0, "apply cluster.yaml --yes");
    const std::set<std::string> expected = left_over();
    const std::size_t machines = machines_there();
    int lines = GetParam();
    for (; lines < 100; lines += 2) {
      SCOPED_TRACE(lines);
      begin();
      if (!is_killed_behind(lines)) break;
      tbx(0, "apply cluster.yaml --yes");
      EXPECT_EQ(left_over(), expected);
      EXPECT_EQ(machines_there(), machines);
      if (HasFailure()) return;
    }
    EXPECT_GT(lines, 8) << "it was killed";
    EXPECT_LT(lines, 100) << "it came to its end";
  }

 private:
  std::optional<EnvironmentVariable> program_;
};

TEST_P(KilledOnAHost, ACreateConvergesWhereverItWas) {
  kill_behind_each_line([this] {
    host().reset();
    fs::remove_all("_out");
    fs::remove("w.json");
  });
}

TEST_P(KilledOnAHost, AScaleDownConvergesWhereverItWas) {
  kill_behind_each_line([] {
    converge_or_copy("scale-down");
    write("cluster.yaml", replaced(read("cluster.yaml"), "workers: {count: 1}", "workers: {count: 0}"));
  });
}

INSTANTIATE_TEST_SUITE_P(BehindLine, KilledOnAHost, testing::Values(1, 2));

}  // namespace
}  // namespace tbx::test
