// The journal's lines, and that they are what the schema says.
#include "engine/journal.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/event_json.h"
#include "tests/support/scripted_runner.h"
#include "tests/support/small_plans.h"

namespace tbx {
namespace {

using nlohmann::json;

const json& schema() {
  static const json parsed = json::parse(std::ifstream(TBX_SOURCE_DIR "/schemas/events.schema.json"));
  return parsed;
}

bool has_type(const json& value, const std::string& type) {
  return type == "string" ? value.is_string() : type == "integer" ? value.is_number_integer() : value.is_number();
}

/// Holds `value` against one definition of the schema: all of its fields, no others, of their types.
void expect_fits(const json& value, const std::string& definition) {
  ASSERT_TRUE(schema()["definitions"].contains(definition)) << definition;
  const json& wanted = schema()["definitions"][definition];
  for (const auto& name : wanted["required"]) EXPECT_TRUE(value.contains(name)) << value << " lacks " << name;
  for (const auto& [name, field] : value.items()) {
    ASSERT_TRUE(wanted["properties"].contains(name)) << name << " is not in the schema of " << definition;
    const json& property = wanted["properties"][name];
    if (property.contains("$ref")) expect_fits(field, "error");
    EXPECT_EQ(field, property.value("const", field));
    EXPECT_TRUE(!property.contains("enum") || std::ranges::find(property["enum"], field) != property["enum"].end())
        << field;
    EXPECT_TRUE(!property.contains("type") || has_type(field, property["type"])) << name;
    EXPECT_GE(field, property.value("minimum", field)) << name;
  }
}

std::vector<Event> one_of_each(const Plan& plan) {
  const Error error{ErrorKind::timed_out, "no answer", "line 1\nline 2"};
  return {RoundStarted{1, &plan},
          ActionStarted{0, 2, 180},
          ActionWaiting{0, "etcd is preparing"},
          ActionSucceeded{0, 1.5},
          ActionRetried{0, error, 2.25},
          ActionFailed{0, error},
          ActionRefused{0, "etcd-quorum", "1 of 3 is down"},
          ActionSkipped{1, 0},
          RoundFinished{1},
          StopRequested{1}};
}

std::vector<std::string> lines_of(const std::filesystem::path& path) {
  std::vector<std::string> lines;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

class JournalTest : public testing::Test {
 protected:
  ~JournalTest() override { std::filesystem::remove(path); }

  Result<Journal> open() { return Journal::open(path, "talos-hypv", "2026-02-03T04:05:06Z"); }

  std::filesystem::path path =
      std::filesystem::path(testing::TempDir()) /
      (std::string("tbx_journal_") + testing::UnitTest::GetInstance()->current_test_info()->name() + ".jsonl");
  Plan plan = test::starts(2, {{0, 1}});
};

TEST(EventJson, WritesEachEventAsItsSchemaSays) {
  const Plan plan = test::starts(2);
  const std::vector<Event> events = one_of_each(plan);
  ASSERT_EQ(events.size(), std::variant_size_v<Event>);
  for (const Event& event : events) {
    const json line = json::parse(event_json(event, plan, 12.0004));
    expect_fits(line, line["event"]);
    EXPECT_EQ(line["at_s"], 12.0);
  }
  EXPECT_EQ(schema()["oneOf"].size(), events.size() + 1) << "each event and the header";
  expect_fits(json::parse(journal_header("talos-hypv", "2026-02-03T04:05:06Z")), "header");
}

TEST(EventJson, KeepsItsFieldsInOrderOnOneLine) {
  const Plan plan = test::starts(1);
  EXPECT_EQ(event_json(ActionFailed{0, {ErrorKind::rejected, "no", "a\nb"}}, plan, 3.25),
            R"({"at_s":3.25,"event":"action-failed","action":"start-machine/m0",)"
            R"("error":{"kind":"rejected","message":"no","detail":"a\nb"}})");
}

TEST(EventJson, ReplacesWhatIsNoUtf8) {
  const Plan plan = test::starts(1);
  const std::string line = event_json(ActionWaiting{0, "\xff"}, plan, 0);
  EXPECT_EQ(json::parse(line)["what"], "\xEF\xBF\xBD");
}

TEST_F(JournalTest, WritesAHeaderAndThenEachEventAtOnce) {
  auto journal = open();
  ASSERT_TRUE(journal.has_value());
  EXPECT_EQ(lines_of(path).size(), 1U);
  for (const Event& event : one_of_each(plan)) journal->on(event, plan, 1);
  const std::vector<std::string> lines = lines_of(path);
  ASSERT_EQ(lines.size(), 1 + std::variant_size_v<Event>);
  EXPECT_EQ(lines[0], R"({"format_version":1,"cluster":"talos-hypv","started_at":"2026-02-03T04:05:06Z"})");
  EXPECT_TRUE(journal->status().has_value());
}

TEST_F(JournalTest, AppendsTheNextRun) {
  { auto first = open(); }
  auto second = open();
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(lines_of(path).size(), 2U);
}

TEST_F(JournalTest, SaysWhyItCannotBeOpened) {
  auto journal = Journal::open(path / "missing" / "journal", "c", "");
  ASSERT_FALSE(journal.has_value());
  EXPECT_NE(journal.error().message.find("cannot be opened: No such file"), std::string::npos);
}

TEST_F(JournalTest, RemembersThatItCouldNotWrite) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "needs /dev/full";
  auto journal = Journal::open("/dev/full", "c", "");
  ASSERT_FALSE(journal.has_value());
  EXPECT_NE(journal.error().message.find("cannot be written"), std::string::npos);
}

TEST_F(JournalTest, SharesEventsWithOtherListeners) {
  auto journal = open();
  ASSERT_TRUE(journal.has_value());
  test::RecordedEvents recorded;
  TeeEvents tee({&*journal, &recorded});
  tee.on(ActionSucceeded{1, 2}, plan, 5);
  EXPECT_EQ(recorded.lines, std::vector<std::string>{"5 succeeded start-machine/m1"});
  EXPECT_EQ(lines_of(path).size(), 2U);
}

}  // namespace
}  // namespace tbx
