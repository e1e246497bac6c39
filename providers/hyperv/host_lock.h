// The lock of a cluster, in a file beside its disks: whoever works on the cluster from another machine sees it, too.
#pragma once

#include <string>

#include "engine/provider.h"
#include "providers/hyperv/host.h"

namespace tbx {

class HostLock : public ClusterLock {
 public:
  /// `command`: "tbx apply", for those who are told who holds it. `process`: this one's number, by which the host knows
  /// that nobody holds it any more. `spec` outlives it.
  HostLock(PowerShell& powershell, const ClusterSpec& spec, std::filesystem::path credentials, std::string command,
           std::int64_t process);

  Status acquire(const std::string& cluster) override;
  Status release(const std::string& cluster) override;

 private:
  enum class Wish { take, give_back };

  Result<nlohmann::json> ask(Wish wish) const;

  Host host_;
  const ClusterSpec& spec_;
  std::string command_;
  std::int64_t process_;
  std::string token_;  ///< tells our own lock from all others
};

}  // namespace tbx
