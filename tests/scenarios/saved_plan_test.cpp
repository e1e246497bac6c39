// tbx plan -o, review, tbx apply PLANFILE: all of it while nothing moved.
#include <nlohmann/json.hpp>

#include "specs/schema_check.h"
#include "tests/support/saved_plan.h"

namespace tbx::test {
namespace {

using nlohmann::json;

TEST_F(SavedPlan, DoesExactlyWhatItSaysAndThenConverges) {
  save();
  const CommandResult applied = expect(0, "apply plans/p.json --sim w.json --yes --events e.jsonl");
  EXPECT_EQ(first_round(read("e.jsonl")), ids_of(plan_file()));
  EXPECT_TRUE(contains(applied.out, "Cluster lab is as lab/cluster.yaml says."));
  EXPECT_TRUE(exists("lab/_out/lab/secrets.yaml")) << "beside the spec, not beside the plan";
  expect(0, "plan lab/cluster.yaml --sim w.json --detailed-exitcode");
}

TEST_F(SavedPlan, OfAnEditDoesJustThatEdit) {
  save_on_a_living_cluster();
  expect(0, "apply plans/p.json --sim w.json --yes --events e.jsonl");
  const Ids done = first_round(read("e.jsonl"));
  EXPECT_EQ(done, ids_of(plan_file()));
  EXPECT_TRUE(done.contains("resize-machine/lab-worker-01"));
  expect(0, "plan lab/cluster.yaml --sim w.json --detailed-exitcode");
}

TEST_F(SavedPlan, IsThePlansOwnJsonAndOnePartMore) {
  save_on_a_living_cluster();
  json document = plan_file();
  EXPECT_EQ(schema_violations(document, "plan"), std::vector<std::string>{});
  const json facts{{"format_version", 1}, {"cluster", "lab"}, {"observed", document["saved"]["observed"]}};
  EXPECT_EQ(schema_violations(facts, "observed"), std::vector<std::string>{});
  document.erase("saved");
  EXPECT_EQ(document, json::parse(expect(0, "plan lab/cluster.yaml --sim w.json --format json").out));
  EXPECT_EQ(expect(0, "plan lab/cluster.yaml --sim w.json -o q.json").out,
            expect(0, "plan lab/cluster.yaml --sim w.json").out);
  expect(2, "plan lab/cluster.yaml --sim w.json -o q.json --detailed-exitcode --format json");
}

TEST_F(SavedPlan, HoldsNoSecretAndNoPathOfAMachine) {
  write("lab/cluster.yaml", replaced(spec, "  workers:", "  hyperv: {path: 'C:\\Users\\ann\\VMs'}\n  workers:"));
  save();
  const std::string before_secrets = read("plans/p.json");
  expect(0, "apply plans/p.json --sim w.json --yes");
  edit("lab/cluster.yaml", "{count: 1}", "{count: 0}");
  expect(0, "world w.json foreign-machine other");
  expect(0, "world w.json leave-disk lab-worker-02");
  save();
  EXPECT_TRUE(ids_of(plan_file()).contains("delete-disk/lab-worker-01"));
  const std::string working_folder = std::filesystem::current_path().string();
  for (const std::string& text : {before_secrets, read("plans/p.json")}) {
    for (const std::string_view part : std::initializer_list<std::string_view>{
             "hunter2", "swordfish", "tuna", "C:\\", "C:/", "Users", "Hyper-V\\", working_folder, "/tmp"}) {
      EXPECT_EQ(text.find(part), std::string::npos) << part;
    }
    EXPECT_TRUE(contains(text, "folder:"));
  }
  EXPECT_TRUE(contains(before_secrets, "(new)"));
  EXPECT_TRUE(contains(read("plans/p.json"), "secret:"));
}

TEST_F(SavedPlan, RefusedInPartHoldsNoPathEitherAndIsAppliedAsFarAsItGoes) {
  expect(0, "world w.json leave-disk lab-worker-01");
  expect(3, "plan lab/cluster.yaml --sim w.json -o plans/p.json");
  EXPECT_EQ(plan_file()["refused"][0]["rule"], "not-ours");
  EXPECT_EQ(read("plans/p.json").find("C:\\"), std::string::npos);
  const std::string comment = expect(3, "plan lab/cluster.yaml --sim w.json --format markdown").out;
  EXPECT_TRUE(contains(comment, "lab-worker-01.vhdx"));
  EXPECT_EQ(comment.find("C:\\"), std::string::npos);
  EXPECT_EQ(expect(3, "plan lab/cluster.yaml --sim w.json --format dot").out.find("C:\\"), std::string::npos);
  for (const std::string format : {"markdown", "junit"}) {
    const std::string report = expect(3, "drift lab/cluster.yaml --sim w.json --format " + format).out;
    EXPECT_TRUE(contains(report, "lab-worker-01.vhdx"));
    EXPECT_EQ(report.find("C:\\"), std::string::npos) << format;
  }
  expect(3, "apply plans/p.json --sim w.json --yes --events e.jsonl");
  EXPECT_TRUE(first_round(read("e.jsonl")).contains("create-machine/lab-cp-01"));
  EXPECT_FALSE(first_round(read("e.jsonl")).contains("create-machine/lab-worker-01"));
}

TEST_F(SavedPlan, SaysWhereItsSecretsAreWritten) {
  save();
  const json saved = plan_file()["saved"];
  EXPECT_EQ(saved["spec_file"], "../lab/cluster.yaml");
  EXPECT_EQ(saved["files"], json({"patches/registry.yaml", "values/monitoring.yaml"}));
  const json inline_one{{"field", "addons.traefik.values.dashboard.adminPassword"},
                        {"file", "cluster.yaml"},
                        {"pointer", "/spec/addons/1/values/dashboard/adminPassword"}};
  const json filed{{"field", "addons.monitoring.values.grafana.adminPassword"},
                   {"file", "values/monitoring.yaml"},
                   {"pointer", "/grafana/adminPassword"}};
  const json patched{{"field", "nodes.lab-cp-01.patches.0.machine.registries.config.r.example.auth.password"},
                     {"file", "patches/registry.yaml"},
                     {"pointer", "/machine/registries/config/r.example/auth/password"}};
  EXPECT_EQ(saved["secrets"], json({filed, inline_one, patched}));
}

TEST_F(SavedPlan, AsksLikeTheApplyOfASpec) {
  save();
  EXPECT_TRUE(contains(expect(1, "apply plans/p.json --sim w.json").err, "--yes"));
  const CommandResult no = expect(1, "apply plans/p.json --sim w.json", "n\n", Stage::terminal);
  EXPECT_TRUE(contains(no.out, "create machine"));
  EXPECT_FALSE(exists("lab/_out"));
  expect(0, "apply plans/p.json --sim w.json --parallel 2 --max-rounds 5", "y\n", Stage::terminal);
}

TEST_F(SavedPlan, MadeFromASnapshotIsBoundToIt) {
  expect(0, "observe lab/cluster.yaml --sim w.json -o s.json");
  expect(0, "plan lab/cluster.yaml --from s.json -o plans/p.json");
  expect(0, "apply plans/p.json --sim w.json --yes");
  expect(0, "plan lab/cluster.yaml --sim w.json --detailed-exitcode");
}

TEST_F(SavedPlan, ThatIsIncompleteIsAppliedAsFarAsItGoes) {
  expect(0, "apply lab/cluster.yaml --sim w.json --yes");
  expect(0, "world w.json power-off lab-worker-01");
  expect(0, "world w.json hide access");
  expect(4, "plan lab/cluster.yaml --sim w.json -o plans/p.json");
  EXPECT_EQ(plan_file()["complete"], false);
  expect(4, "apply plans/p.json --sim w.json --yes --events e.jsonl");
  EXPECT_TRUE(first_round(read("e.jsonl")).contains("start-machine/lab-worker-01"));
}

TEST_F(SavedPlan, WithNothingToDoDoesNothing) {
  expect(0, "apply lab/cluster.yaml --sim w.json --yes");
  save();
  EXPECT_TRUE(contains(expect(0, "apply plans/p.json --sim w.json").out, "nothing left to do"));
}

TEST_F(SavedPlan, NeverOverwritesTheSpecAndSaysWhereItCantBeWritten) {
  EXPECT_TRUE(contains(expect(1, "plan lab/cluster.yaml --sim w.json -o lab/cluster.yaml").err,
                       "lab/cluster.yaml is the cluster's own file"));
  EXPECT_EQ(read("lab/cluster.yaml"), spec);
  EXPECT_TRUE(contains(expect(1, "plan lab/cluster.yaml --sim w.json -o nowhere/p.json").err, "can't be written"));
}

}  // namespace
}  // namespace tbx::test
