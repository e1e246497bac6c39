#include "providers/helm/rendered_objects.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "providers/helm/go_scalar.h"

namespace tbx {
namespace {

using nlohmann::json;

struct Scalar {
  const char* text;
  json meaning;
};

// Each row was put through sigs.k8s.io/yaml's rules, resolve.go of go.yaml.in/yaml/v2.
TEST(GoScalar, UnquotedScalarsMeanWhatGoMakesOfThem) {
  for (const Scalar& each : std::vector<Scalar>{{"yes", true},
                                                {"on", true},
                                                {"y", true},
                                                {"No", false},
                                                {"off", false},
                                                {"true", true},
                                                {"~", nullptr},
                                                {"", nullptr},
                                                {"null", nullptr},
                                                {"0644", 420},
                                                {"0o644", 420},
                                                {"0x1F", 31},
                                                {"0b11", 3},
                                                {"-5", -5},
                                                {"+5", 5},
                                                {"1_000", 1000},
                                                {"09", 9},
                                                {"1.0", 1},
                                                {"1.5", 1.5},
                                                {"1e3", 1000},
                                                {"18446744073709551615", 18446744073709551615U},
                                                {"1.2.3", "1.2.3"},
                                                {"-", "-"},
                                                {"=", "="},
                                                {"2001-01-01", "2001-01-01"},
                                                {"10Mi", "10Mi"},
                                                {"yEs", "yEs"}}) {
    EXPECT_EQ(resolve_go_scalar(each.text).dump(), each.meaning.dump()) << each.text;
  }
}

TEST(RenderedObjects, AManifestIsReadAsGoReadsIt) {
  const auto objects = parse_manifest(R"(---
# Source: a/templates/nothing.yaml
---
apiVersion: v1
kind: List
items:
  - &one {kind: A, mode: 0644, text: "0644", on: yes}
  - <<: *one
    kind: B
    kind: C
)");
  ASSERT_TRUE(objects);
  EXPECT_EQ(json(*objects), json::parse(R"([{"kind":"A","mode":420,"text":"0644","true":true},
                                            {"kind":"C","mode":420,"text":"0644","true":true}])"));
}

TEST(RenderedObjects, EachGetsWhatHelmAddsToIt) {
  ReleaseRecord record;
  record.name = "web";
  record.namespace_name = "apps";
  record.manifest =
      "kind: ConfigMap\nmetadata: {name: a, labels: {x: z}}\n---\nkind: Role\nmetadata: {name: b, "
      "namespace: other}\n---\nkind: Nameless\n---\nkind: ClusterRole\nmetadata: {name: c}\n";
  const auto objects = rendered_objects(record);
  ASSERT_TRUE(objects);
  ASSERT_EQ(objects->size(), 3U);
  EXPECT_EQ(objects->at(0)["metadata"],
            json::parse(R"({"name":"a","namespace":"apps","labels":{"x":"z","app.kubernetes.io/managed-by":"Helm"},
              "annotations":{"meta.helm.sh/release-name":"web","meta.helm.sh/release-namespace":"apps"}})"));
  EXPECT_EQ(objects->at(1)["metadata"]["namespace"], "other");
  EXPECT_FALSE(objects->at(2)["metadata"].contains("namespace"));
}

TEST(RenderedObjects, WhatIsNoYamlIsToldSo) {
  ReleaseRecord record;
  record.manifest = "a: [b";
  EXPECT_EQ(rendered_objects(record).error().kind, ErrorKind::malformed_answer);
}

TEST(RenderedObjects, AFewAliasesCanStandForMoreThanMemoryHolds) {
  std::string manifest = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
  for (char name = 'b'; name < 'j'; ++name) {
    const std::string before = fmt::format("*{}", static_cast<char>(name - 1));
    manifest += fmt::format("{0}: &{0} [{1}, {1}, {1}, {1}, {1}, {1}, {1}, {1}, {1}, {1}]\n", name, before);
  }
  EXPECT_EQ(parse_manifest(manifest).error().message, "its manifest has an object of more than a million values");
}

TEST(RenderedObjects, NamesAreForPeople) {
  EXPECT_EQ(display_name(object_name(json::parse(
                R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"a","namespace":"b"}})"))),
            "Deployment b/a");
  EXPECT_EQ(display_name({"", "ClusterRole", "", "a"}), "ClusterRole a");
}

}  // namespace
}  // namespace tbx
