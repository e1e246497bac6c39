#include "providers/private_work_folder.h"

#include <chrono>
#include <string_view>

#include <fmt/format.h>

#include "providers/private_file.h"
#include "specs/load.h"

namespace tbx {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view prefix = ".work-";
constexpr auto nobody_works_so_long = std::chrono::hours(24);

/// For its owner only, as everything with secrets.
void make_private(const fs::path& folder, std::error_code& error) {
  if (fs::create_directories(folder, error) && !error) {
    fs::permissions(folder, fs::perms::owner_all, error);
  }
}

bool is_work_folder(const fs::directory_entry& entry) {
  std::error_code error;
  return entry.is_directory(error) && text_from_path(entry.path().filename()).starts_with(prefix);
}

/// What a killed tbx left behind.
void sweep(const fs::path& beside) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(beside, error)) {
    const auto age = fs::file_time_type::clock::now() - entry.last_write_time(error);
    if (!error && is_work_folder(entry) && age > nobody_works_so_long) {
      fs::remove_all(entry.path(), error);
    }
  }
}

}  // namespace

Result<PrivateWorkFolder> PrivateWorkFolder::make(const fs::path& beside) {
  std::error_code error;
  make_private(beside, error);
  sweep(beside);
  for (int attempt = 0; !error && attempt < 1000; ++attempt) {
    fs::path path = beside / fmt::format("{}{}", prefix, attempt);
    if (fs::create_directory(path, error) && !error) {
      fs::permissions(path, fs::perms::owner_all, error);
      return PrivateWorkFolder(path);
    }
  }
  return failure(ErrorKind::rejected, fmt::format("no file can be written to {}", text_from_path(beside)),
                 error.message());
}

PrivateWorkFolder::~PrivateWorkFolder() {
  std::error_code ignored;
  if (!path_.empty()) {
    fs::remove_all(path_, ignored);
  }
}

void PrivateWorkFolder::remove_all(const fs::path& beside) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(beside, error)) {
    if (is_work_folder(entry)) {
      fs::remove_all(entry.path(), error);
    }
  }
}

Result<fs::path> PrivateWorkFolder::write(const std::string& name, std::string_view text) const {
  fs::path path = path_ / name;
  if (Status written = write_private_file(path, text); !written) {
    return tl::unexpected(written.error());
  }
  return path;
}

}  // namespace tbx
