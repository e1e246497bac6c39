#ifdef _WIN32

#include <fcntl.h>
#include <io.h>
#include <sys/stat.h>
#include <windows.h>

#include <algorithm>
#include <cerrno>

#include "providers/access/file_handle.h"

namespace tbx {

namespace {

namespace fs = std::filesystem;

std::error_code last_error() { return {errno, std::generic_category()}; }

}  // namespace

FileHandle FileHandle::create(const fs::path& path) {
  int descriptor = ::_wopen(path.c_str(), _O_CREAT | _O_EXCL | _O_WRONLY | _O_BINARY, _S_IREAD | _S_IWRITE);
  return {descriptor, descriptor < 0 ? last_error() : std::error_code{}};
}

FileHandle FileHandle::open(const fs::path& path) {
  int descriptor = ::_wopen(path.c_str(), _O_WRONLY | _O_BINARY);
  return {descriptor, descriptor < 0 ? last_error() : std::error_code{}};
}

FileHandle::~FileHandle() { close(); }

std::error_code FileHandle::write_all(std::string_view text) {
  if (::_lseek(descriptor_, 0, SEEK_SET) < 0) {
    return last_error();
  }
  constexpr std::size_t most_at_once = 1U << 30U;
  std::size_t at = 0;
  while (at < text.size()) {
    auto size = static_cast<unsigned>(std::min(text.size() - at, most_at_once));
    int written = ::_write(descriptor_, text.data() + at, size);
    if (written <= 0) {
      return last_error();
    }
    at += static_cast<std::size_t>(written);
  }
  bool is_on_disk = ::_chsize_s(descriptor_, static_cast<long long>(at)) == 0 && ::_commit(descriptor_) == 0;
  return is_on_disk ? std::error_code{} : last_error();
}

/// The folder's access list is inherited by a new file, and `exchange` keeps that of an old one.
std::error_code FileHandle::take_owner_and_mode_of(const fs::path&) { return {}; }

std::error_code FileHandle::close() {
  int descriptor = std::exchange(descriptor_, -1);
  return descriptor < 0 || ::_close(descriptor) == 0 ? std::error_code{} : last_error();
}

bool has_more_than_a_rename_keeps(const fs::path& path) {
  std::error_code error;
  return fs::hard_link_count(path, error) > 1 && !error;
}

std::error_code exchange(const fs::path& from, const fs::path& to) {
  std::error_code error;
  if (!fs::exists(to, error)) {
    fs::rename(from, to, error);
    return error;
  }
  bool exchanged = ::ReplaceFileW(to.c_str(), from.c_str(), nullptr, REPLACEFILE_IGNORE_MERGE_ERRORS, nullptr, nullptr);
  return exchanged ? std::error_code{} : std::error_code(static_cast<int>(::GetLastError()), std::system_category());
}

}  // namespace tbx

#endif
