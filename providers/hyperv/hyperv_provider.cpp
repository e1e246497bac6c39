#include "providers/hyperv/hyperv_provider.h"

#include "engine/assertion.h"
#include "engine/one_of.h"
#include "providers/credentials.h"
#include "providers/hyperv/host_look.h"
#include "providers/hyperv/perform.h"

namespace tbx {

namespace {

template <class T>
concept OnHost = OneOf<T, DownloadImage, CreateDisk, GrowDisk, DeleteDisk, CreateMachine, ResizeMachine, StartMachine,
                       StopMachine, DeleteMachine, MarkBootstrapping, MarkBootstrapped, AwaitAddress>;

template <class T>
Status perform_any(const HostWork& work, const T& op) {
  if constexpr (OnHost<T>) {
    return perform(work, op);
  } else {
    TBX_ASSERT(false, "only ops of Hyper-V come here");
    return {};
  }
}

/// The first look of a process loads PowerShell's modules, which takes its time on a cold machine.
constexpr double look_seconds = 60;

}  // namespace

void HypervProvider::observe(const ClusterSpec& wanted, const Scope&, Observed& found) {
  found.credentials = CredentialReader(host_.credentials).observe();
  auto answer = host_.ask("observe", wanted, found.credentials.cluster_id,
                          {{"switchName", wanted.hyperv.switch_name}, {"isoFolder", host_.image_folder(wanted)}},
                          ToolEffect::looks, {}, look_seconds);
  auto host = answer ? read_host(*answer) : tl::unexpected(answer.error());
  if (!host) {
    found.host = {};
    found.host.reason = host.error().message;
    return;
  }
  found.host = *std::move(host);
}

Status HypervProvider::apply(const Op& op, const ApplyContext& context, std::stop_token stop) {
  if (stop.stop_requested()) {
    return failure(ErrorKind::cancelled, id_of(op) + " was stopped before it began");
  }
  const HostWork work{host_, context, std::move(stop)};
  return std::visit([&](const auto& each) { return perform_any(work, each); }, op);
}

}  // namespace tbx
