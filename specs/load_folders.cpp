// The folders of the Windows host that a spec names.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "specs/encoding.h"
#include "specs/load_steps.h"

namespace tbx {
namespace {

/// Hyper-V's own files take no longer paths than Windows' old limit.
/// Source: hashicorp/vagrant#8128: paths of more than 260 characters, the last of which ends them.
constexpr std::size_t longest_path = 259;

bool is_separator(char letter) { return letter == '\\' || letter == '/'; }

/// "D:\vm", "D:/vm" or "\\server\share\vm".
bool is_whole(std::string_view path) {
  if (path.size() < 3) return false;
  const bool has_drive = std::isalpha(static_cast<unsigned char>(path[0])) != 0 && path[1] == ':';
  return (has_drive && is_separator(path[2])) ||
         (is_separator(path[0]) && is_separator(path[1]) && !is_separator(path[2]));
}

bool has_what_windows_forbids(std::string_view path) {
  const bool has_any = std::ranges::any_of(path, [](char letter) {
    return static_cast<unsigned char>(letter) < ' ' ||
           std::string_view("<>\"|?*").find(letter) != std::string_view::npos;
  });
  return has_any || path.find(':', 2) != std::string_view::npos;
}

std::string folder_of(Loading& loading, const Field& field) {
  const auto text = text_of(field);
  if (!text) return {};
  if (!is_whole(*text)) {
    complain(loading, field.path,
             in_quotes(*text) + " is no folder of the Windows host with its drive: write it like 'D:\\vm'");
  } else if (has_what_windows_forbids(*text)) {
    complain(loading, field.path,
             in_quotes(*text) + " can't be a folder: Windows allows no control characters, and none of < > : \" | ? *");
  }
  return *text;
}

/// Below the folder, of the node with the longest name.
std::string longest_file(const ClusterSpec& spec) {
  const auto longest = std::ranges::max_element(spec.nodes, {}, [](const NodeSpec& node) { return node.name.size(); });
  const std::string name = longest == spec.nodes.end() ? "" : longest->name;
  const std::string id(36, 'x');
  return fmt::format("\\tbx\\{0}\\{1}\\{1}\\Virtual Machines\\{2}.vmcx", spec.name, name, id);
}

}  // namespace

void load_folders(Loading& loading, const Field& spec) {
  const Field hyperv = member(spec, "hyperv");
  HypervSpec& wanted = loading.spec.hyperv;
  wanted.path = folder_of(loading, member(hyperv, "path"));
  wanted.iso_path = folder_of(loading, member(hyperv, "isoPath"));
  const std::size_t length = utf16_of(wanted.path).size() / 2 + longest_file(loading.spec).size();
  if (wanted.path.empty() || length <= longest_path) return;
  complain(loading, member(hyperv, "path").path,
           fmt::format("the folder is too deep: Hyper-V's files in it would have paths of {} letters, and at most {} "
                       "are allowed",
                       length, longest_path));
}

}  // namespace tbx
