#include "providers/base64.h"

#include <gtest/gtest.h>

namespace tbx {
namespace {

TEST(Base64, GivesBackWhatItWasMadeOf) {
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("a"), "YQ==");
  EXPECT_EQ(to_base64("any carnal pleas"), "YW55IGNhcm5hbCBwbGVhcw==");
  const std::string bytes("\0\xFF\n\x80", 4);
  EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
}

TEST(Base64, OverlooksLineEndsAndNothingElse) {
  EXPECT_EQ(from_base64("YW55\r\nIGNh cm5h\n"), "any carna");
  EXPECT_EQ(from_base64("YW55*"), std::nullopt);
  EXPECT_EQ(from_base64("YW5"), std::nullopt) << "cut short";
}

}  // namespace
}  // namespace tbx
