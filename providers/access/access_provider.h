// The user's own machine behind the engine's seam: hosts file, probes of the routes, credentials.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "engine/provider.h"
#include "providers/access/hosts_blocks.h"
#include "providers/access/hosts_file.h"
#include "providers/access/http_probe.h"

namespace tbx {

struct AccessOptions {
  std::filesystem::path hosts_file = hosts_file_path();
  int ingress_port = 80;
  double probe_seconds = 3;  ///< for each probe
  double poll_seconds = 1;   ///< between two looks of a wait
};

class AccessProvider : public Provider {
 public:
  /// `credentials`: the folder `_out/<cluster>` beside the spec.
  explicit AccessProvider(std::filesystem::path credentials, AccessOptions options = {});

  System system() const override { return System::access; }
  /// Fills in `found.access`, and `found.credentials` too: a destroy asks only the host and this provider. Probes are
  /// made in a whole look only, and where Kubernetes told whether the ingress has an address.
  void observe(const ClusterSpec& wanted, const Scope& scope, Observed& found) override;
  Status apply(const Op& op, const ApplyContext& context, std::stop_token stop) override;

 private:
  Status perform(const WriteHosts& op, const ApplyContext& context) const;
  Status await(const AwaitRoute& op, const ApplyContext& context, const std::stop_token& stop) const;
  std::vector<ProbeState> probe(const ClusterSpec& wanted, const KubernetesState& kubernetes) const;
  HttpQuestion question(const KubernetesState& kubernetes, const std::string& host, const std::string& path) const;
  BlockOwner owner(const std::string& cluster) const;

  std::filesystem::path credentials_;
  AccessOptions options_;
};

}  // namespace tbx
