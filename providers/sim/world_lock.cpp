#include "providers/sim/world_lock.h"

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "providers/process_number.h"

#ifdef _WIN32
#include <windows.h>
#else
#include <unistd.h>
#include <csignal>
#endif

namespace tbx::sim {

namespace {

#ifdef _WIN32
std::string host_name() {
  char name[256] = "";
  DWORD size = sizeof(name);
  return GetComputerNameA(name, &size) != 0 ? name : "localhost";
}
/// When it was started; empty: it is gone.
std::string start_of(std::int64_t process) {
  HANDLE handle = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, static_cast<DWORD>(process));
  if (handle == nullptr) return {};
  FILETIME created{}, exited{}, kernel{}, user{};
  bool known = GetProcessTimes(handle, &created, &exited, &kernel, &user) != 0 && exited.dwLowDateTime == 0;
  CloseHandle(handle);
  return known ? fmt::format("{}.{}", created.dwHighDateTime, created.dwLowDateTime) : "";
}
const char* user_variable() { return "USERNAME"; }
#else
std::string host_name() {
  char name[256] = "";
  return gethostname(name, sizeof(name) - 1) == 0 ? name : "localhost";
}
/// When it was started, in the kernel's ticks; empty: it is gone.
std::string start_of(std::int64_t process) {
  std::ifstream file(fmt::format("/proc/{}/stat", process));
  std::string text{std::istreambuf_iterator<char>(file), {}};
  std::size_t end = text.rfind(')');
  if (end == std::string::npos) {
    return kill(static_cast<pid_t>(process), 0) == 0 ? "unknown" : "";
  }
  // The name may hold anything; behind it come fields 3 to 52, of which 22 is the start.
  std::string_view rest = std::string_view(text).substr(end + 2);
  if (rest.starts_with('Z')) {
    return {};
  }
  for (int field = 3; field < 22; ++field) {
    rest.remove_prefix(std::min(rest.size(), rest.find(' ') + 1));
  }
  return std::string(rest.substr(0, rest.find(' ')));
}
const char* user_variable() { return "USER"; }
#endif

std::string user_name() {
  const char* name = std::getenv(user_variable());
  return name == nullptr || *name == '\0' ? "somebody" : name;
}

std::string now_as_text() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))); }

}  // namespace

LockEntry this_process(const std::string& command) {
  LockEntry entry;
  entry.host = host_name();
  entry.process = process_number();
  entry.process_started = start_of(entry.process);
  entry.who = fmt::format("{}@{}", user_name(), entry.host);
  entry.since = now_as_text();
  entry.from = fmt::format("{}, process {}", command, entry.process);
  return entry;
}

bool is_stale(const LockEntry& entry) {
  return entry.host == host_name() && start_of(entry.process) != entry.process_started;
}

WorldLock::WorldLock(Simulation& simulation, const std::string& command)
    : WorldLock(simulation, this_process(command)) {}

bool WorldLock::is_mine(const LockEntry& entry) const {
  return entry.process == mine_.process && entry.host == mine_.host && entry.process_started == mine_.process_started;
}

Status WorldLock::acquire(const std::string& cluster) {
  Status outcome;
  std::lock_guard guard(simulation_.mutex());
  Status written = simulation_.file().commit([&](LiveWorld& live) {
    auto held = live.world.locks.find(cluster);
    if (held != live.world.locks.end() && !is_mine(held->second) && !is_stale(held->second)) {
      const LockEntry& holder = held->second;
      std::string file = simulation_.file().path().string();
      outcome = failure(ErrorKind::busy,
                        fmt::format("{} changes cluster {} since {} ({}): wait until it is done, or stop it",
                                    holder.who, cluster, holder.since, holder.from),
                        fmt::format("tbx world {} show tells whether it is still there", file));
      return;
    }
    touch(live, EntityKind::lock, cluster);
    mine_.since = now_as_text();
    live.world.locks[cluster] = mine_;
  });
  return written ? outcome : written;
}

Status WorldLock::release(const std::string& cluster) {
  std::lock_guard guard(simulation_.mutex());
  return simulation_.file().commit([&](LiveWorld& live) {
    auto held = live.world.locks.find(cluster);
    if (held != live.world.locks.end() && is_mine(held->second)) {
      touch(live, EntityKind::lock, cluster);
      live.world.locks.erase(held);
    }
  });
}

}  // namespace tbx::sim
