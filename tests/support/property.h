// Properties, with as many random cases as there is time for.
#pragma once

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace tbx::test {

/// Fails the test with a counterexample, and with what repeats it. `cases`: without a sanitizer; with one each case
/// takes many times as long, and RapidCheck's own 100 are enough. RC_PARAMS="max_success=50000" in the environment asks
/// for more of either.
void check_property(const rc::detail::Property& property, int cases);

}  // namespace tbx::test

/// As RC_GTEST_PROP, with the number of cases.
#define TBX_PROPERTY(Suite, Name, cases, ArgumentList)                                                            \
  void property_##Suite##_##Name ArgumentList;                                                                    \
  TEST(Suite, Name) { ::tbx::test::check_property(::rc::detail::toProperty(&property_##Suite##_##Name), cases); } \
  void property_##Suite##_##Name ArgumentList
