#include "tests/support/answering_host.h"

#include <gtest/gtest.h>

#include "providers/hyperv/host_scripts.h"
#include "specs/embedded.h"

namespace tbx::test {

namespace {

std::string name_of(std::string_view script) {
  for (const EmbeddedFile& file : embedded_scripts()) {
    if (host_script(file.name) == script) return std::string(file.name);
  }
  ADD_FAILURE() << "no script of tbx: " << script;
  return {};
}

}  // namespace

PowerShellResult AnsweringHost::ask(const PowerShellRequest& request, std::stop_token) {
  asked.push_back({name_of(request.script), request.arguments, request.deadline_seconds, request.effect});
  const std::string script = asked.back().script;
  if (const auto once = meanwhile) once();
  if (fails) return tl::unexpected(*fails);
  const auto own = answers.find(script);
  if (own != answers.end()) return own->second;
  return nlohmann::json{{"vmms", "Running"}, {"action", "done"}, {"done", true}, {"taken", true}, {"state", "Off"}};
}

}  // namespace tbx::test
