// The lock beside the disks, as whoever asks for it is told. How a script judges its holder: host_scripts_test.cpp.
#include "providers/hyperv/host_lock.h"

#include <gtest/gtest.h>

#include "tests/support/answering_host.h"

namespace tbx {
namespace {

using nlohmann::json;

class HostLockTest : public testing::Test {
 protected:
  HostLockTest() { spec.name = "lab"; }

  static json held_by_somebody(bool is_known) {
    return {{"taken", false},      {"who", "ann@DESKTOP"},
            {"from", "tbx apply"}, {"since", "2026-11-29T10:00:00Z"},
            {"isKnown", is_known}, {"file", "C:\\vm\\tbx\\lab\\lock.json"}};
  }

  test::AnsweringHost host;
  ClusterSpec spec;
  HostLock lock{host, spec, "_out/lab", "tbx destroy", 4711};
};

TEST_F(HostLockTest, IsTakenAndGivenBackByTheSameToken) {
  EXPECT_TRUE(lock.acquire("lab"));
  EXPECT_TRUE(lock.release("lab"));
  ASSERT_EQ(host.asked.size(), 2U);
  EXPECT_EQ(host.asked[0].arguments.at("release"), false);
  EXPECT_EQ(host.asked[1].arguments.at("release"), true);
  EXPECT_EQ(host.asked[0].arguments.at("token"), host.asked[1].arguments.at("token"));
  EXPECT_EQ(host.asked[0].arguments.at("from"), "tbx destroy");
}

TEST_F(HostLockTest, ThatSomebodyHoldsSaysWhoAndSinceWhen) {
  host.answers["lock"] = held_by_somebody(true);
  EXPECT_EQ(lock.acquire("lab").error(),
            (Error{ErrorKind::busy, "ann@DESKTOP changes cluster lab since 2026-11-29T10:00:00Z (tbx apply)", ""}));
}

TEST_F(HostLockTest, WhoseHolderNobodyCanAskAfterSaysWhichFileToDelete) {
  host.answers["lock"] = held_by_somebody(false);
  const Error error = lock.acquire("lab").error();
  EXPECT_TRUE(error.message.ends_with("; when that is no longer so, delete C:\\vm\\tbx\\lab\\lock.json"))
      << error.message;
}

TEST_F(HostLockTest, OfAHostThatDoesNotAnswerIsNotTaken) {
  host.fails = PowerShellError{{ErrorKind::unreachable, "gone", ""}, {}};
  EXPECT_EQ(lock.acquire("lab").error().kind, ErrorKind::unreachable);
}

}  // namespace
}  // namespace tbx
