#include "providers/hyperv/host_lock.h"

#include <fstream>
#include <iterator>
#include <random>

#include <fmt/format.h>

#include "providers/json_place.h"

namespace tbx {

namespace {

/// 0: Windows does not know it, as those within WSL.
std::int64_t number_on_windows(std::int64_t process) {
  std::ifstream file("/proc/sys/kernel/osrelease");
  const std::string release{std::istreambuf_iterator<char>(file), {}};
  return release.find("icrosoft") == std::string::npos ? process : 0;
}

}  // namespace

HostLock::HostLock(PowerShell& powershell, const ClusterSpec& spec, std::filesystem::path credentials,
                   std::string command, std::int64_t process)
    : host_{powershell, std::move(credentials)},
      spec_(spec),
      command_(std::move(command)),
      process_(number_on_windows(process)) {
  std::random_device random;
  token_ = fmt::format("{:08x}{:08x}", random(), random());
}

Result<nlohmann::json> HostLock::ask(Wish wish) const {
  // It does no harm to ask again: of one's own lock nothing changes.
  return host_.ask("lock", spec_, "",
                   {{"token", token_}, {"from", command_}, {"process", process_}, {"release", wish == Wish::give_back}},
                   ToolEffect::looks, {});
}

Status HostLock::acquire(const std::string& cluster) {
  auto answer = ask(Wish::take);
  if (!answer) return tl::unexpected(answer.error());
  if (at(*answer, {"taken"}) == true) return {};
  std::string held = fmt::format("{} changes cluster {} since {} ({})", text_at(*answer, {"who"}), cluster,
                                 text_at(*answer, {"since"}), text_at(*answer, {"from"}));
  // Whether it still does, only they know.
  if (at(*answer, {"isKnown"}) == false) held += "; when that is no longer so, delete " + text_at(*answer, {"file"});
  return failure(ErrorKind::busy, std::move(held));
}

Status HostLock::release(const std::string&) {
  auto answer = ask(Wish::give_back);
  return answer ? Status() : tl::unexpected(answer.error());
}

}  // namespace tbx
