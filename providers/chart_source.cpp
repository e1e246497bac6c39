#include "providers/chart_source.h"

#include <fmt/format.h>

#include "specs/load.h"
#include "specs/mask.h"

namespace tbx {

bool is_local_chart(const AddonSpec& addon) { return addon.repo.empty() && !addon.chart.starts_with("oci://"); }

Result<std::string> chart_source(const AddonSpec& addon, const std::filesystem::path& credentials) {
  if (is_secret_value(addon.repo)) {
    return failure(ErrorKind::rejected,
                   fmt::format("the address of the repository of {} holds a password, which would stand in helm's "
                               "arguments for everybody to read: use an oci:// chart and `helm registry login`, or a "
                               "chart in a folder",
                               addon.name));
  }
  if (!is_local_chart(addon)) {
    return addon.chart;
  }
  const std::filesystem::path spec_folder = std::filesystem::absolute(credentials) / ".." / "..";
  return text_from_path((spec_folder / path_from_text(addon.chart)).lexically_normal());
}

}  // namespace tbx
