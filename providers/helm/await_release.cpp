// Waits for what a release brings.
#include <fmt/format.h>

#include "providers/helm/ready_gates.h"
#include "providers/helm/release_look.h"
#include "providers/helm/release_work.h"
#include "providers/poll.h"

namespace tbx {

namespace {

/// What is not so yet; empty: all is.
using Missing = Result<std::string>;

Missing missing_of_release(const ReleaseWork& work, const AddonSpec& addon) {
  auto record = read_record(work, addon.namespace_name);
  if (!record) return tl::unexpected(record.error());
  if (!*record) return failure(ErrorKind::rejected, fmt::format("release {} is absent", work.name));
  const std::string& status = (**record).status;
  return status == "deployed" ? "" : fmt::format("its status is {}", status);
}

Missing missing_of_gates(const ReleaseWork& work, const AddonSpec& addon) {
  auto sentences = read_not_ready(work.tools.kubectl, work.address, addon, work.tools.stop);
  return sentences ? Missing(joined_sentences(*sentences)) : tl::unexpected(sentences.error());
}

/// Nothing comes of waiting for a release that is not there, so that is asked first; its record is large, so it is
/// asked again only when all its gates are open.
class ReleaseWait {
 public:
  ReleaseWait(const ReleaseTools& tools, const AddonSpec& addon)
      : tools_(tools), addon_(addon), found_(tools.context.found) {}

  Missing missing() {
    auto work = begin_work(tools_, addon_.name, found_);
    if (!work) {
      // A machine that restarts may come back with another address.
      if (tools_.context.look_at_host) tools_.context.look_at_host(found_);
      return tl::unexpected(work.error());
    }
    if (!is_known_) {
      Missing release = missing_of_release(*work, addon_);
      is_known_ = release && release->empty();
      if (!is_known_) return release;
    }
    Missing gates = missing_of_gates(*work, addon_);
    return gates && gates->empty() ? missing_of_release(*work, addon_) : gates;
  }

 private:
  const ReleaseTools& tools_;
  const AddonSpec& addon_;
  Observed found_;
  bool is_known_ = false;
};

}  // namespace

Status perform(const AwaitRelease& op, const ReleaseTools& tools) {
  auto addon = addon_of(tools, op.target);
  if (!addon) return tl::unexpected(addon.error());
  ReleaseWait wait(tools, **addon);
  const std::string what = "waiting for the release " + op.target;
  while (true) {
    Missing missing = wait.missing();
    if (tools.stop.stop_requested()) return stopped(what);
    if (!missing && !is_retryable(missing.error().kind)) return tl::unexpected(missing.error());
    if (missing && missing->empty()) return {};
    tools.context.waiting_for(missing ? *missing : missing.error().message);
    if (!pause(tools.stop, poll_seconds)) return stopped(what);
  }
}

}  // namespace tbx
