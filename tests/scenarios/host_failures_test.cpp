// What goes wrong on real hosts, by the table host_failures.md: each through whole applies.
#include <algorithm>
#include <set>
#include <sstream>

#include "tests/support/hosted_cluster.h"
#include "tests/support/sanitizer.h"
#include "tests/support/table.h"

namespace tbx::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* table_file = TBX_SOURCE_DIR "/tests/scenarios/host_failures.md";

struct Mishap {
  std::string number;  ///< of the list that the table was made from; empty: ours
  std::string name;    ///< empty: it can't be produced, and `tells` says why
  std::string before;
  std::string disturbance;
  std::string exit;
  std::string tells;
  std::string remedy;
};

void PrintTo(const Mishap& mishap, std::ostream* stream) { *stream << mishap.name; }

std::vector<Mishap> mishaps(bool with_a_name) {
  std::vector<Mishap> found;
  for (const auto& row : rows_of_table(table_file)) {
    if (row.size() != 7) throw std::runtime_error("a line of the table has no 7 columns: " + row.front());
    if (row[1].empty() != with_a_name) found.push_back({row[0], row[1], row[2], row[3], row[4], row[5], row[6]});
  }
  return found;
}

class HostFailure : public HostedCluster, public testing::WithParamInterface<Mishap> {
 protected:
  void SetUp() override {
    HostedCluster::SetUp();
    if (is_sanitized) GTEST_SKIP() << "other stories on a host run the same code of tbx, and these take minutes";
    if (IsSkipped()) return;
    write("cluster.yaml", replaced(read("cluster.yaml"), "  workers: {count: 1}\n  addons: [cilium]\n",
                                   "  controlPlane: {memory: 2Gi}\n"
                                   "  workers: {count: 1, disk: 20Gi}\n"
                                   "  deadlines: {stop-machine: 9s, await-address: 60s}\n"));
  }

  /// "count: 1 => count: 0".
  static void edit(const std::string& change) {
    const std::string arrow = " => ";
    const std::size_t place = change.find(arrow);
    const std::string from = change.substr(0, place);
    write("cluster.yaml", replaced(read("cluster.yaml"), from, change.substr(place + arrow.size())));
  }

  /// A fault that no cmdlet met is still planned.
  static void expect_that_it_happened() {
    EXPECT_TRUE(nlohmann::json::parse(read("host/host.json")).at("faults").empty());
  }

  /// Words parted by ";".
  void disturb(const std::string& all) {
    for (const std::string& one : parts_of(all, ';')) {
      const std::vector<std::string> words = quoted_words_of(one);
      const std::vector<std::string> rest(words.begin() + 1, words.end());
      if (words.front() == "environment") {
        host().set_environment(rest);
      } else if (words.front() == "edit") {
        edit(one.substr(words.front().size() + 1));
      } else if (words.front() == "delete-file") {
        EXPECT_TRUE(fs::remove(host().drive() / rest.at(0)));
      } else if (words.front() == "hide-file") {
        fs::rename(host().drive() / rest.at(0), host().drive() / "hidden");
      } else if (words.front() == "show-file") {
        fs::rename(host().drive() / "hidden", host().drive() / rest.at(0));
      } else {
        host().control(words);
      }
    }
  }
};

TEST_P(HostFailure, IsToldWithItsRemedyAndTheNextApplyGoesOn) {
  const Mishap& mishap = GetParam();
  const std::vector<std::string> before = parts_of(mishap.before, ';');
  if (before.front() == "cluster") converge_or_copy("failures");
  if (before.size() > 1) edit(before[1]);
  disturb(mishap.disturbance);
  const CommandResult result = tbx(std::stoi(mishap.exit), "apply cluster.yaml --yes");
  EXPECT_TRUE(contains(result.out + result.err, mishap.tells));
  if (mishap.exit == "0") expect_that_it_happened();
  if (!mishap.remedy.empty()) disturb(mishap.remedy);
  if (mishap.exit != "0") tbx(0, "apply cluster.yaml --yes");
  tbx(0, "plan cluster.yaml --detailed-exitcode");
}

INSTANTIATE_TEST_SUITE_P(EachOfTheTable, HostFailure, testing::ValuesIn(mishaps(true)),
                         [](const testing::TestParamInfo<Mishap>& each) { return each.param.name; });

TEST(HostFailures, AreInTheTableEachWithItsTestOrWithTheReasonForNone) {
  std::set<std::string> numbers;
  for (const Mishap& mishap : mishaps(true)) numbers.insert(mishap.number);
  for (const Mishap& mishap : mishaps(false)) {
    EXPECT_FALSE(mishap.tells.empty()) << mishap.number;
    EXPECT_TRUE(numbers.insert(mishap.number).second) << mishap.number << " has a test";
  }
  for (int number = 1; number <= 36; ++number) EXPECT_TRUE(numbers.contains(std::to_string(number))) << number;
}

}  // namespace
}  // namespace tbx::test
