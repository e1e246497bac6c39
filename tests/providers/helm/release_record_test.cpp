#include "providers/helm/release_record.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "providers/helm/gunzip.h"
#include "tests/support/packed_release.h"
#include "tests/support/recorded.h"

namespace tbx {
namespace {

using nlohmann::json;

const std::vector<ReleaseRecord>& recorded_releases() {
  static const std::vector<ReleaseRecord> records = *newest_records(recorded("helm-4.1.4/releases.out"));
  return records;
}

std::vector<std::string> summaries(const std::vector<ReleaseRecord>& records) {
  std::vector<std::string> lines;
  for (const ReleaseRecord& record : records) {
    const auto label = record.labels.find(cluster_label);
    lines.push_back(fmt::format("{}/{} {} of {} {}: {}{}", record.namespace_name, record.name, record.revision,
                                record.chart, record.version, record.status,
                                label == record.labels.end() ? "" : ", " + label->second));
  }
  return lines;
}

TEST(ReleaseRecord, OfEachRecordedReleaseTheNewestRevisionIsRead) {
  EXPECT_EQ(summaries(recorded_releases()),
            (std::vector<std::string>{"web/bad4 1 of web 1.2.0: failed", "other/foreign 1 of web 1.2.0: deployed",
                                      "other/scaled 1 of web 1.2.0: deployed, 4848059033f4067d",
                                      "web/slow 2 of web 1.2.0: pending-upgrade, 4848059033f4067d",
                                      "web/web 2 of web 1.2.0: deployed, 4848059033f4067d"}));
}

TEST(ReleaseRecord, ValuesAreWhatTheUserGave) {
  EXPECT_EQ(recorded_releases()[1].values, json::object());
  EXPECT_EQ(recorded_releases()[4].values,
            json::parse(R"({"greeting":"hi","n":{"big":1234567890123,"f":1.5,"g":2.0,"x":null},
                            "password":"hunter2-hunter2"})"));
}

TEST(ReleaseRecord, TheManifestIsThereAndTheTimeOfTheLastChange) {
  EXPECT_TRUE(recorded_releases()[4].manifest.starts_with("---\n# Source: web/templates/all.yaml\n"));
  EXPECT_GT(recorded_releases()[4].changed_at, seconds_of_rfc3339("2026-11-28T17:00:00Z"));
}

TEST(ReleaseRecord, TimesAreReadWithTheirZone) {
  EXPECT_EQ(seconds_of_rfc3339("1970-01-02T00:00:01Z"), 86401);
  EXPECT_EQ(seconds_of_rfc3339("2026-11-28T16:26:38.922029512Z"), 1795883198);
  EXPECT_EQ(seconds_of_rfc3339("2026-11-28T18:26:38.9+02:00"), 1795883198);
  EXPECT_EQ(seconds_of_rfc3339("2026-11-28T15:26:38-01:00"), 1795883198);
  EXPECT_EQ(seconds_of_rfc3339(""), 0);
}

TEST(ReleaseRecord, WhatIsNoReleaseIsNamed) {
  json secret = test::release_secret({.name = "web"});
  secret["data"]["release"] = "bm90IGd6aXA=";
  auto records = newest_records(test::list_text(json::array({secret})));
  ASSERT_FALSE(records);
  EXPECT_EQ(records.error().kind, ErrorKind::malformed_answer);
  EXPECT_EQ(records.error().message,
            "the Secret web/sh.helm.release.v1.web.v1 is no release of Helm: it is not in "
            "base64");
  EXPECT_FALSE(newest_records("{}"));
  EXPECT_FALSE(newest_records("no JSON"));
}

TEST(Gunzip, UnpacksNoMoreThanItMay) {
  const std::string packed = test::gzipped(std::string(1'000'000, 'a'));
  EXPECT_EQ(*gunzip(packed, 1'000'000), std::string(1'000'000, 'a'));
  EXPECT_EQ(gunzip(packed, 999'999).error().message, "it unpacks to more than 999999 bytes");
}

TEST(Gunzip, WhatBreaksOffIsNoGzip) {
  const std::string packed = test::gzipped("some text that is long enough");
  for (std::size_t size = 0; size < packed.size(); ++size) {
    EXPECT_FALSE(gunzip(packed.substr(0, size), 1000)) << size;
  }
}

}  // namespace
}  // namespace tbx
