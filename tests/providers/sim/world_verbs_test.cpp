// The words of `tbx world`, what they do, and what is said of wrong ones.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>

#include "providers/sim/world_lock.h"
#include "providers/sim/world_verbs.h"
#include "tests/support/converged_world.h"
#include "tests/support/sim_lab.h"

namespace tbx::sim {
namespace {

using test::SimLab;
using test::words_of;

std::string mistake(const std::string& words) {
  WorldFile file = WorldFile::in_memory();
  std::vector<std::string> split = words_of(words);
  auto said = run_world_verb(file, split);
  return said ? "" : said.error().message;
}

TEST(WorldVerbs, SayWhatIsWrongWithWords) {
  EXPECT_EQ(mistake(""), "a verb is missing: tbx world FILE show");
  EXPECT_EQ(mistake("power-of x"), "there is no verb \"power-of\": did you mean \"power-off\"?");
  EXPECT_EQ(mistake("power-off"), "power-off needs more words: tbx world FILE power-off NODE");
  EXPECT_EQ(mistake("clear-alarms now"), "clear-alarms takes fewer words: tbx world FILE clear-alarms");
  EXPECT_EQ(mistake("readdress 10.0.0.0/30"), "10.0.0.0/30 has too few addresses for a switch");
  EXPECT_EQ(mistake("show --format jsn"), "\"jsn\" is no format: text or json: did you mean \"json\"?");
  EXPECT_EQ(mistake("hide hyprv"), "there is no system \"hyprv\": did you mean \"hyperv\"?");
  EXPECT_EQ(mistake("fail-next create-machin"),
            "there is no kind of action \"create-machin\": did you mean \"create-machine\"?");
  EXPECT_EQ(mistake("at soon hide talos"), "\"soon\" is no number of seconds");
  EXPECT_EQ(mistake("at 4 hid talos"), "there is no verb \"hid\": did you mean \"hide\"?");
  EXPECT_EQ(mistake("at 4 show"), "show can't be put off");
  EXPECT_EQ(mistake("at 4"), "at needs more words: tbx world FILE at SECONDS VERB …");
  EXPECT_EQ(mistake("edit-hosts"), "the hosts file has no line of ours yet");
}

TEST(WorldVerbs, NameTheNearestMachine) {
  SimLab lab(test::small_cluster(1, 1));
  lab.world("foreign-machine build-server");
  std::vector<std::string> words{"power-off", "build-sever"};
  EXPECT_EQ(run_world_verb(lab.simulation.file(), words).error().message,
            "there is no machine \"build-sever\": did you mean \"build-server\"?");
  words = {"set", "build-server", "cpu=4"};
  EXPECT_EQ(run_world_verb(lab.simulation.file(), words).error().message,
            "\"cpu\" can't be set: did you mean \"cpus\"?: cpus=4 memory=8Gi");
}

TEST(WorldVerbs, AllHaveTheirHelpAndAnExampleThatIsRead) {
  for (const WorldVerb& verb : world_verbs()) {
    EXPECT_FALSE(verb.help.empty()) << verb.name;
    std::string problem = mistake(std::string(verb.example));
    EXPECT_EQ(problem.find("there is no verb"), std::string::npos) << problem;
    EXPECT_EQ(problem.find("words"), std::string::npos) << problem;
  }
  std::istringstream help(world_verbs_help());
  for (std::string line; std::getline(help, line);) {
    EXPECT_LE(line.size(), 112U) << line;
  }
}

TEST(WorldVerbs, AtHappensInTheMiddleOfWhatRuns) {
  SimLab lab(test::small_cluster(1, 1));
  lab.world("foreign-machine x");
  lab.world("at 40 power-off x");
  lab.world("at 30 power-off gone");
  lab.go_on(39);
  EXPECT_EQ(lab.state().machines.begin()->second.power, Power::running);
  lab.go_on(2);
  EXPECT_EQ(lab.state().machines.begin()->second.power, Power::off);
  EXPECT_TRUE(lab.state().disturbances.scheduled.empty());
}

TEST(WorldVerbs, AnOldDiskOfAKnownClusterHasItsMark) {
  SimLab lab(test::small_cluster(1, 1, "cilium"));
  ASSERT_EQ(lab.converge().exit_code, ExitCode::done);
  lab.world("leave-disk demo-worker-02");
  Observed found = lab.look();
  ASSERT_EQ(found.host.disks.size(), 3U);
  const Mark& mark = found.host.disks[2].mark;
  EXPECT_EQ(mark.node, "demo-worker-02");
  EXPECT_EQ(mark.cluster_id, found.credentials.cluster_id);
  EXPECT_EQ(mark.node_subnet, found.host.machines[0].mark.node_subnet);
  EXPECT_FALSE(mark.node_address.empty());
  lab.world("leave-disk demo-worker-03 --foreign");
  EXPECT_TRUE(lab.look().host.disks[3].mark.cluster.empty());
}

struct Spoiling {
  const char* words;
  std::vector<std::string> kinds;  ///< some of those that mend it
};

/// One at a time: drift is seen, one apply mends it.
TEST(WorldVerbs, EachDisturbanceIsSeenAndMended) {
  const std::vector<Spoiling> spoilings{
      {"power-off demo-worker-01", {"start-machine"}},
      {"delete-machine demo-worker-01", {"create-machine", "delete-disk", "delete-node"}},
      {"delete-disk demo-worker-01", {"create-disk"}},
      {"set demo-worker-01 cpus=4 memory=8Gi", {"resize-machine"}},
      {"readdress", {"apply-address-pool", "write-hosts", "write-kubeconfig", "write-talosconfig"}},
      {"delete-node demo-worker-01", {"restart-kubelet"}},
      {"uninstall traefik", {"install-release"}},
      {"edit-release traefik deployment.replicas=3", {"upgrade-release"}},
      {"edit-release traefik", {"upgrade-release"}},
      {"edit-hosts", {"write-hosts"}},
  };
  ClusterSpec spec = test::small_cluster(1, 1, "cilium, metallb, traefik");
  RouteSpec route;
  route.host = "traefik.lab";
  route.service_namespace = "traefik";
  route.service = "traefik";
  route.path = "/dashboard/";
  route.addon = "traefik";
  route.served_by_ingress_itself = true;
  spec.routes.push_back(route);
  for (const Spoiling& spoiling : spoilings) {
    SimLab lab(spec);
    ASSERT_EQ(lab.converge().exit_code, ExitCode::done);
    ASSERT_TRUE(lab.plan().converged());
    lab.world(spoiling.words);
    std::vector<std::string> kinds = test::kinds_of(lab.plan());
    EXPECT_TRUE(std::ranges::includes(kinds, spoiling.kinds)) << spoiling.words;
    EXPECT_EQ(lab.converge().exit_code, ExitCode::done) << spoiling.words;
    EXPECT_TRUE(lab.plan().converged()) << spoiling.words;
    EXPECT_EQ(lab.checkers.violations(), std::vector<Violation>{}) << spoiling.words;
  }
}

TEST(WorldShow, TellsProgramsWhatTheyNeedToPlayTheMachines) {
  SimLab lab(test::small_cluster(1, 0));
  lab.world("readdress 127.28.16.0/20");
  ASSERT_EQ(lab.converge().exit_code, ExitCode::done);
  const auto document = nlohmann::json::parse(lab.world("show --format json"));
  EXPECT_EQ(document.at("switch"), nlohmann::json::parse(R"({"subnet": "127.28.16.0/20", "gateway": "127.28.16.1"})"));
  const auto& machine = document.at("machines").at(0);
  EXPECT_EQ(machine.at("name"), "demo-cp-01");
  EXPECT_EQ(machine.at("power"), "running");
  EXPECT_EQ(machine.at("uuid"), lab.machine("demo-cp-01").bios_guid);
  EXPECT_EQ(machine.at("disk"), document.at("disks").at(0).at("id"));
  EXPECT_EQ(machine.at("image"), "v1.12.4-amd64");
}

TEST(WorldShow, ADiskAtTheSamePlaceIsAnother) {
  SimLab lab(test::small_cluster(1, 1));
  ASSERT_EQ(lab.converge().exit_code, ExitCode::done);
  auto disk_of_worker = [&] {
    return nlohmann::json::parse(lab.world("show --format json")).at("disks").at(1).at("id").get<std::string>();
  };
  const std::string before = disk_of_worker();
  lab.world("delete-disk demo-worker-01");
  ASSERT_EQ(lab.converge().exit_code, ExitCode::done);
  EXPECT_NE(disk_of_worker(), before);
}

TEST(WorldShow, IsNoWiderThanAHundredColumnsAndNamesWhatIsThere) {
  SimLab lab(test::small_cluster(3, 1, "cilium, metallb, traefik"));
  ASSERT_EQ(lab.converge().exit_code, ExitCode::done);
  lab.world("foreign-machine build-server");
  lab.world("hide talos");
  lab.world("fail-next create-disk");
  lab.world("at 5 readdress");
  std::string text = lab.world("show");
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 100U) << line;
  }
  for (const char* part : {"demo-cp-01", "ours: demo", "not ours", "running v1.12.4", "has quorum", "Ready", "traefik",
                           "hidden", "fails next", "readdress", "address pool"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
  EXPECT_NE(text.find(lab.machine("demo-cp-01").id), std::string::npos);
}

TEST(WorldLock, IsHeldByOneAndTellsTheOtherWho) {
  SimLab lab(test::small_cluster(1, 1));
  WorldLock lock(lab.simulation, "tbx apply");
  ASSERT_TRUE(lock.acquire("demo"));
  EXPECT_TRUE(lock.acquire("demo"));
  LockEntry other = this_process("tbx apply");
  other.host = "elsewhere";
  other.who = "ann@elsewhere";
  ASSERT_TRUE(lab.simulation.file().commit([&](LiveWorld& live) { live.world.locks["demo"] = other; }));
  Status held = lock.acquire("demo");
  ASSERT_FALSE(held);
  EXPECT_EQ(held.error().kind, ErrorKind::busy);
  EXPECT_NE(held.error().message.find("ann@elsewhere changes cluster demo since"), std::string::npos);
  EXPECT_TRUE(lock.acquire("another"));
}

TEST(WorldLock, OneWhoseProcessIsGoneIsTakenOver) {
  SimLab lab(test::small_cluster(1, 1));
  LockEntry gone = this_process("tbx apply");
  gone.process_started = "long ago";
  gone.process = 1;
  ASSERT_TRUE(lab.simulation.file().commit([&](LiveWorld& live) { live.world.locks["demo"] = gone; }));
  EXPECT_TRUE(is_stale(gone));
  WorldLock lock(lab.simulation, "tbx apply");
  ASSERT_TRUE(lock.acquire("demo"));
  ASSERT_TRUE(lock.release("demo"));
  EXPECT_TRUE(lab.state().locks.empty());
}

}  // namespace
}  // namespace tbx::sim
