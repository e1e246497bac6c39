#include "providers/helm/release_work.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/ownership.h"
#include "providers/api_server.h"
#include "providers/credentials.h"
#include "providers/helm/release_look.h"

namespace tbx {

Result<ReleaseWork> begin_work(const ReleaseTools& tools, const std::string& name, const Observed& found) {
  auto endpoint = api_for_action(tools.context.spec, found, tools.credentials);
  if (!endpoint) return tl::unexpected(endpoint.error());
  auto secrets = read_secrets(tools.credentials);
  if (!secrets) return tl::unexpected(secrets.error());
  return ReleaseWork{tools, name, endpoint->address, cluster_id_from(secrets->id)};
}

Result<std::optional<ReleaseRecord>> read_record(const ReleaseWork& work, const std::string& namespace_name) {
  auto records = read_records(work.tools.kubectl, work.address, {work.name}, work.tools.stop);
  if (!records) return tl::unexpected(records.error());
  if (records->empty()) return std::optional<ReleaseRecord>();
  auto own = std::ranges::find(*records, namespace_name, &ReleaseRecord::namespace_name);
  return std::optional(std::move(own == records->end() ? records->front() : *own));
}

Result<const AddonSpec*> addon_of(const ReleaseTools& tools, const std::string& name) {
  const AddonSpec* addon = wanted_addon(tools.context.spec, name);
  if (addon != nullptr) return addon;
  return failure(ErrorKind::rejected, fmt::format("the file has no addon {}", name));
}

tl::unexpected<Error> stopped(const std::string& what) { return failure(ErrorKind::cancelled, what + " was stopped"); }

}  // namespace tbx
