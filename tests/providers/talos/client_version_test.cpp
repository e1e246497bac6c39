#include "providers/talos/client_version.h"

#include <gtest/gtest.h>

namespace tbx {
namespace {

std::string why_not(int minor, const std::vector<std::string>& talos) {
  const Status fits = must_fit({"v1." + std::to_string(minor) + ".6", minor}, talos);
  return fits ? "" : fits.error().message;
}

TEST(ClientVersion, FitsTheClustersReleaseAndTheOneBefore) {
  EXPECT_EQ(why_not(12, {"v1.12.4"}), "");
  EXPECT_EQ(why_not(12, {"v1.11.6", "v1.12.4"}), "") << "in the middle of an upgrade";
  EXPECT_EQ(why_not(13, {"v1.12.4"}), "");
  EXPECT_EQ(why_not(12, {}), "");
}

TEST(ClientVersion, OlderThanTheClusterIsRefused) {
  EXPECT_EQ(why_not(11, {"v1.12.4"}),
            "talosctl v1.11.6 is older than the cluster's Talos v1.12: install talosctl v1.12 or v1.13, or name it in "
            "TBX_TALOSCTL");
}

TEST(ClientVersion, NewerByTwoMinorReleasesIsRefused) {
  EXPECT_EQ(why_not(13, {"v1.11.6"}),
            "talosctl v1.13.6 is newer by more than one minor release than the cluster's Talos v1.11: install talosctl "
            "v1.11 or v1.12, or name it in TBX_TALOSCTL");
}

TEST(ClientVersion, UpgradesNoNodeBeyondWhatItCanReadAfterwards) {
  EXPECT_TRUE(must_reach({"v1.13.1", 13}, "v1.13.9"));
  const Status reaches = must_reach({"v1.12.6", 12}, "v1.13.9");
  ASSERT_FALSE(reaches);
  EXPECT_EQ(reaches.error().message,
            "talosctl v1.12.6 can't go on with a Talos v1.13.9: install talosctl v1.13 or name it in TBX_TALOSCTL, and "
            "apply again");
}

}  // namespace
}  // namespace tbx
