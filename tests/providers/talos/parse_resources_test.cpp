// Resources as talosctl 1.12.6 prints them.
#include "providers/talos/parse_resources.h"

#include <gtest/gtest.h>

#include "tests/support/recorded.h"

namespace tbx {
namespace {

TEST(TalosResources, ReadsObjectsThatFollowOneAnother) {
  auto resources = parse_resources(talosctl_output("emulator/members.out"));
  ASSERT_TRUE(resources);
  ASSERT_EQ(resources->size(), 4U);
  EXPECT_EQ(resources->front().type, "Members.cluster.talos.dev");
  EXPECT_EQ(resources->front().id, "cp-1");
  EXPECT_EQ(resources->front().node, "127.0.88.11");
  EXPECT_NE(find_resource(*resources, "Members.cluster.talos.dev", "w-1"), nullptr);
  EXPECT_EQ(find_resource(*resources, "Members.cluster.talos.dev", "w-2"), nullptr);
}

TEST(TalosResources, AreNoneWhenNothingIsPrinted) {
  auto resources = parse_resources("");
  ASSERT_TRUE(resources);
  EXPECT_TRUE(resources->empty());
}

TEST(TalosResources, NameNoNodeInMaintenanceMode) {
  auto resources = parse_resources(talosctl_output("emulator/maintenance-machinestatus.out"));
  ASSERT_TRUE(resources);
  EXPECT_EQ(resources->at(0).node, "");
}

TEST(TalosResources, ReadsTheGoodNodesOfAPartialAnswer) {
  auto resources = parse_resources(talosctl_output("emulator/get-one-node-missing.out"));
  ASSERT_TRUE(resources);
  ASSERT_EQ(resources->size(), 1U);
  EXPECT_EQ(resources->at(0).node, "127.0.88.11");
}

TEST(TalosResources, TakesANumberForAnIdAndNullForAnOwner) {
  auto resources = parse_resources(
      R"({"metadata": {"id": 1234567890123456, "type": "T", "owner": null, "version": 3},
          "node": "n", "spec": "x}\"{"})");
  ASSERT_TRUE(resources);
  EXPECT_EQ(resources->at(0).id, "1234567890123456");
  EXPECT_EQ(resources->at(0).spec, "x}\"{");
}

TEST(TalosResources, RefusesEveryAnswerThatIsCutOff) {
  const std::string whole = talosctl_output("emulator/machinestatus.out");
  const std::size_t end = whole.rfind('}');
  for (std::size_t length = 1; length <= end; ++length) {
    auto resources = parse_resources(whole.substr(0, length));
    ASSERT_FALSE(resources) << length;
    EXPECT_EQ(resources.error().kind, ErrorKind::malformed_answer);
  }
}

TEST(TalosResources, RefusesWhatIsNoResource) {
  for (const char* text :
       {"[]", "null", "NODE   NAME\n", "{}", R"({"metadata": 1, "spec": 2})", R"({"metadata": {}, "spec": 2})",
        R"({"metadata": {"id": "a", "type": "b"}})", "{\"a\": }", "} {", "{\"metadata\": \"\\"}) {
    EXPECT_FALSE(parse_resources(text)) << text;
  }
}

}  // namespace
}  // namespace tbx
