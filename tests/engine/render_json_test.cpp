// The plan as the contract's JSON document.
#include "engine/render_json.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "specs/schema_check.h"
#include "tests/support/converged_world.h"

namespace tbx {
namespace {

using nlohmann::json;

const PlanDigests digests{"sha256:" + std::string(64, 'a'), "sha256:" + std::string(64, 'b')};

Plan mixed_plan() {
  Plan plan;
  plan.cluster = "demo";
  plan.actions = {
      {StopMachine{"demo-worker-01", "vm-1"}, "machine demo-worker-01 has 4 CPUs", Impact::restart, {}},
      {ResizeMachine{"demo-worker-01", "vm-1", 2, 4096},
       "machine demo-worker-01 has 4 CPUs",
       Impact::data_loss,
       {{"cpus", "4", "2"}, {"mac", "\"00:15\"", "null"}}},
      {StartMachine{"demo-worker-01", "vm-1"}, "it is stopped for its new size", Impact::none, {}},
  };
  plan.dependencies = {{0, 1}, {0, 2}, {1, 2}};
  plan.refused = {{DeleteMachine{"demo-cp-01", "vm-0"}, "last-control-plane", "1 -> 0 control planes"}};
  plan.unknown = {{System::helm, "helm timed out"}};
  plan.blocked = {2};
  return plan;
}

TEST(PlanJson, HasTheFieldsOfTheContractInTheirOrder) {
  EXPECT_EQ(plan_to_json(mixed_plan(), {"sha256:1", "sha256:2"}),
            R"({"format_version": 1, "cluster": "demo", "complete": false, )"
            R"("spec_digest": "sha256:1", "observed_digest": "sha256:2", "estimate_s": 23, "lower_bound_s": 23,)"
            "\n \"actions\": [\n"
            R"(  {"id": "stop-machine/demo-worker-01", "op": "stop-machine", "target": "demo-worker-01", )"
            R"("system": "hyperv", "impact": "restart", "reason": "machine demo-worker-01 has 4 CPUs", )"
            R"("after": [], "estimate_s": 20, "changes": []},)"
            "\n"
            R"(  {"id": "resize-machine/demo-worker-01", "op": "resize-machine", "target": "demo-worker-01", )"
            R"("system": "hyperv", "impact": "data-loss", "reason": "machine demo-worker-01 has 4 CPUs", )"
            R"("after": ["stop-machine/demo-worker-01"], "estimate_s": 3, )"
            R"("changes": [{"field": "cpus", "from": 4, "to": 2}, {"field": "mac", "from": "00:15", "to": null}]},)"
            "\n"
            R"(  {"id": "start-machine/demo-worker-01", "op": "start-machine", "target": "demo-worker-01", )"
            R"("system": "hyperv", "impact": "none", "reason": "it is stopped for its new size", )"
            R"("after": ["stop-machine/demo-worker-01", "resize-machine/demo-worker-01"], "estimate_s": 4, )"
            R"("changes": [], "blocked": true})"
            "\n ],\n \"refused\": [\n"
            R"(  {"op": "delete-machine", "target": "demo-cp-01", "rule": "last-control-plane", )"
            R"("reason": "1 -> 0 control planes"})"
            "\n ],\n \"unknown\": [\n"
            R"(  {"system": "helm", "reason": "helm timed out"})"
            "\n ],\n \"limits\": "
            R"({"systems": {"hyperv": 4},)"
            "\n  "
            R"("ops": {"resize-machine": 2, "start-machine": 4, "stop-machine": 2}})"
            "}\n");
}

TEST(PlanJson, FitsItsSchema) {
  EXPECT_EQ(schema_violations(json::parse(plan_to_json(mixed_plan(), digests)), "plan"), std::vector<std::string>{});
  EXPECT_EQ(schema_violations(json::parse(plan_to_json({}, digests)), "plan"), std::vector<std::string>{});
}

TEST(PlanJson, OfAWholeClusterFitsItsSchemaAndListsActionsAfterWhatTheyWaitFor) {
  const Plan plan = make_plan(test::small_cluster(3, 2, "cilium, metallb, traefik"), test::empty_host());
  const json document = json::parse(plan_to_json(plan, digests));
  EXPECT_EQ(schema_violations(document, "plan"), std::vector<std::string>{});
  std::vector<std::string> seen;
  for (const json& action : document["actions"]) {
    for (const json& before : action["after"]) {
      EXPECT_NE(std::ranges::find(seen, before.get<std::string>()), seen.end());
    }
    seen.push_back(action["id"]);
  }
}

TEST(PlanJson, TheSchemaHoldsAgainstAFieldTooManyOrTooFew) {
  json document = json::parse(plan_to_json(mixed_plan(), digests));
  document["actions"][0]["colour"] = "red";
  EXPECT_FALSE(schema_violations(document, "plan").empty());
  document["actions"][0].erase("colour");
  document["actions"][0].erase("after");
  EXPECT_FALSE(schema_violations(document, "plan").empty());
}

TEST(PlanJson, SurvivesTextsThatAreNoUtf8AndValuesThatAreNoJson) {
  Plan plan = mixed_plan();
  plan.actions[0].reason = "broken \xC3";
  plan.actions[0].changes = {{"a\x01", "{", "\"\xFF\""}};
  const json document = json::parse(plan_to_json(plan, digests));
  EXPECT_EQ(document["actions"][0]["reason"], "broken \xEF\xBF\xBD");
  EXPECT_EQ(document["actions"][0]["changes"][0]["from"], "{");
}

}  // namespace
}  // namespace tbx
