#include "providers/hyperv/hyperv_provider.h"

#include <fmt/format.h>

#include "engine/assertion.h"
#include "providers/credentials.h"
#include "providers/hyperv/perform.h"

namespace tbx {

namespace {

template <class T>
concept OnHost = requires(const HostWork& work, const T& op) { perform(work, op); };

template <class T>
Status perform_any(const HostWork& work, const T& op) {
  if constexpr (OnHost<T>) {
    return perform(work, op);
  } else {
    TBX_ASSERT(false, "only ops of Hyper-V come here");
    return {};
  }
}

/// Behind what it is taken to mean, what Hyper-V said, which is the first of the detail's lines then.
std::string in_one_line(const Error& error) {
  const std::size_t end = error.detail.find('\n');
  return end == std::string::npos ? error.message : fmt::format("{} ({})", error.message, error.detail.substr(0, end));
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
    found.host.reason = in_one_line(host.error());
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
