// Snapshots: `tbx observe -o FILE`, `tbx plan --from FILE`.
#include "engine/observed_json.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "specs/embedded.h"
#include "specs/schema_check.h"
#include "tests/support/rich_observed.h"

namespace tbx {
namespace {

using nlohmann::json;

/// Follows `$ref`, also where a description stands beside it.
const json& resolved(const json& schema, const json& definitions) {
  const json& holder = schema.contains("allOf") ? schema["allOf"][0] : schema;
  if (!holder.contains("$ref")) return schema;
  const std::string name = holder["$ref"].get<std::string>().substr(std::string("#/definitions/").size());
  return definitions.at(name);
}

/// Neither side has a key that the other lacks.
void expect_same_keys(const json& value, const json& unresolved, const json& definitions, const std::string& place) {
  const json& schema = resolved(unresolved, definitions);
  if (value.is_array()) {
    ASSERT_FALSE(value.empty()) << place << ": the example has to have one";
    expect_same_keys(value[0], schema.at("items"), definitions, place + "/0");
  } else if (value.is_object() && schema.contains("properties")) {
    for (const auto& [key, child] : schema["properties"].items()) {
      EXPECT_TRUE(value.contains(key)) << place << "/" << key << " is only in the schema";
    }
    for (const auto& [key, child] : value.items()) {
      ASSERT_TRUE(schema["properties"].contains(key)) << place << "/" << key << " is not in the schema";
      expect_same_keys(child, schema["properties"][key], definitions, place + "/" + key);
    }
  } else if (value.is_object()) {
    ASSERT_FALSE(value.empty()) << place << ": the example has to have one";
    expect_same_keys(value.front(), schema.at("additionalProperties"), definitions, place + "/*");
  }
}

std::string complaint(std::string_view text) {
  const auto read = snapshot_from_json(text, "snapshot.json");
  return read ? "none" : read.error().message;
}

TEST(Snapshot, ComesBackAsItWasWritten) {
  const Snapshot snapshot{"demo", test::rich_observed()};
  const auto read = snapshot_from_json(snapshot_to_json(snapshot), "snapshot.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, snapshot);
}

TEST(Snapshot, FitsItsSchemaWithEveryKindOfThingInIt) {
  const json document = json::parse(snapshot_to_json({"demo", test::rich_observed()}));
  EXPECT_EQ(schema_violations(document, "observed"), std::vector<std::string>{});
}

TEST(Snapshot, TheSchemaKnowsNoOtherKeyAndNoOtherWord) {
  json document = json::parse(snapshot_to_json({"demo", test::rich_observed()}));
  document["observed"]["host"]["machines"][0]["power"] = "asleep";
  EXPECT_FALSE(schema_violations(document, "observed").empty());
  document = json::parse(snapshot_to_json({"demo", {}}));
  document["observed"]["helm"]["colour"] = "red";
  EXPECT_FALSE(schema_violations(document, "observed").empty());
}

TEST(Snapshot, TheSchemaDescribesExactlyWhatIsWritten) {
  const json document = json::parse(snapshot_to_json({"demo", test::rich_observed()}));
  const json schema = json::parse(embedded_schema("observed"));
  expect_same_keys(document, schema, schema["definitions"], "");
}

TEST(Snapshot, KeysMayBeLeftOut) {
  const json document = json::parse(R"({"format_version": 1, "observed": {"host": {}}})");
  EXPECT_EQ(schema_violations(document, "observed"), std::vector<std::string>{});
}

TEST(Snapshot, TakesWhatIsLeftOutAsUnknown) {
  const auto read = snapshot_from_json(R"({"format_version": 1, "observed": {}})", "snapshot.json");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->observed, Observed{});
  EXPECT_EQ(read->observed.host.presence, Presence::unknown);
}

TEST(Snapshot, NamesLineAndColumnOfTextThatIsNoJson) {
  EXPECT_EQ(complaint("{\"format_version\": 1,\n \"observed\": {]}").substr(0, 20), "snapshot.json:2:15: ");
  EXPECT_EQ(complaint("").substr(0, 19), "snapshot.json:1:1: ");
}

TEST(Snapshot, FollowsNoDepthThatNothingObservedHas) {
  EXPECT_EQ(complaint(std::string(100, '[') + std::string(100, ']')).substr(0, 38),
            "snapshot.json:1:1: nested too deeply: ");
}

TEST(Snapshot, NamesThePlaceOfAValueThatDoesNotBelongThere) {
  EXPECT_EQ(complaint(R"({"format_version": 1, "observed": {"host": {"machines": [{"cpu_count": "2"}]}}})"),
            R"(snapshot.json: /observed/host/machines/0/cpu_count: expected a whole number, found "2")");
}

TEST(Snapshot, SaysThatAnotherFormatIsNotRead) {
  EXPECT_EQ(complaint(R"({"format_version": 2, "observed": {"new": 1}})"),
            "snapshot.json: /format_version: this tbx reads snapshots of format 1 only");
  EXPECT_EQ(complaint("[]"), "snapshot.json: this is not a snapshot of `tbx observe`: it has no \"observed\"");
}

}  // namespace
}  // namespace tbx
