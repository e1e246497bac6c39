// A key of the file: its value and where that comes from, what follows from it, and what changing it costs.
#include <algorithm>
#include <functional>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/explain.h"
#include "engine/key_meanings.h"
#include "specs/embedded.h"
#include "specs/schema_walk.h"
#include "tests/support/converged_world.h"
#include "tests/support/spec_text.h"

namespace tbx {
namespace {

using nlohmann::json;

constexpr const char* yaml = R"(apiVersion: tbx/v1
kind: Cluster
metadata: {name: lab}
spec:
  controlPlane: {memory: 3Gi}
  workers:
    - name: big
      count: 2
      taints: ["dedicated=db:NoSchedule"]
  addons:
    - cilium
    - {name: traefik, values: {adminPassword: hunter22, logs: {level: DEBUG}}, valuesFile: more.yaml}
  routes:
    hubble.lab.local: hubble
)";

struct File {
  LoadedSpec loaded = test::load_text(yaml, {{"more.yaml", "metrics: {enabled: true}\n"}});
  ClusterSpec wanted = masked(test::spec_of(loaded), nullptr);
  Observed found = test::converged_world(wanted);

  tl::expected<Explanation, std::string> try_explain(const std::string& path) const {
    const ReadDocuments read = read_yaml(loaded.sources.at("cluster.yaml"), DocumentCount::one);
    const auto place = find_spec_place(read.documents.front(), path);
    if (!place) return tl::unexpected(place.error());
    PlanTrace trace;
    const Plan plan = make_plan_tracing(wanted, found, trace);
    const SpecTexts texts{read.documents.front(), loaded.origins, loaded.sources};
    return explain_key({plan, trace, wanted, found, "a test"}, *place, value_of(*place, texts, wanted));
  }

  /// `label: text` of the section whose heading begins so.
  std::vector<std::string> section(const std::string& path, std::string_view heading) const {
    const auto explanation = try_explain(path);
    EXPECT_TRUE(explanation) << path << ": " << (explanation ? "" : explanation.error());
    std::vector<std::string> lines;
    if (!explanation) return lines;
    for (const ExplainedSection& each : explanation->sections) {
      if (!each.heading.starts_with(heading)) continue;
      for (const ExplainedLine& line : each.lines) {
        lines.push_back(line.label.empty() ? line.text : line.label + ": " + line.text);
      }
    }
    return lines;
  }
};

using Lines = std::vector<std::string>;

TEST(ExplainKey, SaysTheValueAndWhereItIsWrittenOrThatItIsTheDefault) {
  const File file;
  struct Case {
    std::string path;
    std::string value;
    std::string from;
  };
  const Case cases[] = {
      {"controlPlane.memory", "3Gi", "cluster.yaml:5:26"},
      {"spec.controlPlane.memory", "3Gi", "cluster.yaml:5:26"},
      {"controlPlane.cpus", "2", "the default"},
      {"controlPlane.schedulable", "false", "decided by tbx, from the rest of the file"},
      {"workers[big].count", "2", "cluster.yaml:8:14"},
      {"workers.big.taints", R"(["dedicated=db:NoSchedule"])", "cluster.yaml:9:15"},
      {"routes.hubble.lab.local", "hubble", "cluster.yaml:14:23"},
      {"talos.version", "v1.12.4", "the default"},
      {"kubernetes.version", "(none)", "the file does not set it"},
      {"addons.cilium.namespace", "kube-system", "tbx's catalogue"},
      {"addons.traefik.values.logs.level", "DEBUG", "cluster.yaml:12:71"},
      {"addons.traefik.values.metrics.enabled", "true", "more.yaml:1:20"},
      {"addons.traefik.values.no.such", "(none)",
       "neither the file nor tbx's catalogue sets it: the chart's own default counts"},
  };
  for (const Case& each : cases) {
    const Lines says = file.section(each.path, "What the file says");
    ASSERT_GE(says.size(), 2u) << each.path;
    EXPECT_EQ(says[0], "value: " + each.value) << each.path;
    EXPECT_EQ(says[1], "from: " + each.from) << each.path;
  }
}

TEST(ExplainKey, ShowsNoSecretHoweverItIsAskedFor) {
  const File file;
  for (const std::string path : {"addons.traefik.values.adminPassword", "addons.traefik.values", "addons.traefik",
                                 "addons", "spec", "addons[1]"}) {
    const auto explanation = file.try_explain(path);
    ASSERT_TRUE(explanation) << explanation.error();
    const std::string text = explanation_to_text(*explanation, {.ascii = true});
    EXPECT_EQ(text.find("hunter22"), std::string::npos) << text;
  }
  EXPECT_EQ(file.section("addons.traefik.values.adminPassword", "What the file says")[0], "value: (new)");
}

TEST(ExplainKey, NamesWhatFollowsFromItAndTheStepsAroundThat) {
  File file;
  for (const char* node : {"lab-worker-big-01", "lab-big-01"}) {
    for (Machine& machine : file.found.host.machines) {
      if (machine.name == node) machine.memory_mib = 2048;
    }
  }
  EXPECT_EQ(file.section("workers[big].memory", "Actions"),
            (Lines{"drain-node/lab-big-01 (disruptive)", "stop-machine/lab-big-01 (restart)",
                   "resize-machine/lab-big-01 (restart)"}));
  EXPECT_EQ(file.section("workers[big].cpus", "Actions"), (Lines{"none: what is there is as this key says"}));
  EXPECT_EQ(file.section("controlPlane.memory", "Actions"), (Lines{"none: what is there is as this key says"}));
  EXPECT_EQ(file.section("protect", "Actions"), (Lines{"none: nothing is done for it alone"}));
}

TEST(ExplainKey, TellsTheActionsOfOneValueFromThoseOfAnother) {
  File file;
  auto& releases = file.found.helm.releases;
  auto traefik = std::ranges::find(releases, "traefik", &Release::name);
  json values = json::parse(traefik->values);
  values["logs"]["level"] = "INFO";
  traefik->values = values.dump();
  EXPECT_EQ(file.section("addons.traefik.values.logs", "Actions").front(), "upgrade-release/traefik (in place)");
  EXPECT_EQ(file.section("addons.traefik", "Actions").front(), "upgrade-release/traefik (in place)");
  for (const std::string path : {"addons.traefik.values.metrics", "addons.traefik.version", "addons.cilium"}) {
    EXPECT_EQ(file.section(path, "Actions"), (Lines{"none: what is there is as this key says"})) << path;
  }
}

TEST(ExplainKey, NamesWhatIsRefusedBecauseOfIt) {
  File file;
  for (Disk& disk : file.found.host.disks) disk.size_gib = disk.node == "lab-big-01" ? 40 : disk.size_gib;
  EXPECT_EQ(
      file.section("workers[big].disk", "Actions"),
      (Lines{"disk-shrink: refused: grow-disk/lab-big-01. the disk of lab-big-01 has 40Gi, and a disk is never made "
             "smaller: set disk to 40Gi or more"}));
  EXPECT_EQ(file.section("workers[big].disk", "What a change"),
            (Lines{"restart: Larger: each node in turn is drained, stopped and started. Smaller: refused "
                   "(disk-shrink)."}));
}

TEST(ExplainKey, IsIncompleteOnlyWhereWhatIsUnknownMatters) {
  File file;
  file.found.helm = {};
  file.found.helm.reason = "helm is hidden";
  const auto addon = file.try_explain("addons.traefik");
  EXPECT_FALSE(addon->complete);
  EXPECT_EQ(file.section("addons.traefik", "Actions"),
            (Lines{"none as far as is known", "Helm: not known: helm is hidden"}));
  EXPECT_TRUE(file.try_explain("controlPlane.memory")->complete);
}

TEST(ExplainKey, AKeyThatIsUnknownIsSaidWithItsNearest) {
  const File file;
  const auto error = [&](const std::string& path) { return file.try_explain(path).error(); };
  EXPECT_EQ(error("controlPlane.memroy"), "spec.controlPlane has no memroy: did you mean \"memory\"?");
  EXPECT_EQ(error("workers[bgi].count"), "spec.workers has no bgi: did you mean \"big\"?; it has big");
  EXPECT_EQ(error("workers.count"), "spec.workers has no count; it has big");
  EXPECT_EQ(error("routes.nope.lab.local"), "spec.routes has no nope");
  EXPECT_EQ(error("workers[big"), "a ] is missing");
  EXPECT_TRUE(is_spec_path("spec.talos"));
  EXPECT_TRUE(is_spec_path("workers[big].count"));
  EXPECT_FALSE(is_spec_path("drain-node/lab-cp-01"));
  EXPECT_FALSE(is_spec_path("controlPlan.count"));
  EXPECT_EQ(near_spec_key("controlPlan.count"), ": did you mean \"controlPlane\"?");
}

/// Calls `visit` with the names of every key that the schema has, `*` for any name.
void visit_keys(const json& schema, const json& example, std::vector<std::string>& names,
                const std::function<void(const std::vector<std::string>&, const json&)>& visit) {
  const json root = json::parse(embedded_schema("cluster"));
  const json flat = flat_schema(root, schema, example);
  if (!names.empty()) visit(names, flat);
  const auto below = [&](const std::string& name, const json& deeper) {
    names.push_back(name);
    visit_keys(deeper, json::object(), names, visit);
    names.pop_back();
  };
  if (names.size() == 2 && (names.back() == "taints" || names.back() == "labels")) return;
  if (flat.contains("properties")) {
    for (const auto& [key, deeper] : flat["properties"].items()) {
      if (key == "workers" || key == "addons") {
        names.push_back(key);
        below("x", key == "workers" ? root["definitions"]["pool"] : root["definitions"]["addon"]);
        names.pop_back();
      } else {
        below(key, deeper);
      }
    }
  }
  const bool has_names = flat.contains("additionalProperties") && flat["additionalProperties"].is_object();
  if (has_names && names.back() != "labels") below("x", flat["additionalProperties"]);
}

TEST(ExplainKey, EveryKeyOfTheSchemaHasItsMeaning) {
  const json root = json::parse(embedded_schema("cluster"));
  std::vector<std::string> names;
  int count = 0;
  visit_keys(root, json::object(), names, [&](std::vector<std::string> all, const json& flat) {
    const bool is_below_spec = all.front() == "spec";
    if (is_below_spec) all.erase(all.begin());
    if (all.empty()) return;
    const KeyMeaning* meaning = meaning_of(all);
    const std::string path = fmt::format("{}", fmt::join(all, "."));
    ASSERT_NE(meaning, nullptr) << path;
    EXPECT_EQ(std::ranges::count(meaning->key, '.') + 1, std::ssize(all)) << path << " has only " << meaning->key;
    EXPECT_FALSE(meaning->sentence.empty()) << path;
    const bool is_described = flat.contains("description") || all.back() == "x";
    EXPECT_TRUE(is_described) << path;
    ++count;
  });
  EXPECT_GT(count, 50);
}

TEST(ExplainKey, EveryMeaningNamesOpsThatThereAre) {
  for (const KeyMeaning& meaning : key_meanings()) {
    for (const std::string_view op : meaning.ops) {
      EXPECT_EQ(std::ranges::count(all_op_traits(), op, &OpTraits::name), 1) << meaning.key << ": " << op;
    }
  }
}

}  // namespace
}  // namespace tbx
