#include "providers/helm/live_comparison.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "providers/helm/release_record.h"
#include "tests/support/recorded.h"

namespace tbx {
namespace {

using nlohmann::json;

const FingerprintKey key = fingerprint_key_from("a key");

/// "field: live instead of wanted" of a recorded release, object by object.
std::vector<std::string> recorded_drift(const std::string& release, const std::string& recording) {
  const auto records = newest_records(recorded("helm-4.1.4/releases.out"));
  const auto record = std::ranges::find(*records, release, &ReleaseRecord::name);
  const auto rendered = rendered_objects(*record);
  const json live = json::parse(recorded("helm-4.1.4/" + recording + "-live.out"))["items"];
  const json applied = json::parse(recorded("helm-4.1.4/" + recording + "-applied.out"))["items"];
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < live.size(); ++i) {
    const ObjectName name = object_name(live[i]);
    const auto own = std::ranges::find_if(*rendered, [&](const json& each) {
      return object_name(each).kind == name.kind && object_name(each).name == name.name;
    });
    for (const LiveDrift& drift : live_differences(*own, live[i], applied[i], &key)) {
      lines.push_back(fmt::format("{}: {} instead of {}", drift.field, drift.live, drift.wanted));
    }
  }
  std::ranges::sort(lines);
  return lines;
}

using Lines = std::vector<std::string>;

TEST(LiveComparison, AFreshReleaseLivesAsItWasRendered) { EXPECT_EQ(recorded_drift("web", "web-clean"), Lines{}); }

TEST(LiveComparison, WhatAnAutoscalerOwnsIsNoDrift) { EXPECT_EQ(recorded_drift("scaled", "scaled"), Lines{}); }

/// By hand: scaled, another image, one more variable, an annotation, a ConfigMap and a Secret edited and one key added,
/// one more label in a selector, a custom resource edited.
TEST(LiveComparison, WhatWasChangedByHandIsFoundFieldByFieldAndWhatWasAddedIsNot) {
  const std::string page = fingerprint(json("<h1>x</h1>\n").dump(), &key);
  const std::string wanted_page = fingerprint(json("<h1>hi</h1>\n<p>yours</p>\n").dump(), &key);
  const std::string password = fingerprint(json("Y2hhbmdlZA==").dump(), &key);
  const std::string wanted_password = fingerprint(json("aHVudGVyMi1odW50ZXIy").dump(), &key);
  EXPECT_EQ(recorded_drift("web", "web-drifted"),
            (Lines{"ConfigMap web/web data.mode: \"off\" instead of \"on\"",
                   fmt::format("ConfigMap web/web data.page.html: \"{}\" instead of \"{}\"", page, wanted_page),
                   "Deployment web/web spec.replicas: 3 instead of 1",
                   "Deployment web/web spec.template.spec.containers[web].image: \"other:2\" instead of "
                   "\"registry.example/web:1\"",
                   "Gadget web spec.size: 4 instead of 3",
                   fmt::format("Secret web/web data.password: \"{}\" instead of \"{}\"", password, wanted_password),
                   "Service web/web spec.selector.extra: \"x\" instead of null"}));
}

LiveDrift only_drift(const char* rendered, const char* live, const char* applied) {
  const auto drift = live_differences(json::parse(rendered), json::parse(live), json::parse(applied), &key);
  return drift.size() == 1 ? drift[0] : LiveDrift{fmt::format("{} fields differ", drift.size()), "", ""};
}

TEST(LiveComparison, AFieldThatWasTakenAwayIsNull) {
  EXPECT_EQ(only_drift(R"({"kind":"A","spec":{"x":{"y":1}}})", R"({"kind":"A","spec":{}})",
                       R"({"kind":"A","spec":{"x":{"y":1}}})"),
            (LiveDrift{"A  spec.x", "null", R"({"y":1})"}));
}

TEST(LiveComparison, AListWithoutNamesIsOneField) {
  EXPECT_EQ(only_drift(R"({"kind":"A","args":["a"]})", R"({"kind":"A","args":["b"]})", R"({"kind":"A","args":["a"]})"),
            (LiveDrift{"A  args", R"(["b"])", R"(["a"])"}));
}

TEST(LiveComparison, WhatFollowsFromAnotherChangeIsNotNamedTwice) {
  EXPECT_EQ(only_drift(R"({"kind":"Service","spec":{"type":"ClusterIP"}})",
                       R"({"kind":"Service","spec":{"type":"LoadBalancer","policy":"Cluster"}})",
                       R"({"kind":"Service","spec":{"type":"ClusterIP","policy":"Local"}})"),
            (LiveDrift{"Service  spec.type", R"("LoadBalancer")", R"("ClusterIP")"}));
}

TEST(LiveComparison, AnAuthorityThatSomebodyFillsInIsNoDrift) {
  EXPECT_EQ(only_drift(R"({"kind":"A","webhooks":[{"name":"a","clientConfig":{"caBundle":""}}]})",
                       R"({"kind":"A","webhooks":[{"name":"a","clientConfig":{"caBundle":"abc"}}]})",
                       R"({"kind":"A","webhooks":[{"name":"a","clientConfig":{"caBundle":""}}]})")
                .field,
            "0 fields differ");
}

TEST(LiveComparison, SecretsOfOtherKindsAreHiddenToo) {
  EXPECT_EQ(only_drift(R"({"kind":"A","env":[{"name":"DB_PASSWORD","value":"a"}]})",
                       R"({"kind":"A","env":[{"name":"DB_PASSWORD","value":"b"}]})",
                       R"({"kind":"A","env":[{"name":"DB_PASSWORD","value":"a"}]})"),
            (LiveDrift{"A  env[DB_PASSWORD].value", json(fingerprint("\"b\"", &key)).dump(),
                       json(fingerprint("\"a\"", &key)).dump()}));
}

TEST(LiveComparison, AKindWithoutItsDefinitionIsNamedOnce) {
  EXPECT_EQ(absent_kind(json::parse(R"({"apiVersion":"traefik.io/v1alpha1","kind":"IngressRoute"})")),
            (LiveDrift{"CustomResourceDefinition of IngressRoute (traefik.io/v1alpha1)", "\"absent\"", "\"present\""}));
}

}  // namespace
}  // namespace tbx
