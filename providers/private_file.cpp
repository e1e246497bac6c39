#include "providers/private_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>

#include <fmt/format.h>

#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#include <sys/stat.h>
#else
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace tbx {

namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> cannot(const char* what, const fs::path& path, const std::string& why) {
  return failure(ErrorKind::rejected, fmt::format("cannot {} {}", what, path.string()), why);
}

#ifdef _WIN32
int open_new(const fs::path& path) {
  return _wopen(path.c_str(), _O_CREAT | _O_EXCL | _O_WRONLY | _O_BINARY, _S_IREAD | _S_IWRITE);
}
long write_some(int file, const char* data, std::size_t size) {
  return _write(file, data, static_cast<unsigned>(size));
}
bool sync(int file) { return _commit(file) == 0; }
void close_file(int file) { _close(file); }
#else
int open_new(const fs::path& path) { return ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600); }
long write_some(int file, const char* data, std::size_t size) { return ::write(file, data, size); }
bool sync(int file) { return ::fsync(file) == 0; }
void close_file(int file) { ::close(file); }
#endif

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    long written = write_some(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      return false;
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return sync(file);
}

Status make_private_folder(const fs::path& folder) {
  std::error_code error;
  if (folder.empty() || fs::is_directory(folder, error)) {
    return {};
  }
  fs::create_directories(folder, error);
  if (error) {
    return cannot("make the folder", folder, error.message());
  }
  fs::permissions(folder, fs::perms::owner_all, error);
  return {};
}

}  // namespace

Status write_private_file(const fs::path& path, std::string_view text) {
  if (Status made = make_private_folder(path.parent_path()); !made) {
    return made;
  }
  fs::path beside = path;
  beside += fmt::format(".{:08x}.tmp", std::random_device{}());
  int file = open_new(beside);
  if (file < 0) {
    return cannot("write", path, std::strerror(errno));
  }
  bool complete = write_all(file, text);
  std::string why = complete ? "" : std::strerror(errno);
  close_file(file);
  std::error_code error;
  if (complete) {
    fs::rename(beside, path, error);
    why = error ? error.message() : "";
  }
  if (!why.empty()) {
    fs::remove(beside, error);
    return cannot("write", path, why);
  }
  return {};
}

Result<std::string> read_private_file(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path, error)) {
    return failure(ErrorKind::unreachable, fmt::format("{} is not there", path.string()));
  }
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in.good() && !in.eof()) {
    return cannot("read", path, std::strerror(errno));
  }
  return text;
}

}  // namespace tbx
