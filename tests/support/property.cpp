#include "tests/support/property.h"

#include <algorithm>
#include <sstream>

#include <rapidcheck/detail/Configuration.h>

#include "tests/support/sanitizer.h"

namespace tbx::test {

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
