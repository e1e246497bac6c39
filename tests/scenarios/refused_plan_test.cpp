// tbx apply PLANFILE when something moved, or when somebody changed the file: nothing of it is done.
#include <nlohmann/json.hpp>

#include "tests/support/saved_plan.h"

namespace tbx::test {
namespace {

using nlohmann::json;

class RefusedPlan : public SavedPlan {};

TEST_F(RefusedPlan, IsRefusedWhenAMachineWasPoweredOff) {
  save_on_a_living_cluster();
  expect(0, "world w.json power-off lab-worker-01");
  const std::string said = refused(3);
  EXPECT_TRUE(contains(said, "error: plans/p.json can't be applied: "));
  EXPECT_TRUE(contains(said, "  host.machines[lab-worker-01].power\n    was \"running\", is \"off\"\n"));
  EXPECT_TRUE(contains(said,
                       "Nothing was changed. Make a new plan, and have it reviewed:\n"
                       "  tbx plan lab/cluster.yaml -o plans/p.json --sim w.json\n"));
}

TEST_F(RefusedPlan, NamesAThingThatCameAndNoMoreThanTen) {
  save_on_a_living_cluster();
  expect(0, "world w.json foreign-machine stranger");
  EXPECT_TRUE(contains(refused(3), "  host.machines[stranger]\n    was not there, is there\n"));
  expect(0, "world w.json hide kubernetes");
  expect(0, "world w.json power-off lab-cp-01");
  EXPECT_TRUE(contains(refused(3), " more\n"));
}

TEST_F(RefusedPlan, NamesWhatMovedAndNotEachFactThatCantBeAskedNow) {
  save_on_a_living_cluster();
  expect(0, "world w.json hide talos");
  expect(0, "world w.json power-off lab-worker-01");
  const std::string said = refused(3);
  EXPECT_TRUE(contains(said, "  host.machines[lab-worker-01].power\n    was \"running\", is \"off\"\n"));
  EXPECT_TRUE(contains(said, "  talos_presence\n    was \"present\", is \"unknown\"\n"));
  EXPECT_EQ(said.find("talos["), std::string::npos) << said;
}

TEST_F(RefusedPlan, IsRefusedWhenTheSpecWasEdited) {
  save_on_a_living_cluster();
  edit("lab/cluster.yaml", "cpus: 4", "cpus: 8");
  EXPECT_TRUE(contains(refused(3), "  cluster.yaml: nodes.lab-worker-01.cpu_count\n    was 4, is 8\n"));
  edit("lab/cluster.yaml", "count: 1, cpus: 8", "count: 2, cpus: 4");
  EXPECT_TRUE(contains(refused(3), "  cluster.yaml: nodes.lab-worker-02\n    was not there, is there\n"));
}

TEST_F(RefusedPlan, IsRefusedWhenAValueFileWasEdited) {
  save_on_a_living_cluster();
  edit("lab/values/monitoring.yaml", "replicas: 1", "replicas: 2");
  EXPECT_TRUE(contains(refused(3), "cluster.yaml: addons.monitoring.values.grafana.replicas\n    was 1, is 2\n"));
}

TEST_F(RefusedPlan, TellsThatASecretWasChangedAndWhereItIsButNotWhatItIs) {
  save_on_a_living_cluster();
  edit("lab/values/monitoring.yaml", "swordfish", "catfish");
  const std::string said = refused(3);
  EXPECT_TRUE(
      contains(said, "  cluster.yaml: addons.monitoring.values.grafana.adminPassword\n    is a secret, and was"));
  EXPECT_TRUE(contains(said, "values/monitoring.yaml"));
  EXPECT_TRUE(contains(said, "/grafana/adminPassword"));
  EXPECT_EQ(said.find("fish"), std::string::npos);
  EXPECT_EQ(said.find("secret:"), std::string::npos);
}

TEST_F(RefusedPlan, BeforeTheClusterHasSecretsIsBoundToAllButThem) {
  save();
  edit("lab/values/monitoring.yaml", "swordfish", "catfish");
  expect(0, "apply plans/p.json --sim w.json --yes");
  expect(0, "plan lab/cluster.yaml --sim w.json --detailed-exitcode");
  EXPECT_TRUE(contains(refused(3), "  _out/lab/secrets.yaml\n    was not there, is there\n"));
}

TEST_F(RefusedPlan, NamesAFileThatIsGone) {
  save_on_a_living_cluster();
  std::filesystem::remove("lab/values/monitoring.yaml");
  EXPECT_TRUE(contains(refused(3), "  lab/values/monitoring.yaml\n    was there, is gone\n"));
  std::filesystem::remove("lab/cluster.yaml");
  EXPECT_TRUE(contains(refused(3), "  lab/cluster.yaml\n    was there, is gone\n"));
}

TEST_F(RefusedPlan, EditedByHandIsRefused) {
  save_on_a_living_cluster();
  const std::string original = read("plans/p.json");
  json document = plan_file();
  document["actions"].erase(0);
  write("plans/p.json", document.dump(1));
  EXPECT_TRUE(contains(refused(1), "plans/p.json: the checksum does not fit: the file was edited or damaged"));
  write("plans/p.json", replaced(original, "\"complete\": true", "\"complete\": false"));
  EXPECT_TRUE(contains(refused(1), "the checksum does not fit"));
  write("plans/p.json", replaced(original, "\"cluster\": \"lab\"", "\"cluster\": \"lba\", \"cluster\": \"lab\""));
  EXPECT_TRUE(contains(refused(1), "the key \"cluster\" stands twice"));
  write("plans/p.json", json::parse(original).dump());
  expect(0, "apply plans/p.json --sim w.json --yes");
}

TEST_F(RefusedPlan, EditedWithAChecksumThatFitsIsRefusedToo) {
  save_on_a_living_cluster();
  const json original = plan_file();
  json document = original;
  document["actions"].erase(0);
  write_with_checksum(document);
  EXPECT_TRUE(contains(refused(1), "/actions/0/"));
  document = original;
  document["actions"].push_back(document["actions"][0]);
  document["actions"].back()["id"] = "delete-machine/lab-cp-01";
  write_with_checksum(document);
  EXPECT_TRUE(contains(refused(1), "is not what its spec and its facts ask for"));
  document = original;
  document["observed_digest"] = "sha256:" + std::string(64, '0');
  write_with_checksum(document);
  EXPECT_TRUE(contains(refused(1), "its digests are not those of its spec and facts"));
  document = original;
  document["saved"]["note"] = "harmless";
  write_with_checksum(document);
  EXPECT_TRUE(contains(refused(1), "/saved/note"));
  document = original;
  document["saved"]["secrets"][0]["file"] = "values/other.yaml";
  write_with_checksum(document);
  EXPECT_TRUE(contains(refused(3), "where its secrets are written"));
}

TEST_F(RefusedPlan, OfAnotherVersionIsRefusedWhenThatOnePlannedOtherwise) {
  save_on_a_living_cluster();
  json document = plan_file();
  document["saved"]["tbx_version"] = "0.0.1";
  write_with_checksum(document);
  expect(0, "plan lab/cluster.yaml --sim w.json");
  document["actions"][0]["estimate_s"] = 7;
  write_with_checksum(document);
  EXPECT_TRUE(contains(refused(1), "tbx 0.0.1 made it, and tbx "));
}

TEST_F(RefusedPlan, ThatCantBeReadSaysWhatIsWrongWithIt) {
  save();
  const std::string original = read("plans/p.json");
  write("w.json", "");
  std::filesystem::remove("w.json");
  const auto complaint = [](const std::string& text) {
    write("plans/p.json", text);
    return expect(1, "apply plans/p.json --sim w.json --yes").err;
  };
  EXPECT_TRUE(contains(complaint(original.substr(0, original.size() / 2)), "error: plans/p.json:"));
  EXPECT_TRUE(contains(complaint("{\"format_version\": 1,\n \"actions\": []]"), "error: plans/p.json:2:15: "));
  EXPECT_TRUE(contains(complaint(replaced(original, "\"format_version\": 1", "\"format_version\": 2")),
                       "plans/p.json: /format_version: this tbx applies plans of format 1 only; make a new plan"));
  json bare = json::parse(original);
  bare.erase("saved");
  EXPECT_TRUE(contains(complaint(bare.dump()), "`tbx plan -o FILE` saves one to apply"));
  EXPECT_FALSE(exists("w.json"));
}

}  // namespace
}  // namespace tbx::test
