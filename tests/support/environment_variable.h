// A variable of the environment, for the time of a test.
#pragma once

#include <string>

namespace tbx::test {

/// A variable of the environment, until the test ends.
class EnvironmentVariable {
 public:
  EnvironmentVariable(std::string name, const std::string& value);
  ~EnvironmentVariable();
  EnvironmentVariable(const EnvironmentVariable&) = delete;
  EnvironmentVariable& operator=(const EnvironmentVariable&) = delete;

 private:
  std::string name_;
  std::string before_;
  bool was_there_ = false;
};

}  // namespace tbx::test
