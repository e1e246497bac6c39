// From an empty world to a cluster that answers, through whole commands.
#include <nlohmann/json.hpp>

#include "providers/local_tools.h"
#include "providers/sim/world_file.h"
#include "tests/support/command_line.h"
#include "tests/support/lab.h"

namespace tbx::test {
namespace {

class FirstApply : public CommandTest {
 protected:
  static void copy_example(const std::string& name) {
    std::filesystem::copy(std::filesystem::path(TBX_SOURCE_DIR) / "examples" / name, ".",
                          std::filesystem::copy_options::recursive);
  }
};

TEST_F(FirstApply, TakesTheSandboxFromNothingToAnEmptyPlan) {
  copy_example("sandbox");
  expect(2, "plan cluster.yaml --sim w.json --detailed-exitcode");
  expect(0, "plan cluster.yaml --sim w.json");
  EXPECT_FALSE(exists("w.json")) << "a look makes no world";
  const CommandResult applied = expect(0, "apply cluster.yaml --sim w.json --yes");
  for (const std::string part :
       {"Looked again: nothing left to do.", "_out/talos-hypv/talosconfig", "_out/talos-hypv/kubeconfig",
        "http://grafana.talos.local/ ", "http://traefik.talos.local/dashboard/ ", "user admin"}) {
    EXPECT_TRUE(contains(applied.out, part));
  }
  expect(0, "plan cluster.yaml --sim w.json --detailed-exitcode");
  expect(0, "drift cluster.yaml --sim w.json");
  expect(0, "status cluster.yaml --sim w.json");
  expect(0, "observe cluster.yaml --sim w.json");
  const CommandResult again = expect(0, "apply cluster.yaml --sim w.json --yes");
  EXPECT_TRUE(contains(again.out, "nothing left to do"));
}

/// What one of the user's own tools says, with the credentials that tbx wrote in the lab.
std::string said_by(const std::string& tool, std::vector<std::string> arguments) {
  const auto output = LocalTools().run({.tool = tool, .arguments = std::move(arguments)});
  EXPECT_TRUE(output && output->exit_code == 0) << (output ? output->err : output.error().message);
  return output ? output->out : "";
}

class Example : public FirstApply, public testing::WithParamInterface<const char*> {};

TEST_P(Example, ConvergesFromNothing) {
  copy_example(GetParam());
  expect(0, "apply cluster.yaml --sim w.json --yes");
  expect(0, "plan cluster.yaml --sim w.json --detailed-exitcode");
  expect(0, "drift cluster.yaml --sim w.json");
  if (the_lab() == nullptr) return;
  const auto found = nlohmann::json::parse(expect(0, "observe cluster.yaml --sim w.json").out).at("observed");
  const std::filesystem::path folder = std::filesystem::directory_iterator("lab/_out")->path();
  const std::string nodes = said_by("kubectl", {"get", "nodes", "--kubeconfig=" + (folder / "kubeconfig").string()});
  for (const auto& node : found.at("kubernetes").at("nodes")) {
    EXPECT_TRUE(contains(nodes, node.at("name").get<std::string>() + " "));
  }
  const std::string address = found.at("host").at("machines").at(0).at("mark").at("node_address");
  const std::string members = said_by(
      "talosctl", {"etcd", "members", "--talosconfig=" + (folder / "talosconfig").string(), "--nodes=" + address});
  for (const auto& member : found.at("etcd").at("members")) EXPECT_TRUE(contains(members, member.at("id")));
}

INSTANTIATE_TEST_SUITE_P(Each, Example, testing::Values("sandbox", "single", "pools", "ha"),
                         [](const auto& each) { return std::string(each.param); });

TEST_F(FirstApply, PlansTheSameBytesFromTheSameInput) {
  expect(0, "init");
  for (const std::string format : {"text", "json", "markdown"}) {
    const std::string line = "plan cluster.yaml --sim w.json --format " + format;
    EXPECT_EQ(expect(0, line).out, expect(0, line).out);
  }
}

TEST_F(FirstApply, JsonIsOneDocumentAndNothingElse) {
  expect(0, "init");
  const CommandResult plan = expect(0, "plan cluster.yaml --sim w.json --format json");
  EXPECT_EQ(plan.err, "");
  const auto document = nlohmann::json::parse(plan.out);
  EXPECT_EQ(document["format_version"], 1);
  EXPECT_EQ(document["complete"], true);
  expect(0, "apply cluster.yaml --sim w.json --yes");
  EXPECT_EQ(nlohmann::json::parse(expect(0, "drift cluster.yaml --sim w.json --format json").out)["drifted"], false);
}

TEST_F(FirstApply, ASnapshotGivesThePlanThatTheWorldGives) {
  expect(0, "init");
  expect(0, "observe cluster.yaml --sim w.json -o empty.json");
  EXPECT_EQ(expect(0, "plan cluster.yaml --from empty.json --format json").out,
            expect(0, "plan cluster.yaml --sim w.json --format json").out);
  expect(0, "apply cluster.yaml --sim w.json --yes");
  expect(0, "observe cluster.yaml --sim w.json -o full.json");
  expect(0, "plan cluster.yaml --from full.json --detailed-exitcode");
  write("broken.json", "{\"format_version\": ");
  EXPECT_TRUE(contains(expect(1, "plan cluster.yaml --from broken.json").err, "broken.json:1:"));
  EXPECT_TRUE(contains(expect(1, "plan cluster.yaml --from nowhere.json").err, "nowhere.json can't be read"));
}

TEST_F(FirstApply, ASnapshotOfAnotherClusterIsNotTaken) {
  expect(0, "init");
  expect(0, "observe cluster.yaml --sim w.json -o s.json");
  std::filesystem::remove("cluster.yaml");
  expect(0, "init other");
  EXPECT_TRUE(contains(expect(1, "plan cluster.yaml --from s.json").err,
                       "s.json is a snapshot of cluster talos-hypv, and the file describes other"));
}

TEST_F(FirstApply, AsksOnATerminalAndNeedsYesWithoutOne) {
  expect(0, "init");
  const CommandResult log = expect(1, "apply cluster.yaml --sim w.json");
  EXPECT_TRUE(contains(log.err, "--yes"));
  for (const std::string answer : {"", "\n", "n\n", "no\n", "yep\n"}) {
    const CommandResult refused = expect(1, "apply cluster.yaml --sim w.json", answer, Stage::terminal);
    EXPECT_TRUE(contains(refused.err, " actions? [y/N]"));
    EXPECT_TRUE(contains(refused.err, "Nothing was changed."));
    EXPECT_FALSE(exists("_out"));
  }
  expect(0, "apply cluster.yaml --sim w.json", " y\n", Stage::terminal);
  EXPECT_EQ(expect(0, "apply cluster.yaml --sim w.json", "", Stage::terminal).err, "") << "nothing to ask about";
}

TEST_F(FirstApply, AppendsAJournalOfEvents) {
  expect(0, "init");
  expect(0, "apply cluster.yaml --sim w.json --yes --events e.jsonl");
  const std::string journal = read("e.jsonl");
  std::size_t lines = 0;
  for (std::size_t start = 0; start < journal.size(); ++lines) {
    const std::size_t end = journal.find('\n', start);
    ASSERT_NE(end, std::string::npos);
    EXPECT_TRUE(nlohmann::json::parse(journal.substr(start, end - start)).is_object());
    start = end + 1;
  }
  EXPECT_GT(lines, 80U);
  expect(1, "apply cluster.yaml --sim other.json --yes --events no/such/folder/e.jsonl");
  EXPECT_FALSE(exists("other.json"));
}

TEST_F(FirstApply, AnActionThatFailsIsNamedAndTheNextApplyGoesOn) {
  expect(0, "init");
  expect(0, "world w.json fail-next create-machine");
  const CommandResult failed = run_tbx(words_of("apply cluster.yaml --sim w.json --yes"));
  if (failed.code != 0) {
    EXPECT_EQ(failed.code, 1) << failed.err;
    EXPECT_TRUE(contains(failed.err, "error: create-machine/talos-hypv-"));
    EXPECT_TRUE(contains(failed.err, "Mend the cause, then run: tbx apply cluster.yaml --sim w.json"));
  }
  expect(0, "apply cluster.yaml --sim w.json --yes");
  expect(0, "plan cluster.yaml --sim w.json --detailed-exitcode");
}

TEST_F(FirstApply, TellsWhoHoldsTheLock) {
  expect(0, "init");
  expect(0, "apply cluster.yaml --sim w.json --yes");
  expect(0, "world w.json power-off talos-hypv-worker-01");
  auto world = sim::WorldFile::open("w.json");
  ASSERT_TRUE(world);
  sim::LockEntry entry;
  entry.who = "ann@elsewhere";
  entry.host = "elsewhere";
  entry.since = "2026-11-24T12:00:00Z";
  entry.from = "tbx apply, process 4711";
  const auto set_lock = [&](sim::LiveWorld& live) {
    touch(live, sim::EntityKind::lock, "talos-hypv");
    live.world.locks["talos-hypv"] = entry;
  };
  ASSERT_TRUE(world->commit(set_lock));
  for (const std::string command : {"apply", "destroy"}) {
    EXPECT_TRUE(contains(expect(1, command + " cluster.yaml --sim w.json --yes").err, "ann@elsewhere"));
  }
  expect(2, "plan cluster.yaml --sim w.json --detailed-exitcode");
  EXPECT_TRUE(contains(expect(0, "world w.json show").out, "ann@elsewhere since 2026-11-24T12:00:00Z"));
}

}  // namespace
}  // namespace tbx::test
