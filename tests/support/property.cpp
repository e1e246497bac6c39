#include "tests/support/property.h"

#include <algorithm>
#include <sstream>

#include <rapidcheck/detail/Configuration.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TBX_IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define TBX_IS_SANITIZED 1
#endif
#endif

namespace tbx::test {

namespace {

#ifdef TBX_IS_SANITIZED
constexpr bool is_sanitized = true;
#else
constexpr bool is_sanitized = false;
#endif

}  // namespace

void check_property(const rc::detail::Property& property, int cases) {
  const rc::detail::Configuration& asked = rc::detail::configuration();
  rc::detail::TestParams parameters = asked.testParams;
  parameters.maxSuccess = std::max(parameters.maxSuccess, is_sanitized ? 0 : cases);
  const testing::TestInfo& test = *testing::UnitTest::GetInstance()->current_test_info();
  const rc::detail::TestMetadata metadata{std::string(test.test_suite_name()) + "/" + test.name(), test.name()};
  const bool is_repeated = asked.reproduce.contains(metadata.id);
  const auto result = is_repeated ? rc::detail::checkProperty(property, metadata)
                                  : rc::detail::checkProperty(property, metadata, parameters);
  if (!result.is<rc::detail::SuccessResult>()) {
    std::ostringstream text;
    rc::detail::printResultMessage(result, text);
    FAIL() << text.str();
  }
}

}  // namespace tbx::test
