// From bytes to values: encodings, YAML's traps, and inputs made to do harm.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/spec_text.h"

namespace tbx::test {
namespace {

using Lines = std::vector<std::string>;

const std::string small = "apiVersion: tbx/v1\nkind: Cluster\nmetadata: {name: lab} # ä\n";

std::string utf16(const std::string& latin1, bool big_endian) {
  std::string bytes = big_endian ? "\xFE\xFF" : "\xFF\xFE";
  for (char c : latin1) bytes += big_endian ? std::string{'\0', c} : std::string{c, '\0'};
  return bytes;
}

TEST(Reading, TakesUtf8AndUtf16) {
  const std::string ascii = "apiVersion: tbx/v1\r\nkind: Cluster\r\nmetadata: {name: lab}\r\n";
  const std::vector<std::string> encodings{small, std::string("\xEF\xBB\xBF").append(small), utf16(ascii, false),
                                           utf16(ascii, true)};
  for (const std::string& bytes : encodings) {
    EXPECT_EQ(spec_of(load_text(bytes)).name, "lab");
  }
}

TEST(Reading, NamesTheByteThatIsNoText) {
  EXPECT_EQ(
      problems_of(load_text("name: \xE4\n")),
      Lines{"0:0: error: the file is not UTF-8 text: byte 0xE4 at offset 6 does not belong there; save it as UTF-8"});
  EXPECT_EQ(problems_of(load_text(std::string("a\0", 2))),
            Lines{"0:0: error: the file is not UTF-8 text: byte 0x00 at offset 1 does not belong there (is it UTF-16 "
                  "without a byte order mark?); save it as UTF-8"});
  EXPECT_EQ(problems_of(load_text("\xFF\xFE"
                                  "a")),
            Lines{"0:0: error: the file is not whole UTF-16 text: offset 2 holds no character; save it as UTF-8"});
}

TEST(Reading, RefusesAFileThatIsTooLargeUnread) {
  EXPECT_EQ(problems_of(load_text(std::string(50'000'000, 'a'))),
            Lines{"0:0: error: the file is larger than 1 MiB, the most that is read: is it the right one?"});
}

TEST(Reading, SaysThatAFileIsEmptyOrNotThere) {
  const std::string empty = "0:0: error: the file is empty: tbx init writes one to begin with";
  EXPECT_EQ(problems_of(load_text("")), Lines{empty});
  EXPECT_EQ(problems_of(load_text("# nothing but this\n")), Lines{empty});
  EXPECT_EQ(problems_of(load_cluster_file("no/such.yaml")),
            Lines{"no/such.yaml:0:0: error: the file can't be read: there is no such file"});
}

TEST(Reading, RefusesASecondDocument) {
  EXPECT_EQ(problems_of(load_text(small + "---\na: b\n")),
            Lines{"4:1: error: a second document begins here: one file holds one cluster"});
  EXPECT_EQ(problems_of(load_text("---\n" + small + "...\n")), Lines{});
}

TEST(Reading, FindsAKeyThatIsGivenTwice) {
  EXPECT_EQ(problems_in("talos: {}\nnetwork: {}\ntalos: {}"),
            Lines{"7:3: error: the key \"talos\" is given twice: first in line 5, column 3"});
}

TEST(Reading, ExpandsAnchorsAndMergeKeys) {
  const ClusterSpec spec =
      spec_of(load_keys("controlPlane: &size {memory: 6Gi, cpus: 4}\nworkers: {<<: *size, cpus: 8}"));
  EXPECT_EQ(node_of(spec, "lab-worker-01").memory_mib, 6144);
  EXPECT_EQ(node_of(spec, "lab-worker-01").cpu_count, 8);
}

TEST(Reading, RefusesABillionLaughs) {
  std::string keys = "x0: &x0 [a, b, c, d, e, f, g, h, i]";
  for (int i = 1; i < 12; ++i) {
    keys += "\nx" + std::to_string(i) + ": &x" + std::to_string(i) + " [";
    for (int j = 0; j < 9; ++j) keys += "*x" + std::to_string(i - 1) + ", ";
    keys += "]";
  }
  EXPECT_EQ(problems_in(keys),
            Lines{"5:30: error: more than 100000 values, with aliases written out: that is no spec"});
}

TEST(Reading, RefusesWhatIsNestedTooDeeply) {
  EXPECT_EQ(problems_in("patches: " + std::string(100000, '[')), Lines{"5:43: error: nested more than 64 levels deep"});
  std::string ladder;
  for (int i = 0; i < 200; ++i) ladder += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  EXPECT_EQ(problems_of(load_text(ladder)), Lines{"65:65: error: nested more than 64 levels deep"});
  EXPECT_EQ(problems_in("patches: &a [*a]"), Lines{"5:16: error: this alias stands inside the value that it names"});
}

TEST(Reading, ExplainsWhatPeopleDoToYaml) {
  EXPECT_EQ(problems_of(load_text(beginning + "\ttalos: {}\n")),
            Lines{"5:7: error: a tab can't indent YAML: use spaces"});
  EXPECT_EQ(problems_in("talos: {version: v1.12.4\nhyperv: {}"),
            Lines{"6:9: error: a { or [ that was opened is not closed before this"});
  EXPECT_EQ(problems_in("talos: !version v1"),
            Lines{"5:10: error: the tag \"!version\" means nothing here: leave it out"});
  EXPECT_EQ(problems_in("a: b: c"), Lines{"5:7: error: a mapping can't begin here: is a text with \": \" in it not in "
                                          "quotes, or the indentation wrong?"});
}

TEST(Reading, StopsAtACommaThatTheParserWouldReadForEver) {
  EXPECT_EQ(problems_of(load_text("# a\n, b\nkind: Cluster\n")),
            Lines{"2:1: error: this is not valid YAML: nothing can begin here"});
}

TEST(Reading, WantsTextsAsKeys) {
  EXPECT_EQ(problems_in("routes: {[a]: b}"),
            Lines{"5:12: error: a key has to be a text, and this is a list or a mapping"});
}

TEST(Reading, ShowsTheLineAndACaretBelow) {
  const LoadedSpec loaded = load_keys("hyperv: {path: 'D:\\ä日', swich: a}");
  EXPECT_EQ(format_problems(loaded.problems, loaded.sources),
            "cluster.yaml:5:27: error: unknown key \"swich\": did you mean \"switch\"?\n"
            "    hyperv: {path: 'D:\\ä日', swich: a}\n"
            "                             ^\n");
}

TEST(Reading, ShowsTabsAsSpacesAndControlCharactersAsMarks) {
  const Sources sources{{"a.yaml", make_source("a.yaml", "a:\t\x1b[31mb: c")}};
  const Problem problem{"a.yaml", 1, 4, "", "no", Problem::warning};
  EXPECT_EQ(format_problems(std::vector{problem}, sources), "a.yaml:1:4: warning: no\n  a:    ?[31mb: c\n        ^\n");
}

TEST(Reading, CutsALongLineAroundTheCaret) {
  const std::string line = fmt::format("{}b{}", std::string(150, 'a'), std::string(150, 'c'));
  const Sources sources{{"a.yaml", make_source("a.yaml", line)}};
  const std::string printed = format_problems(std::vector{Problem{"a.yaml", 1, 151, "", "no"}}, sources);
  EXPECT_EQ(printed, "a.yaml:1:151: error: no\n  …" + std::string(50, 'a') + "b" + std::string(49, 'c') + "…\n  " +
                         std::string(51, ' ') + "^\n");
}

}  // namespace
}  // namespace tbx::test
