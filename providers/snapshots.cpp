#include "providers/snapshots.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include <fmt/format.h>

namespace tbx {

namespace {

namespace fs = std::filesystem;

/// Of a name as next_snapshot gives them.
std::optional<int> number_of(const std::string& name) {
  std::size_t end = name.find("-before-");
  int number = 0;
  auto [rest, error] = std::from_chars(name.data(), name.data() + std::min(end, name.size()), number);
  bool is_ours = end != std::string::npos && error == std::errc{} && rest == name.data() + end;
  return is_ours && name.ends_with(".snapshot") ? std::optional(number) : std::nullopt;
}

/// Number and file, oldest first.
std::vector<std::pair<int, fs::path>> numbered_snapshots(const fs::path& folder) {
  std::vector<std::pair<int, fs::path>> found;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    if (auto number = number_of(entry.path().filename().string())) {
      found.emplace_back(*number, entry.path());
    }
  }
  std::ranges::sort(found);
  return found;
}

Error not_written(const fs::path& path, const std::error_code& error) {
  return {ErrorKind::rejected, fmt::format("{} can't be written: {}", path.string(), error.message()), ""};
}

}  // namespace

Result<fs::path> next_snapshot(const fs::path& folder, std::string_view target) {
  std::error_code error;
  if (fs::create_directories(folder, error); error) {
    return tl::unexpected(not_written(folder, error));
  }
  fs::permissions(folder, fs::perms::owner_all, error);
  auto found = numbered_snapshots(folder);
  int number = found.empty() ? 1 : found.back().first + 1;
  return folder / fmt::format("{:04}-before-{}.snapshot", number, target);
}

Status forget_old_snapshots(const fs::path& folder) {
  auto found = numbered_snapshots(folder);
  for (std::size_t i = 0; i + kept_snapshots < found.size(); ++i) {
    std::error_code error;
    if (fs::remove(found[i].second, error); error) {
      return tl::unexpected(Error{
          ErrorKind::rejected,
          fmt::format("the old snapshot {} can't be deleted: {}", found[i].second.string(), error.message()), ""});
    }
  }
  return {};
}

}  // namespace tbx
