// When a look at the host is asked for, and when the last one serves.
#include "providers/hyperv/host_looks.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "providers/hyperv/hyperv_provider.h"
#include "tests/support/answering_host.h"

namespace tbx {
namespace {

using test::AnsweringHost;

int looks_at(const AnsweringHost& host) {
  return static_cast<int>(std::ranges::count(host.asked, "observe", &AnsweringHost::Asked::script));
}

class HostLooksTest : public testing::Test {
 protected:
  HostLooksTest() { spec.name = "lab"; }

  int looks_for(const std::string& node, double max_age_seconds) {
    const int before = looks_at(host);
    Scope scope;
    scope.whole = false;
    scope.nodes = {node};
    scope.max_age_seconds = max_age_seconds;
    provider.observe(spec, scope, found);
    return looks_at(host) - before;
  }
  void look_at_all() { provider.observe(spec, {}, found); }
  void apply(const Op& op) {
    const ApplyContext context{spec, found, [](const std::string&) {}};
    EXPECT_TRUE(provider.apply(op, context, {}));
  }

  AnsweringHost host;
  HypervProvider provider{host, host, "_out/lab"};
  ClusterSpec spec;
  Observed found;
};

constexpr double old_enough = 1000;

TEST_F(HostLooksTest, ServeAnActionThatFollowsUponAnother) {
  look_at_all();
  EXPECT_EQ(looks_for("a", old_enough), 0);
  EXPECT_EQ(found.host.presence, Presence::present);
  EXPECT_EQ(looks_for("b", old_enough), 0);
}

TEST_F(HostLooksTest, AreMadeAnewForTheWholeAndForWhatTakesAway) {
  look_at_all();
  look_at_all();
  EXPECT_EQ(looks_at(host), 2);
  EXPECT_EQ(looks_for("a", 0), 1);
}

TEST_F(HostLooksTest, AreMadeAnewOnceTheNodeWasChanged) {
  look_at_all();
  apply(CreateDisk{"a", 20, {}});
  EXPECT_EQ(looks_for("b", old_enough), 0) << "another node is as it was";
  EXPECT_EQ(looks_for("a", old_enough), 1);
  EXPECT_EQ(looks_for("a", old_enough), 0);
}

TEST_F(HostLooksTest, AreMadeAnewOnceABootImageCame) {
  look_at_all();
  apply(DownloadImage{"v1.12.4-amd64"});
  EXPECT_EQ(looks_for("a", old_enough), 1);
}

TEST_F(HostLooksTest, DoNotServeAfterOneThatFailed) {
  look_at_all();
  host.fails = PowerShellError{{ErrorKind::unreachable, "gone", ""}, {}};
  look_at_all();
  EXPECT_EQ(found.host.presence, Presence::unknown);
  EXPECT_EQ(looks_for("a", old_enough), 1);
  EXPECT_EQ(found.host.presence, Presence::unknown);
}

class HostLooksInTime : public testing::Test {
 protected:
  void look() { EXPECT_TRUE(looks.fresh(Host{host, "_out/lab"}, spec, "", {})); }
  bool serves(const std::string& node, double max_age_seconds = 5) const {
    return looks.recent({.whole = false, .nodes = {node}, .releases = {}, .max_age_seconds = max_age_seconds})
        .has_value();
  }
  void pass(double seconds) {
    now += std::chrono::duration_cast<HostLooks::Clock::duration>(std::chrono::duration<double>(seconds));
  }

  HostLooks::Clock::time_point now;
  HostLooks looks{[this] { return now; }};
  AnsweringHost host;
  ClusterSpec spec;
};

TEST_F(HostLooksInTime, ServeForSoLongAsIsAllowed) {
  look();
  pass(4.9);
  EXPECT_TRUE(serves("a"));
  EXPECT_FALSE(serves("a", 0));
  pass(0.2);
  EXPECT_FALSE(serves("a"));
}

TEST_F(HostLooksInTime, DoNotServeANodeThatWasChangedWhileTheyWereMade) {
  pass(1);
  host.meanwhile = [this] {
    pass(1);
    looks.changed("a");
    pass(1);
  };
  look();
  EXPECT_FALSE(serves("a"));
  EXPECT_TRUE(serves("b"));
}

TEST_F(HostLooksInTime, AreNotReplacedByOneThatBeganBefore) {
  pass(1);
  host.meanwhile = [this] {
    host.meanwhile = nullptr;
    pass(1);
    looks.changed("a");
    pass(1);
    look();
  };
  look();
  EXPECT_TRUE(serves("a")) << "the later one has seen the change";
}

}  // namespace
}  // namespace tbx
