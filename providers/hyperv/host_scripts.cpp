#include "providers/hyperv/host_scripts.h"

#include <map>
#include <mutex>

#include "engine/assertion.h"
#include "specs/embedded.h"

namespace tbx {

const std::string& host_script(std::string_view name) {
  static std::mutex mutex;
  static std::map<std::string, std::string, std::less<>> texts;
  std::lock_guard lock(mutex);
  auto place = texts.find(name);
  if (place == texts.end()) {
    const std::string_view own = embedded_script(name);
    TBX_ASSERT(!own.empty(), "there is no such script");
    place = texts.emplace(std::string(name), std::string(embedded_script("common")) + "\n" + std::string(own)).first;
  }
  return place->second;
}

}  // namespace tbx
