#include "tests/support/living_cluster.h"

namespace tbx::test {

using nlohmann::json;

const char* const LivingCluster::three_and_two = R"(apiVersion: tbx/v1
kind: Cluster
metadata: {name: ha}
spec:
  talos: {version: v1.12.4}
  kubernetes: {version: v1.34.2}
  controlPlane: {count: 3}
  workers: {count: 2}
  addons: [cilium]
)";

Ids each_of(std::initializer_list<const char*> kinds, std::initializer_list<const char*> nodes) {
  Ids ids;
  for (const std::string kind : kinds) {
    for (const char* node : nodes) ids.insert(kind + "/" + node);
  }
  return ids;
}

Ids together(std::initializer_list<Ids> parts) {
  Ids all;
  for (const Ids& part : parts) all.insert(part.begin(), part.end());
  return all;
}

LivingCluster::LivingCluster(const std::string& spec) {
  write("cluster.yaml", spec);
  expect(0, "apply cluster.yaml --sim w.json --yes");
}

void LivingCluster::edit(const std::string& from, const std::string& to) {
  write("cluster.yaml", replaced(read("cluster.yaml"), from, to));
}

std::string LivingCluster::world(const std::string& verb) { return expect(0, "world w.json " + verb).out; }

json LivingCluster::planned() {
  return json::parse(expect(2, "plan cluster.yaml --sim w.json --detailed-exitcode --format json").out);
}

Journal LivingCluster::applied(const std::string& options) {
  std::filesystem::remove("journal.jsonl");
  expect(0, "apply cluster.yaml --sim w.json --yes --events journal.jsonl " + options);
  expect(0, "plan cluster.yaml --sim w.json --detailed-exitcode");
  expect(0, "drift cluster.yaml --sim w.json");
  return Journal(read("journal.jsonl"));
}

Ids LivingCluster::planned_and_applied(Journal* journal) {
  const json plan = planned();
  const Journal done = applied();
  EXPECT_EQ(done.started_in_round(1), ids_of(plan)) << done.trouble();
  for (int round = 2; round <= done.rounds(); ++round) {
    for (const std::string& id : done.started_in_round(round)) {
      const bool is_address_of_the_lab = the_lab() != nullptr && id.starts_with("write-hosts/");
      EXPECT_TRUE(id.starts_with("await-") || is_address_of_the_lab) << id;
    }
  }
  EXPECT_TRUE(done.one_control_plane_at_a_time(plan));
  if (journal != nullptr) *journal = done;
  return ids_of(plan);
}

std::string LivingCluster::refused_by(const std::string& rule, const Ids& done_all_the_same) {
  const json plan = json::parse(expect(3, "plan cluster.yaml --sim w.json --detailed-exitcode --format json").out);
  EXPECT_EQ(plan.at("refused").at(0).at("rule"), rule);
  std::filesystem::remove("journal.jsonl");
  const std::string said = expect(3, "apply cluster.yaml --sim w.json --yes --events journal.jsonl").err;
  EXPECT_TRUE(contains(said, "(" + rule + ")"));
  EXPECT_EQ(Journal(read("journal.jsonl")).started_in_round(1), done_all_the_same);
  return said;
}

}  // namespace tbx::test
