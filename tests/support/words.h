// Command lines as tests write them.
#pragma once

#include <string>
#include <vector>

namespace tbx::test {

/// The words of a command line without quotes: "plan cluster.yaml --sim w".
std::vector<std::string> words_of(const std::string& line);

}  // namespace tbx::test
