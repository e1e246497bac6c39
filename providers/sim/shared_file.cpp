#include "providers/sim/shared_file.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>

#include <fmt/format.h>

#ifdef _WIN32
#include <io.h>
#include <windows.h>
#else
#include <sys/file.h>
#include <unistd.h>
#endif

namespace tbx::sim {

namespace {

#ifdef _WIN32
constexpr int reading = _O_RDONLY | _O_BINARY;
constexpr int appending = _O_RDWR | _O_APPEND | _O_CREAT | _O_BINARY;
int open_path(const std::filesystem::path& path, int flags) {
  return _wopen(path.c_str(), flags, _S_IREAD | _S_IWRITE);
}
long read_at(int file, char* data, std::size_t size, std::uint64_t offset) {
  return _lseeki64(file, static_cast<long long>(offset), SEEK_SET) < 0 ? -1
                                                                       : _read(file, data, static_cast<unsigned>(size));
}
long write_some(int file, const char* data, std::size_t size) {
  return _write(file, data, static_cast<unsigned>(size));
}
bool cut_file(int file, std::uint64_t size) { return _chsize_s(file, static_cast<long long>(size)) == 0; }
void close_file(int file) { _close(file); }
void set_lock(int file, bool held) {
  OVERLAPPED place{};
  place.OffsetHigh = 0x40000000;  // beyond the contents, so that reading goes on
  auto handle = reinterpret_cast<HANDLE>(_get_osfhandle(file));
  held ? LockFileEx(handle, LOCKFILE_EXCLUSIVE_LOCK, 0, 1, 0, &place) : UnlockFileEx(handle, 0, 1, 0, &place);
}
#else
constexpr int reading = O_RDONLY | O_CLOEXEC;
constexpr int appending = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC;
int open_path(const std::filesystem::path& path, int flags) { return ::open(path.c_str(), flags, 0600); }
long read_at(int file, char* data, std::size_t size, std::uint64_t offset) {
  return ::pread(file, data, size, static_cast<off_t>(offset));
}
long write_some(int file, const char* data, std::size_t size) { return ::write(file, data, size); }
bool cut_file(int file, std::uint64_t size) { return ::ftruncate(file, static_cast<off_t>(size)) == 0; }
void close_file(int file) { ::close(file); }
void set_lock(int file, bool held) {
  while (::flock(file, held ? LOCK_EX : LOCK_UN) != 0 && errno == EINTR) {
  }
}
#endif

tl::unexpected<Error> failed(const char* what) {
  return failure(ErrorKind::rejected, fmt::format("can't be {}: {}", what, std::strerror(errno)));
}

}  // namespace

Result<SharedFile> SharedFile::open(const std::filesystem::path& path, Mode mode) {
  SharedFile file;
  file.descriptor_ = open_path(path, mode == Mode::read ? reading : appending);
  if (file.is_open() || (mode == Mode::read && errno == ENOENT)) {
    return file;
  }
  return failed("opened");
}

SharedFile::SharedFile(SharedFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

SharedFile& SharedFile::operator=(SharedFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

SharedFile::~SharedFile() {
  if (is_open()) {
    close_file(descriptor_);
  }
}

std::uint64_t SharedFile::size() const {
  struct stat facts {};
  return ::fstat(descriptor_, &facts) == 0 ? static_cast<std::uint64_t>(facts.st_size) : 0;
}

bool SharedFile::is_still_at(const std::filesystem::path& path) const {
  struct stat mine {};
  struct stat there {};
  return ::fstat(descriptor_, &mine) == 0 && ::stat(path.string().c_str(), &there) == 0 &&
         mine.st_ino == there.st_ino && mine.st_dev == there.st_dev;
}

Result<std::string> SharedFile::read_from(std::uint64_t offset) const {
  std::uint64_t end = size();
  std::string text(end > offset ? end - offset : 0, '\0');
  std::size_t have = 0;
  while (have < text.size()) {
    long count = read_at(descriptor_, text.data() + have, text.size() - have, offset + have);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      return failed("read");
    }
    if (count == 0) {
      break;
    }
    have += static_cast<std::size_t>(count);
  }
  text.resize(have);
  return text;
}

Status SharedFile::append(std::string_view text) {
  std::uint64_t before = size();
  long written = write_some(descriptor_, text.data(), text.size());
  if (written == static_cast<long>(text.size())) {
    return {};
  }
  int reason = errno;
  cut_file(descriptor_, before);
  errno = written < 0 ? reason : ENOSPC;
  return failed("written");
}

Status SharedFile::cut(std::uint64_t size) {
  if (!cut_file(descriptor_, size)) {
    return failed("written");
  }
  return {};
}

void SharedFile::lock() { set_lock(descriptor_, true); }
void SharedFile::unlock() { set_lock(descriptor_, false); }

}  // namespace tbx::sim
