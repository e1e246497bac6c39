#include "providers/helm/chart_digest.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <vector>

#include <fmt/format.h>

#include "providers/chart_source.h"
#include "specs/load.h"
#include "specs/sha256.h"

namespace tbx {

namespace {

namespace fs = std::filesystem;

/// A release's Secret takes 1 MiB of the packed chart; what is much larger is no chart.
constexpr std::uintmax_t most_bytes = std::uintmax_t{64} << 20U;
constexpr std::size_t digits = 16;

tl::unexpected<Error> unreadable(const fs::path& path, const std::string& why) {
  return failure(ErrorKind::rejected, fmt::format("the chart {} can't be read: {}", text_from_path(path), why));
}

bool is_left_out(const std::string& name) {
  constexpr std::array<std::string_view, 5> endings{".swp", ".bak", ".tmp", ".orig", "~"};
  return name.starts_with('.') ||
         std::ranges::any_of(endings, [&](std::string_view ending) { return name.ends_with(ending); });
}

/// All files of the folder, by their paths below it, sorted.
Result<std::vector<fs::path>> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (is_left_out(text_from_path(at->path().filename()))) {
      at.disable_recursion_pending();
    } else if (at->is_regular_file(error)) {
      files.push_back(at->path().lexically_relative(folder));
    }
  }
  if (error) return unreadable(folder, error.message());
  std::ranges::sort(files);
  return files;
}

/// Adds what the file holds; false when it can't be read, or is too much.
bool append_content(const fs::path& file, std::string& content) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(file, error);
  if (error || size + content.size() > most_bytes) return false;
  std::ifstream in(file, std::ios::binary);
  const std::size_t before = content.size();
  content.resize(before + size);
  return static_cast<bool>(in.read(content.data() + before, static_cast<std::streamsize>(size)));
}

}  // namespace

Result<std::string> chart_digest(const fs::path& chart) {
  std::error_code error;
  const bool is_folder = fs::is_directory(chart, error);
  Result<std::vector<fs::path>> files = is_folder ? files_in(chart) : std::vector<fs::path>{""};
  if (!files) return tl::unexpected(files.error());
  std::string content;
  for (const fs::path& file : *files) {
    std::string name = text_from_path(file);
    std::ranges::replace(name, '\\', '/');
    // With its length, so that no file's end can pass for another's name.
    content += fmt::format("{}:{}", name.size(), name);
    const std::size_t before = content.size();
    if (!append_content(is_folder ? chart / file : chart, content)) {
      return unreadable(is_folder ? chart / file : chart, "it is not there, or too large for a chart");
    }
    content += fmt::format(":{}", content.size() - before);
  }
  return sha256_hex(content).substr(0, digits);
}

Result<std::string> digest_of(const AddonSpec& addon, const fs::path& credentials) {
  if (!is_local_chart(addon)) return "";
  auto chart = chart_source(addon, credentials);
  return chart ? chart_digest(path_from_text(*chart)) : tl::unexpected(chart.error());
}

}  // namespace tbx
