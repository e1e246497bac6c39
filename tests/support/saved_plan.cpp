// Writes the files, and reads journals.
#include "tests/support/saved_plan.h"

#include "specs/sha256.h"

namespace tbx::test {
namespace {

using nlohmann::json;

constexpr const char* monitoring = "grafana: {adminPassword: filed-swordfish, replicas: 1}\n";
constexpr const char* registry =
    "machine: {registries: {config: {r.example: {auth: {username: ann, password: patched-tuna}}}}}\n";

}  // namespace

const char* const SavedPlan::spec = R"(apiVersion: tbx/v1
kind: Cluster
metadata: {name: lab}
spec:
  workers: {count: 1}
  patches: [patches/registry.yaml]
  addons:
    - cilium
    - {name: traefik, values: {dashboard: {adminPassword: inline-hunter2}}}
    - metallb
    - {name: monitoring, valuesFile: values/monitoring.yaml}
  routes: {grafana.lab.local: grafana}
)";

Ids first_round(const std::string& journal) { return Journal(journal).started_in_round(1); }

SavedPlan::SavedPlan() {
  std::filesystem::create_directories("lab/values");
  std::filesystem::create_directories("lab/patches");
  std::filesystem::create_directories("plans");
  write("lab/cluster.yaml", spec);
  write("lab/values/monitoring.yaml", monitoring);
  write("lab/patches/registry.yaml", registry);
}

json SavedPlan::plan_file() { return json::parse(read("plans/p.json")); }

void SavedPlan::save() { expect(0, "plan lab/cluster.yaml --sim w.json -o plans/p.json"); }

void SavedPlan::edit(const std::string& file, const std::string& from, const std::string& to) {
  write(file, replaced(read(file), from, to));
}

void SavedPlan::save_on_a_living_cluster() {
  expect(0, "apply lab/cluster.yaml --sim w.json --yes");
  edit("lab/cluster.yaml", "{count: 1}", "{count: 1, cpus: 4}");
  save();
}

std::string SavedPlan::refused(int code) {
  const std::string before = read("w.json");
  std::filesystem::remove("refused.jsonl");
  const std::string said = expect(code, "apply plans/p.json --sim w.json --yes --events refused.jsonl").err;
  EXPECT_EQ(read("w.json"), before);
  EXPECT_FALSE(exists("refused.jsonl"));
  return said;
}

void SavedPlan::write_with_checksum(json document) {
  document["saved"].erase("checksum");
  document["saved"]["checksum"] = "sha256:" + sha256_hex(document.dump());
  write("plans/p.json", document.dump(2));
}

}  // namespace tbx::test
