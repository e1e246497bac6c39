// Writes beside the file first, then renames.
#include "cli/files.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "specs/load.h"

namespace tbx {

std::optional<std::string> write_file(const std::filesystem::path& path, std::string_view text) {
  const auto problem = [&](std::string_view why) {
    return fmt::format("{} can't be written: {}", text_from_path(path), why);
  };
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored) && !std::filesystem::is_regular_file(path, ignored)) {
    // A device or a pipe, such as /dev/stdout, is written as it is.
    std::ofstream stream(path, std::ios::binary);
    stream.write(text.data(), static_cast<std::streamsize>(text.size()));
    return stream.flush() ? std::nullopt : std::optional(problem(std::strerror(errno)));
  }
  const bool is_there = std::filesystem::exists(path, ignored);
  std::error_code error;
  const std::filesystem::path target = is_there ? std::filesystem::canonical(path, error) : path;
  if (error) return problem(error.message());
  std::filesystem::path draft = target;
  draft += ".new";
  std::ofstream stream(draft, std::ios::binary | std::ios::trunc);
  stream.write(text.data(), static_cast<std::streamsize>(text.size()));
  stream.close();
  if (!stream) return problem(std::strerror(errno));
  if (is_there) std::filesystem::permissions(draft, std::filesystem::status(target, ignored).permissions(), error);
  if (!error) std::filesystem::rename(draft, target, error);
  if (!error) return {};
  std::filesystem::remove(draft, ignored);
  return problem(error.message());
}

}  // namespace tbx
