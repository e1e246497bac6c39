#include "providers/helm/helm_command.h"

#include <gtest/gtest.h>

namespace tbx {
namespace {

TEST(HelmCommand, TheVersionIsReadFromWhateverABuildSays) {
  EXPECT_EQ(*parse_helm_version("v4.1.4\n"), (HelmVersion{4, 1}));
  EXPECT_EQ(*parse_helm_version("v3.21.4+g6a3e8e5\n"), (HelmVersion{3, 21}));
  EXPECT_EQ(*parse_helm_version("v4.1\n"), (HelmVersion{4, 1}));
  for (const char* text : {"", "helm", "v4", "v.1"}) {
    ASSERT_FALSE(parse_helm_version(text)) << text;
    EXPECT_EQ(parse_helm_version(text).error().kind, ErrorKind::malformed_answer);
  }
}

TEST(HelmCommand, AChartOfARegistryHasNoRepository) {
  AddonSpec addon;
  addon.name = "storage";
  addon.chart = "oci://ghcr.io/x/storage";
  addon.version = "0.0.37";
  EXPECT_EQ(pull_arguments(addon, addon.chart, "work"),
            (std::vector<std::string>{"pull", "oci://ghcr.io/x/storage", "--destination=work", "--version=0.0.37"}));
}

}  // namespace
}  // namespace tbx
