#include "providers/hyperv/host_lock.h"

#include <random>

#include <fmt/format.h>

#include "providers/json_place.h"

namespace tbx {

HostLock::HostLock(PowerShell& powershell, const ClusterSpec& spec, std::filesystem::path credentials,
                   std::string command, std::int64_t process)
    : host_{powershell, std::move(credentials)}, spec_(spec), command_(std::move(command)), process_(process) {
  std::random_device random;
  token_ = fmt::format("{:08x}{:08x}", random(), random());
}

Result<nlohmann::json> HostLock::ask(bool release) const {
  return host_.ask("lock", spec_, "",
                   {{"token", token_}, {"from", command_}, {"process", process_}, {"release", release}},
                   ToolEffect::looks, {});
}

Status HostLock::acquire(const std::string& cluster) {
  auto answer = ask(false);
  if (!answer) return tl::unexpected(answer.error());
  if (at(*answer, {"taken"}) == true) return {};
  return failure(ErrorKind::busy, fmt::format("{} changes cluster {} since {} ({})", text_at(*answer, {"who"}), cluster,
                                              text_at(*answer, {"since"}), text_at(*answer, {"from"})));
}

Status HostLock::release(const std::string&) {
  auto answer = ask(true);
  return answer ? Status() : tl::unexpected(answer.error());
}

}  // namespace tbx
