#include "providers/hyperv/hyperv_provider.h"

#include "engine/assertion.h"
#include "engine/one_of.h"
#include "providers/credentials.h"
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

}  // namespace

void HypervProvider::observe(const ClusterSpec& wanted, const Scope& scope, Observed& found) {
  found.credentials = CredentialReader(host_.credentials).observe();
  if (auto recent = looks_.recent(scope)) {
    found.host = *std::move(recent);
    return;
  }
  auto host = looks_.fresh(host_, wanted, found.credentials.cluster_id, {});
  if (!host) {
    found.host = {};
    found.host.reason = host.error().message;
    return;
  }
  found.host = *std::move(host);
}

Status HypervProvider::apply(const Op& op, const ApplyContext& context, std::stop_token stop) {
  if (stop.stop_requested()) {
    return stopped_before_it_began(op);
  }
  const bool is_download = std::holds_alternative<DownloadImage>(op);
  const HostWork work{is_download ? downloads_ : host_, looks_, context, std::move(stop)};
  Status status = std::visit([&](const auto& each) { return perform_any(work, each); }, op);
  if (is_download) looks_.forget();
  return status;
}

}  // namespace tbx
