// One function for each op of Hyper-V. Each re-checks the VM by its ID, in the script too, just before it acts.
#pragma once

#include "engine/op.h"
#include "providers/hyperv/host_work.h"

namespace tbx {

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
