// What was edited in a cluster file, named as people name it.
#include "engine/spec_differences.h"

#include <gtest/gtest.h>

#include "tests/support/converged_world.h"

namespace tbx {
namespace {

std::vector<std::string> edited(const ClusterSpec& before, const ClusterSpec& after) {
  std::vector<std::string> lines;
  for (const Change& change : differences(before, after)) {
    lines.push_back(change.field + " " + change.from + " -> " + change.to);
  }
  return lines;
}

ClusterSpec spec_with(const std::string& keys) {
  return test::spec_from("apiVersion: tbx/v1\nkind: Cluster\nmetadata: {name: lab}\nspec:\n" + keys);
}

TEST(SpecDifferences, NameNodesAddonsAndRoutesInsteadOfCountingThem) {
  const ClusterSpec before = spec_with(
      "  workers: {count: 1}\n  addons: [cilium, {name: traefik, values: {logs: {level: INFO}}}, metallb]\n"
      "  routes: {a.lab.local: {service: x/y, port: 80}}\n");
  const ClusterSpec after = spec_with(
      "  talos: {version: v1.12.6}\n  workers: {count: 2, cpus: 4}\n"
      "  addons: [cilium, {name: traefik, values: {logs: {level: DEBUG}}}, metallb]\n"
      "  routes: {a.lab.local: {service: x/y, port: 81}}\n");
  EXPECT_EQ(edited(before, after), (std::vector<std::string>{
                                       R"(talos_version "v1.12.4" -> "v1.12.6")",
                                       "nodes.lab-worker-01.cpu_count 2 -> 4",
                                       R"(nodes.lab-worker-02 null -> "present")",
                                       R"(addons.traefik.values.logs.level "INFO" -> "DEBUG")",
                                       "routes.a.lab.local.port 80 -> 81",
                                   }));
}

TEST(SpecDifferences, LookIntoPatches) {
  const ClusterSpec before = spec_with("  patches: [{machine: {sysctls: {a: '1'}}}]\n");
  const ClusterSpec after = spec_with("  patches: [{machine: {sysctls: {a: '2'}}}]\n");
  EXPECT_EQ(edited(before, after),
            std::vector<std::string>{R"(nodes.lab-cp-01.patches.0.machine.sysctls.a "1" -> "2")"});
}

TEST(SpecDifferences, AreNoneExactlyWhenNothingWasEdited) {
  const ClusterSpec spec = spec_with("  workers: {count: 1}\n");
  EXPECT_EQ(differences(spec, spec), std::vector<Change>{});
  ClusterSpec other = spec;
  other.deadline_seconds["bootstrap-etcd"] = 7;
  EXPECT_EQ(edited(spec, other), std::vector<std::string>{"deadline_seconds.bootstrap-etcd null -> 7"});
}

}  // namespace
}  // namespace tbx
