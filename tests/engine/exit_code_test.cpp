// Precedence of the exit codes.
#include "engine/exit_code.h"

#include <gtest/gtest.h>

namespace tbx {
namespace {

using enum ExitCode;

TEST(ExitCode, HasTheNumbersOfTheContract) {
  EXPECT_EQ(static_cast<int>(done), 0);
  EXPECT_EQ(static_cast<int>(failed), 1);
  EXPECT_EQ(static_cast<int>(changes), 2);
  EXPECT_EQ(static_cast<int>(refused), 3);
  EXPECT_EQ(static_cast<int>(unobservable), 4);
  EXPECT_EQ(static_cast<int>(not_converged), 5);
  EXPECT_EQ(static_cast<int>(interrupted), 130);
}

TEST(ExitCode, IsTheStrongestOfThoseThatHold) {
  EXPECT_EQ(strongest({}), done);
  EXPECT_EQ(strongest({done, done}), done);
  EXPECT_EQ(strongest({done, unobservable}), unobservable);
  EXPECT_EQ(strongest({unobservable, changes}), changes);
  EXPECT_EQ(strongest({changes, not_converged}), not_converged);
  EXPECT_EQ(strongest({not_converged, refused}), refused);
  EXPECT_EQ(strongest({refused, failed, unobservable}), failed);
  EXPECT_EQ(strongest({failed, interrupted, refused}), interrupted);
}

}  // namespace
}  // namespace tbx
