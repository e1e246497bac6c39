#include "providers/hyperv/host.h"

#include "providers/hyperv/host_look.h"
#include "providers/hyperv/host_scripts.h"
#include "providers/hyperv/hyperv_failure.h"
#include "specs/load.h"

namespace tbx {

using nlohmann::json;

Result<json> Host::ask(std::string_view script, const ClusterSpec& spec, const std::string& cluster_id, json arguments,
                       ToolEffect effect, const std::stop_token& stop, double deadline_seconds) const {
  arguments["root"] = spec.hyperv.path;
  arguments["cluster"] = spec.name;
  arguments["clusterId"] = cluster_id;
  auto answer = powershell.ask({.script = host_script(script),
                                .arguments = std::move(arguments),
                                .deadline_seconds = deadline_seconds,
                                .effect = effect},
                               stop);
  if (answer) return *std::move(answer);
  return tl::unexpected(hyperv_error(answer.error()));
}

Result<HostState> Host::look(const ClusterSpec& spec, const std::string& cluster_id,
                             const std::stop_token& stop) const {
  auto answer =
      ask("observe", spec, cluster_id, {{"switchName", spec.hyperv.switch_name}, {"isoFolder", image_folder(spec)}},
          ToolEffect::looks, stop);
  return answer ? read_host(*answer) : tl::unexpected(answer.error());
}

std::string Host::image_folder(const ClusterSpec& spec) const {
  if (!spec.hyperv.iso_path.empty()) return spec.hyperv.iso_path;
  return text_from_path((std::filesystem::absolute(credentials) / ".." / ".." / "iso").lexically_normal());
}

}  // namespace tbx
