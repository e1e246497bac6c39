// Boot images and disks.
#include <fmt/format.h>

#include "engine/machine_config.h"
#include "providers/credentials.h"
#include "providers/hyperv/mark_text.h"
#include "providers/hyperv/perform.h"
#include "providers/json_place.h"
#include "providers/poll.h"

namespace tbx {

namespace {

using nlohmann::json;

constexpr std::int64_t gibibyte = 1 << 30;
/// A request never blocks longer: the next one goes on where it stopped.
constexpr double seconds_of_a_request = 15;
/// Of a server that can't go on in the middle.
constexpr double seconds_to_download = 1600;
/// A file that a scanner holds is waited for in the script.
constexpr double seconds_to_delete = 90;

/// "v1.12.4-amd64" or "v1.12.4-amd64-0a1b2c3d".
std::string image_url(const ClusterSpec& spec, const std::string& image) {
  const std::size_t dash = image.find('-');
  const std::string arch = image.substr(dash + 1, image.find('-', dash + 1) - dash - 1);
  return fmt::format("https://factory.talos.dev/image/{}/{}/metal-{}.iso",
                     spec.schematic.empty() ? stock_schematic : spec.schematic, image.substr(0, dash), arch);
}

std::int64_t number(const json& answer, const char* key) {
  const json& value = at(answer, {key});
  return value.is_number() ? value.get<std::int64_t>() : 0;
}

std::string progress(std::int64_t bytes, std::int64_t total) {
  return total > 0 ? fmt::format("{} of {} MB", bytes >> 20, total >> 20) : fmt::format("{} MB", bytes >> 20);
}

}  // namespace

Result<json> HostWork::ask(std::string_view script, json arguments, ToolEffect effect, double deadline_seconds) const {
  const std::string cluster_id = CredentialReader(host.credentials).observe().cluster_id;
  return host.ask(script, context.spec, cluster_id.empty() ? context.found.credentials.cluster_id : cluster_id,
                  std::move(arguments), effect, stop, deadline_seconds);
}

Status perform(const HostWork& work, const DownloadImage& op) {
  while (true) {
    auto answer = work.ask("image-fetch",
                           {{"isoFolder", work.host.image_folder(work.context.spec)},
                            {"image", op.target},
                            {"url", image_url(work.context.spec, op.target)},
                            {"seconds", seconds_of_a_request}},
                           ToolEffect::looks, seconds_to_download);
    if (!answer) return tl::unexpected(answer.error());
    if (at(*answer, {"done"}) == true) return {};
    work.context.waiting_for(progress(number(*answer, "bytes"), number(*answer, "total")));
    if (!pause(work.stop, 0)) return failure(ErrorKind::cancelled, "stopped while the image was downloaded");
  }
}

Status perform(const HostWork& work, const CreateDisk& op) {
  Mark mark = op.mark;
  if (mark.cluster_id.empty()) mark.cluster_id = CredentialReader(work.host.credentials).observe().cluster_id;
  auto answer =
      work.ask("disk-create", {{"node", op.target}, {"sizeBytes", op.size_gib * gibibyte}, {"mark", mark_text(mark)}},
               ToolEffect::changes);
  return answer ? Status() : tl::unexpected(answer.error());
}

Status perform(const HostWork& work, const GrowDisk& op) {
  auto answer = work.ask("disk-grow", {{"node", op.target}, {"path", op.path}, {"sizeBytes", op.size_gib * gibibyte}},
                         ToolEffect::changes);
  return answer ? Status() : tl::unexpected(answer.error());
}

Status perform(const HostWork& work, const DeleteDisk& op) {
  auto answer =
      work.ask("disk-delete", {{"node", op.target}, {"path", op.path}}, ToolEffect::changes, seconds_to_delete);
  return answer ? Status() : tl::unexpected(answer.error());
}

}  // namespace tbx
