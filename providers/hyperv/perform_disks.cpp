// Boot images and disks.
#include <fmt/format.h>

#include "providers/hyperv/perform.h"
#include "providers/json_place.h"
#include "providers/poll.h"
#include "specs/quantity.h"

namespace tbx {

namespace {

using nlohmann::json;

/// A request never blocks longer: the next one goes on where it stopped.
constexpr double seconds_of_a_request = 15;
/// Of a server that can't go on in the middle: it is read to the end.
constexpr double seconds_to_the_end = 1500;
constexpr double seconds_to_download = seconds_to_the_end + 100;
/// A file that a scanner holds is waited for in the script.
constexpr double seconds_to_delete = 90;

struct ImageSource {
  std::string url;
  std::string sums_url;      ///< what sha256sum prints, of this image and maybe others
  bool must_verify = false;  ///< an image that it does not name is not taken
};

/// `image`: "v1.12.4-amd64" or "v1.12.4-amd64-0a1b2c3d". The stock image is the release's own, whose checksums are
/// published. That of a schematic is the Image Factory's, which gives checksums to some only (402 Payment Required).
/// Source: siderolabs/image-factory, docs/api.md, "Checksums"; the assets of siderolabs/talos' releases.
ImageSource image_source(const ClusterSpec& spec, const std::string& image) {
  const std::size_t dash = image.find('-');
  const std::string version = image.substr(0, dash);
  const std::string arch = image.substr(dash + 1, image.find('-', dash + 1) - dash - 1);
  if (spec.schematic.empty()) {
    const std::string release = "https://github.com/siderolabs/talos/releases/download/" + version;
    return {fmt::format("{}/metal-{}.iso", release, arch), release + "/sha256sum.txt", true};
  }
  const std::string url =
      fmt::format("https://factory.talos.dev/image/{}/{}/metal-{}.iso", spec.schematic, version, arch);
  return {url, url + ".sha256", false};
}

std::string progress(std::int64_t bytes, std::int64_t total) {
  return total > 0 ? fmt::format("{} of {} MB", bytes / mebibyte, total / mebibyte)
                   : fmt::format("{} MB", bytes / mebibyte);
}

}  // namespace

Status perform(const HostWork& work, const DownloadImage& op) {
  const ImageSource source = image_source(work.context.spec, op.target);
  // Whatever became of a request, the next one goes on with the part that is there: nothing has to be found out first.
  while (true) {
    auto answer = work.ask("image-fetch",
                           {{"isoFolder", work.host.image_folder(work.context.spec)},
                            {"image", op.target},
                            {"url", source.url},
                            {"sumsUrl", source.sums_url},
                            {"mustVerify", source.must_verify},
                            {"seconds", seconds_of_a_request},
                            {"secondsToTheEnd", seconds_to_the_end}},
                           ToolEffect::looks, seconds_to_download);
    if (!answer) return tl::unexpected(answer.error());
    if (at(*answer, {"done"}) == true) return {};
    work.context.waiting_for(progress(number_at(*answer, {"bytes"}), number_at(*answer, {"total"})));
    if (work.stop.stop_requested()) return failure(ErrorKind::cancelled, "stopped while the image was downloaded");
  }
}

Status perform(const HostWork& work, const CreateDisk& op) {
  return work.change("disk-create", op.target,
                     {{"sizeBytes", op.size_gib * gibibyte}, {"mark", work.mark_with_id(op.mark)}});
}

Status perform(const HostWork& work, const GrowDisk& op) {
  return work.change("disk-grow", op.target, {{"path", op.path}, {"sizeBytes", op.size_gib * gibibyte}});
}

Status perform(const HostWork& work, const DeleteDisk& op) {
  return work.change("disk-delete", op.target, {{"path", op.path}}, seconds_to_delete);
}

}  // namespace tbx
