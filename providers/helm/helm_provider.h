// Helm's releases, over the real helm and kubectl.
#pragma once

#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "engine/provider.h"
#include "providers/credentials.h"
#include "providers/helm/helm_command.h"
#include "providers/helm/release_record.h"
#include "providers/kubectl.h"
#include "providers/tools.h"

namespace tbx {

class HelmProvider : public Provider {
 public:
  /// `credentials`: the folder `_out/<cluster>` beside the spec; charts in folders are relative to the spec.
  HelmProvider(Tools& tools, std::filesystem::path credentials);

  System system() const override { return System::helm; }
  void observe(const ClusterSpec& wanted, const Scope& scope, Observed& found) override;
  Status apply(const Op& op, const ApplyContext& context, std::stop_token stop) override;

 private:
  std::filesystem::path credentials_;
  Kubectl kubectl_;
  Helm helm_;
};

}  // namespace tbx
