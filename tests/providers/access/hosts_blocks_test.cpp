// Hosts files byte for byte: what is read from them, and what becomes of them.
#include "providers/access/hosts_blocks.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tbx {
namespace {

const BlockOwner lab{"lab", "0123456789abcdef"};
const std::vector<HostsEntry> grafana_at_9{{"grafana.lab.local", "10.0.0.9"}};

std::string block(const std::string& lines) {
  return "# >>> tbx lab 0123456789abcdef\n" + lines + "# <<< tbx lab 0123456789abcdef\n";
}

const std::string block_at_9 = block("10.0.0.9 grafana.lab.local\n");

std::string changed(const std::string& text, const std::vector<HostsEntry>& wanted = grafana_at_9) {
  auto result = with_hosts(text, lab, wanted);
  return result ? *result : "error: " + result.error().message;
}

struct Case {
  const char* name;
  std::string before;
  std::string after;  ///< with grafana.lab.local at 10.0.0.9, and nothing else of ours
};

std::vector<Case> cases() {
  const std::string others = "127.0.0.1 localhost\n";
  const std::string crlf_block =
      "# >>> tbx lab 0123456789abcdef\r\n10.0.0.9 grafana.lab.local\r\n# <<< tbx lab 0123456789abcdef\r\n";
  return {
      {"an empty file", "", block_at_9},
      {"lines of others", others, others + block_at_9},
      {"CRLF", "127.0.0.1\tlocalhost\r\n", "127.0.0.1\tlocalhost\r\n" + crlf_block},
      {"no final newline", others + "::1 ip6", others + block_at_9 + "::1 ip6"},
      {"one line without its end", "::1 ip6", block_at_9 + "::1 ip6"},
      {"a byte order mark", "\xEF\xBB\xBF", "\xEF\xBB\xBF" + block_at_9},
      {"a byte order mark before our block", "\xEF\xBB\xBF" + block(""), "\xEF\xBB\xBF" + block_at_9},
      {"Latin-1 in a comment", "# f\xFCr uns\n", "# f\xFCr uns\n" + block_at_9},
      {"an older block", others + block("10.0.0.1 grafana.lab.local\n10.0.0.1 old.lab.local\n") + others,
       others + block_at_9 + others},
      {"a block that is right", others + block("10.0.0.9\tGrafana.lab.local # mine\n") + others,
       others + block("10.0.0.9\tGrafana.lab.local # mine\n") + others},
      {"a line twice", block("10.0.0.9 grafana.lab.local\n10.0.0.9 grafana.lab.local\n"), block_at_9},
      {"a block without its last newline", others + "# >>> tbx lab 0123456789abcdef\n# <<< tbx lab 0123456789abcdef",
       others + block_at_9.substr(0, block_at_9.size() - 1)},
      {"markers without an ID", "# >>> tbx lab\n# <<< tbx lab\n" + others, block_at_9 + others},
      {"markers among blanks", "  #  >>> tbx lab \t\n\t# <<< tbx lab \n" + others, block_at_9 + others},
      {"a block of another cluster", "# >>> tbx labor 77\n1.1.1.1 a.b\n# <<< tbx labor 77\n",
       "# >>> tbx labor 77\n1.1.1.1 a.b\n# <<< tbx labor 77\n" + block_at_9},
      {"a block of another cluster of this name", "# >>> tbx lab 77\n# <<< tbx lab 77\n",
       "# >>> tbx lab 77\n# <<< tbx lab 77\n" + block_at_9},
      {"another cluster's block without an end", "# >>> tbx labor 77\n1.1.1.1 a.b\n",
       "# >>> tbx labor 77\n1.1.1.1 a.b\n" + block_at_9},
  };
}

TEST(HostsBlocks, HoldWhatIsWantedAndLeaveEveryOtherByte) {
  for (const Case& each : cases()) {
    EXPECT_EQ(changed(each.before), each.after) << each.name;
    EXPECT_EQ(changed(each.after), each.after) << each.name << ", a second time";
  }
}

TEST(HostsBlocks, GoTogetherWithTheirMarkers) {
  EXPECT_EQ(changed("127.0.0.1 localhost\n" + block_at_9 + "::1 ip6", {}), "127.0.0.1 localhost\n::1 ip6");
  EXPECT_EQ(changed(block(""), {}), "");
  EXPECT_EQ(changed("127.0.0.1 localhost\r\n", {}), "127.0.0.1 localhost\r\n");
}

TEST(HostsBlocks, AreSortedByName) {
  EXPECT_EQ(changed("", {{"b.lab.local", "10.0.0.9"}, {"a.lab.local", "10.0.0.9"}}),
            block("10.0.0.9 a.lab.local\n10.0.0.9 b.lab.local\n"));
}

TEST(HostsBlocks, AreReadLeniently) {
  auto lines = read_hosts(
      "\xEF\xBB\xBF"
      "127.0.0.1\tlocalhost  MyPC # a comment\r\n"
      "# 1.2.3.4 commented.out\r\n"
      "\r\n"
      "fe80::1%eth0 Grafana.Lab.Local\r\n"
      "lonely\r\n"
      "# >>> tbx lab 0123456789abcdef\r\n"
      "10.0.0.9 A.lab.local b.lab.local\r\n"
      "# <<< tbx lab 0123456789abcdef\r\n"
      "# >>> tbx other 77\r\n"
      "10.0.0.8 theirs.local#glued\r\n"
      "# <<< tbx other 77",
      lab);
  ASSERT_TRUE(lines) << lines.error().message;
  EXPECT_EQ(lines->ours, (std::vector<HostsEntry>{{"a.lab.local", "10.0.0.9"}, {"b.lab.local", "10.0.0.9"}}));
  EXPECT_EQ(lines->others, (std::vector<HostsEntry>{{"localhost", "127.0.0.1"},
                                                    {"mypc", "127.0.0.1"},
                                                    {"grafana.lab.local", "fe80::1%eth0"},
                                                    {"theirs.local", "10.0.0.8"}}));
}

TEST(HostsBlocks, AreOursByNameAloneWhereTheSecretsAreLost) {
  EXPECT_EQ(read_hosts(block_at_9, {"lab", ""})->ours, grafana_at_9);
  EXPECT_EQ(with_hosts(block_at_9, {"lab", ""}, {}).value(), "");
}

TEST(HostsBlocks, AreRefusedWhereAMarkerIsMissing) {
  const std::string begin = "# >>> tbx lab 0123456789abcdef\n";
  const std::string end = "# <<< tbx lab 0123456789abcdef\n";
  EXPECT_EQ(
      changed("127.0.0.1 localhost\n" + begin + "10.0.0.9 a\n192.168.1.1 router\n"),
      "error: line 2 begins a block of tbx for cluster lab that is not ended where the file ends: put \"# <<< tbx "
      "lab 0123456789abcdef\" below its last line, or delete line 2");
  EXPECT_EQ(changed(begin + "10.0.0.9 a\n" + begin + end),
            "error: line 1 begins a block of tbx for cluster lab that is not ended where line 3 begins or ends another "
            "block: put \"# <<< tbx lab 0123456789abcdef\" below its last line, or delete line 1");
  EXPECT_EQ(changed(begin + "# >>> tbx other 77\n" + end).substr(0, 22), "error: line 1 begins a");
  EXPECT_EQ(changed("127.0.0.1 localhost\n" + end),
            "error: line 2 ends a block of tbx for cluster lab that begins nowhere: delete this line");
  EXPECT_EQ(changed(block("") + "::1 ip6\n" + block("")),
            "error: lines 1 to 2 and line 4 on are both a block of tbx for cluster lab: delete one of them");
}

TEST(HostsBlocks, AreNotLookedForInUtf16) {
  EXPECT_EQ(changed(std::string("\xFF\xFE#\0\n\0", 6)),
            "error: it is not in UTF-8 (UTF-16?), so no resolver reads it: save it as UTF-8");
}

std::string any_other_text() {
  std::string text = *rc::gen::element<std::string>("", "\xEF\xBB\xBF");
  auto pieces = *rc::gen::container<std::vector<std::string>>(
      rc::gen::element<std::string>("127.0.0.1", " ", "\t", "\n", "\r\n", "\r", "#", ">>>", "<<< tbx other 7",
                                    "# >>> tbx other 7\n", "::1 A b", "\xFF", "grafana.lab.local"));
  for (const std::string& piece : pieces) {
    text += piece;
  }
  return text;
}

std::vector<HostsEntry> any_entries() {
  std::vector<HostsEntry> entries;
  for (const char* name : {"a.lab.local", "b.lab.local", "c.lab.local", "d.lab.local"}) {
    if (*rc::gen::arbitrary<bool>()) {
      entries.push_back({name, *rc::gen::element<std::string>("10.0.0.9", "fd00::9")});
    }
  }
  return entries;
}

RC_GTEST_PROP(HostsBlocks, AreReadBackAndGoWithoutATrace, ()) {
  const std::string text = any_other_text();
  const auto first = any_entries();
  const auto second = any_entries();
  const auto others = read_hosts(text, lab)->others;
  const std::string once = with_hosts(text, lab, first).value();
  const std::string twice = with_hosts(once, lab, second).value();
  RC_ASSERT(read_hosts(once, lab)->ours == first);
  RC_ASSERT(read_hosts(twice, lab)->ours == second);
  RC_ASSERT(read_hosts(twice, lab)->others == others);
  RC_ASSERT(with_hosts(twice, lab, second).value() == twice);
  RC_ASSERT(with_hosts(twice, lab, {}).value() == text);
}

RC_GTEST_PROP(HostsBlocks, OfTwoClustersDoNotTouchEachOther, ()) {
  const BlockOwner other{*rc::gen::element<std::string>("lab", "other"), "fedcba9876543210"};
  const auto ours = any_entries();
  const auto theirs = any_entries();
  std::string text = with_hosts(any_other_text(), other, theirs).value();
  text = with_hosts(text, lab, ours).value();
  RC_ASSERT(read_hosts(text, other)->ours == theirs);
  const std::string without = with_hosts(text, lab, {}).value();
  RC_ASSERT(read_hosts(without, other)->ours == theirs);
}

}  // namespace
}  // namespace tbx
