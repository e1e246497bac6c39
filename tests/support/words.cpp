#include "tests/support/words.h"

#include <iterator>
#include <sstream>

namespace tbx::test {

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream stream(line);
  return {std::istream_iterator<std::string>(stream), {}};
}

}  // namespace tbx::test
