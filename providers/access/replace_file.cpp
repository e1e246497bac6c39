#include "providers/access/replace_file.h"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <random>
#include <system_error>

#include <fmt/format.h>

#include "providers/access/file_handle.h"
#include "specs/load.h"

namespace tbx {

namespace {

namespace fs = std::filesystem;
using Replaced = tl::expected<void, ReplaceFailure>;

bool is_permission(const std::error_code& error) {
  return error == std::errc::permission_denied || error == std::errc::operation_not_permitted ||
         error == std::errc::read_only_file_system;
}

tl::unexpected<ReplaceFailure> failed(const std::error_code& error) {
  return tl::unexpected(
      ReplaceFailure{is_permission(error) ? ReplaceTrouble::not_permitted : ReplaceTrouble::failed, error.message()});
}

tl::unexpected<ReplaceFailure> changed_meanwhile() {
  return tl::unexpected(ReplaceFailure{ReplaceTrouble::changed_meanwhile, "somebody else changed it meanwhile"});
}

bool says(const fs::path& path, std::string_view expected) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {}) == expected;
}

fs::path with_ending(fs::path path, const std::string& ending) {
  path += ending;
  return path;
}

/// Removes what was written beside, unless it took its place.
struct FileBeside {
  fs::path path;
  bool is_kept = false;
  ~FileBeside() {
    std::error_code error;
    if (!is_kept) fs::remove(path, error);
  }
};

/// False: here it has to be written in place.
tl::expected<bool, ReplaceFailure> replace_by_rename(const fs::path& path, std::string_view expected,
                                                     std::string_view text) {
  if (has_more_than_a_rename_keeps(path)) {
    return false;
  }
  fs::path place = with_ending(path, fmt::format(".{:08x}.tbx-new", std::random_device{}()));
  FileHandle file = FileHandle::create(place);
  if (std::error_code error = file.error()) {
    return is_permission(error) ? tl::expected<bool, ReplaceFailure>(false) : failed(error);
  }
  FileBeside beside{place};
  if (std::error_code error = file.write_all(text)) {
    return failed(error);
  }
  if (file.take_owner_and_mode_of(path)) {
    return false;
  }
  if (std::error_code error = file.close()) {
    return failed(error);
  }
  if (!says(path, expected)) {
    return tl::unexpected(changed_meanwhile().value());
  }
  if (exchange(place, path)) {
    return false;
  }
  beside.is_kept = true;
  return true;
}

/// Beside the file, so that it is found; elsewhere where this user may write the file but not its folder.
tl::expected<fs::path, ReplaceFailure> write_backup(const fs::path& path, std::string_view text) {
  fs::path place = with_ending(path, ".tbx-backup");
  FileHandle file = FileHandle::create(place);
  if (file.error() == std::errc::file_exists) {
    return tl::unexpected(
        ReplaceFailure{ReplaceTrouble::failed,
                       fmt::format("{} is left of a write that was cut off: see which of the two is right, keep "
                                   "that one, and remove the backup",
                                   text_from_path(place))});
  }
  if (is_permission(file.error())) {
    std::error_code error;
    fs::path name = with_ending(path.filename(), fmt::format(".{:08x}.tbx-backup", std::random_device{}()));
    place = fs::temp_directory_path(error) / name;
    file = FileHandle::create(place);
  }
  std::error_code error = file.error() ? file.error() : file.write_all(text);
  if (error) {
    return failed(error);
  }
  return place;
}

Replaced replace_in_place(const fs::path& path, std::string_view expected, std::string_view text) {
  FileHandle file = FileHandle::open(path);
  if (std::error_code error = file.error()) {
    return failed(error);
  }
  auto backup = write_backup(path, expected);
  if (!backup) {
    return tl::unexpected(backup.error());
  }
  FileBeside beside{*backup};
  if (!says(path, expected)) {
    return changed_meanwhile();
  }
  std::error_code error = file.write_all(text);
  if (!error) {
    return {};
  }
  if (file.write_all(expected)) {
    beside.is_kept = true;
    return tl::unexpected(
        ReplaceFailure{ReplaceTrouble::failed,
                       fmt::format("{}; what it said is kept in {}", error.message(), text_from_path(*backup))});
  }
  return failed(error);
}

}  // namespace

Replaced replace_file(const fs::path& path, std::string_view expected, std::string_view text) {
  std::error_code error;
  bool is_link = fs::is_symlink(path, error);
  fs::path target = is_link ? fs::canonical(path, error) : path;
  if (is_link && error) {
    return failed(error);
  }
  auto renamed = replace_by_rename(target, expected, text);
  if (!renamed) {
    return tl::unexpected(renamed.error());
  }
  return *renamed ? Replaced{} : replace_in_place(target, expected, text);
}

}  // namespace tbx
