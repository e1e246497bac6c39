// One function for each op of Hyper-V. Each re-checks the VM by its ID, in the script too, just before it acts.
#pragma once

#include <stop_token>

#include "engine/op.h"
#include "engine/provider.h"
#include "providers/hyperv/host_looks.h"

namespace tbx {

struct HostWork {
  const Host& host;
  HostLooks& looks;
  const ApplyContext& context;
  std::stop_token stop;

  /// By the secrets, which may be younger than the second look.
  std::string cluster_id() const;
  /// Its text; where the plan did not know the cluster's ID yet, it is put in.
  std::string mark_with_id(Mark mark) const;
  /// As Host::ask, of this cluster.
  Result<nlohmann::json> ask(std::string_view script, nlohmann::json arguments, ToolEffect effect,
                             double deadline_seconds = 60) const;
  /// Changes a node: looks made before serve it no more.
  Result<nlohmann::json> ask_to_change(std::string_view script, const std::string& node, nlohmann::json arguments,
                                       double deadline_seconds = 60) const;
  /// The same where only success counts.
  Status change(std::string_view script, const std::string& node, nlohmann::json arguments,
                double deadline_seconds = 60) const;
};

Status perform(const HostWork& work, const DownloadImage& op);
Status perform(const HostWork& work, const CreateDisk& op);
Status perform(const HostWork& work, const GrowDisk& op);
Status perform(const HostWork& work, const DeleteDisk& op);
Status perform(const HostWork& work, const CreateMachine& op);
Status perform(const HostWork& work, const ResizeMachine& op);
Status perform(const HostWork& work, const StartMachine& op);
Status perform(const HostWork& work, const StopMachine& op);
Status perform(const HostWork& work, const DeleteMachine& op);
Status perform(const HostWork& work, const MarkBootstrapping& op);
Status perform(const HostWork& work, const MarkBootstrapped& op);
Status perform(const HostWork& work, const AwaitAddress& op);

}  // namespace tbx
