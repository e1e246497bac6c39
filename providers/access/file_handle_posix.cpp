#ifndef _WIN32

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/xattr.h>
#endif

#include <cerrno>

#include "providers/access/file_handle.h"

namespace tbx {

namespace {

namespace fs = std::filesystem;

std::error_code last_error() { return {errno, std::generic_category()}; }

}  // namespace

FileHandle FileHandle::create(const fs::path& path) {
  int descriptor = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  return {descriptor, descriptor < 0 ? last_error() : std::error_code{}};
}

FileHandle FileHandle::open(const fs::path& path) {
  int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  return {descriptor, descriptor < 0 ? last_error() : std::error_code{}};
}

FileHandle::~FileHandle() { close(); }

std::error_code FileHandle::write_all(std::string_view text) {
  off_t at = 0;
  while (static_cast<std::size_t>(at) < text.size()) {
    ssize_t written = ::pwrite(descriptor_, text.data() + at, text.size() - static_cast<std::size_t>(at), at);
    if (written < 0 && errno != EINTR) {
      return last_error();
    }
    at += written < 0 ? 0 : written;
  }
  return ::ftruncate(descriptor_, at) == 0 && ::fsync(descriptor_) == 0 ? std::error_code{} : last_error();
}

std::error_code FileHandle::take_owner_and_mode_of(const fs::path& path) {
  struct stat theirs = {};
  struct stat mine = {};
  theirs.st_mode = 0644;
  if (::fstat(descriptor_, &mine) != 0) {
    return last_error();
  }
  bool is_there = ::stat(path.c_str(), &theirs) == 0;
  bool is_other_owner = is_there && (theirs.st_uid != mine.st_uid || theirs.st_gid != mine.st_gid);
  if (is_other_owner && ::fchown(descriptor_, theirs.st_uid, theirs.st_gid) != 0) {
    return last_error();
  }
  return ::fchmod(descriptor_, theirs.st_mode & 07777) == 0 ? std::error_code{} : last_error();
}

std::error_code FileHandle::close() {
  int descriptor = std::exchange(descriptor_, -1);
  return descriptor < 0 || ::close(descriptor) == 0 ? std::error_code{} : last_error();
}

bool has_more_than_a_rename_keeps(const fs::path& path) {
  struct stat found = {};
  if (::stat(path.c_str(), &found) != 0) {
    return false;
  }
#ifdef __linux__
  if (::listxattr(path.c_str(), nullptr, 0) > 0) {
    return true;
  }
#endif
  return found.st_nlink > 1;
}

std::error_code exchange(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) {
    return last_error();
  }
  // Without it the new name may be gone after a power cut; the old text is then still there.
  int folder = ::open(to.has_parent_path() ? to.parent_path().c_str() : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) {
    ::fsync(folder);
    ::close(folder);
  }
  return {};
}

}  // namespace tbx

#endif
