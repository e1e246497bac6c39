// Files that a command writes because it was asked to.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace tbx {

/// Replaces the file in one step, so that nobody reads half of it. A symbolic link goes on leading to its file, and the
/// file keeps its mode. Or why it can't be written.
std::optional<std::string> write_file(const std::filesystem::path& path, std::string_view text);

}  // namespace tbx
