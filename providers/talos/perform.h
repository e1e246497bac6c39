// What each op of Talos does. All of them: already so is a success, asking twice changes nothing more.
#pragma once

#include "engine/op.h"
#include "providers/talos/talos_work.h"

namespace tbx {

Status perform(const TalosWork& work, const GenerateSecrets& op);
Status perform(const TalosWork& work, const WriteTalosconfig& op);
Status perform(const TalosWork& work, const WriteKubeconfig& op);
Status perform(const TalosWork& work, const ApplyConfig& op);
Status perform(const TalosWork& work, const AwaitTalos& op);
Status perform(const TalosWork& work, const UpgradeTalos& op);
Status perform(const TalosWork& work, const RestartKubelet& op);
Status perform(const TalosWork& work, const BootstrapEtcd& op);
Status perform(const TalosWork& work, const AwaitEtcdMember& op);
Status perform(const TalosWork& work, const SnapshotEtcd& op);
Status perform(const TalosWork& work, const HandOverLeadership& op);
Status perform(const TalosWork& work, const LeaveEtcd& op);
Status perform(const TalosWork& work, const RemoveEtcdMember& op);

}  // namespace tbx
