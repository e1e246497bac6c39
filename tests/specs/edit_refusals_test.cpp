// Edits that are refused because something else would change with them, and what is said then.
#include <gtest/gtest.h>

#include "specs/encoding.h"
#include "tests/support/edited_text.h"
#include "tests/support/spec_text.h"

namespace tbx::test {
namespace {

using Numbers = std::vector<int>;

std::string by_hand(const std::string& place, const std::string& pool, const std::string& wanted) {
  return place + ": this tells how many nodes pool \"" + pool +
         "\" has, and changing it here would change something else too: edit the file by hand so that the pool has " +
         wanted + "\n";
}

TEST(EditRefusals, NumbersThatAnotherPoolShares) {
  EXPECT_EQ(
      edited(beginning + "  controlPlane: {count: &n 1}\n  workers: {count: *n}\n", {{"control-plane", {1, 2, 3}}}),
      by_hand("5:25", "control-plane", "count: 3"));
  EXPECT_EQ(edited(beginning + "  controlPlane: &p {count: 1}\n  workers: *p\n", {{"worker", {1, 2}}}),
            by_hand("5:28", "worker", "count: 2"));
  EXPECT_EQ(
      edited(beginning + "  controlPlane: {nodes: &n [1]}\n  workers: {nodes: *n}\n", {{"control-plane", {1, 2, 3}}}),
      by_hand("5:25", "control-plane", "nodes: [1, 2, 3]"));
  EXPECT_EQ(
      edited(beginning + "  workers:\n    - &web\n      name: web\n      count: 2\n    - {<<: *web, name: data}\n",
             {{"web", {1}}}),
      by_hand("8:14", "web", "count: 1"));
}

TEST(EditRefusals, ACountOfAMergeThatWouldStandBesideNodes) {
  EXPECT_EQ(edited(beginning + "  controlPlane: &c {count: 3}\n  workers: {<<: *c}\n", {{"worker", {1, 3}}}),
            by_hand("5:28", "worker", "nodes: [1, 3]"));
}

TEST(EditRefusals, NothingOfSeveralIsDoneWhenOneCantBe) {
  EXPECT_EQ(
      edited(beginning + "  controlPlane: {count: &n 1}\n  workers:\n  - {name: web}\n  - {name: data, count: *n}\n",
             {{"web", {1, 2}}, {"control-plane", {1, 2, 3}}}),
      by_hand("5:25", "control-plane", "count: 3"));
}

TEST(EditRefusals, AFileThatIsWrongAlready) {
  EXPECT_EQ(edited(beginning + "  workers:\n", {{"worker", {1}}}),
            "5:3: workers has no value: give it a mapping or a list, or leave the key out\n");
  EXPECT_EQ(edited(beginning + "  workers: {\"count\": '3'}\n", {{"worker", {1}}}),
            "5:22: count has to be a whole number, not a text\n");
}

TEST(EditRefusals, AResultThatWouldBeWrong) {
  const std::string text = beginning + "  network: {nodeSubnet: 10.1.1.0/28}\n  workers: {count: 1}\n";
  EXPECT_NE(edited(text, {{"worker", Numbers{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}}}).find("5:25: "),
            std::string::npos);
}

TEST(EditRefusals, APoolThatIsNotThere) {
  EXPECT_EQ(edited(beginning + "  workers: []\n", {{"worker", {1}}}), "5:3: there is no pool \"worker\"\n");
}

TEST(ScaledNumbers, FillGapsFirstAndGiveTheHighestAway) {
  EXPECT_EQ(scaled_numbers({}, 2), (Numbers{1, 2}));
  EXPECT_EQ(scaled_numbers({1, 2}, 4), (Numbers{1, 2, 3, 4}));
  EXPECT_EQ(scaled_numbers({1, 3}, 3), (Numbers{1, 2, 3}));
  EXPECT_EQ(scaled_numbers({5, 7}, 5), (Numbers{1, 2, 3, 5, 7}));
  EXPECT_EQ(scaled_numbers({2, 5, 7}, 1), (Numbers{2}));
  EXPECT_EQ(scaled_numbers({2, 5}, 2), (Numbers{2, 5}));
  EXPECT_EQ(scaled_numbers({1, 2}, 0), (Numbers{}));
}

TEST(Encoding, GivesBackEveryByteThatWasRead) {
  const std::string text = "a: ä ß 大 😀 \x7F\t\r\n# \xEF\xBB\xBF inside\n";
  for (const std::string& bytes : written_by_all_editors(text)) {
    const auto decoded = decode_text(bytes);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(encode_text(*decoded, bytes), bytes);
  }
  EXPECT_EQ(encode_text("ä😀", "\xFF\xFE"), std::string("\xFF\xFE\xE4\x00\x3D\xD8\x00\xDE", 8));
  EXPECT_EQ(encode_text("ä😀", "\xFE\xFF"), std::string("\xFE\xFF\x00\xE4\xD8\x3D\xDE\x00", 8));
}

TEST(TextSplice, TellsWhichLinesBecameOthers) {
  TrackedText text("a\nb\r\nc\nd");
  text.splice({{0, 0, "x\n"}, {2, 3, "B"}, {8, 8, "\ne"}});
  EXPECT_EQ(text.text(), "x\na\nB\r\nc\nd\ne");
  text.splice({{7, 9, ""}});
  EXPECT_EQ(text.text(), "x\na\nB\r\nd\ne");
  const std::vector<LineChange> expected{{LineChange::added, 1, "x"},
                                         {LineChange::removed, 2, "b"},
                                         {LineChange::removed, 3, "c"},
                                         {LineChange::added, 3, "B"},
                                         {LineChange::added, 5, "e"}};
  EXPECT_EQ(text.changes(), expected);
}

}  // namespace
}  // namespace tbx::test
