#include "engine/journal.h"

#include <fcntl.h>

#include <cerrno>
#include <system_error>
#include <utility>

#ifdef _WIN32
#include <io.h>
#include <sys/stat.h>
#else
#include <unistd.h>
#endif

#include "engine/event_json.h"

namespace tbx {
namespace {

#ifdef _WIN32
int open_to_append(const std::filesystem::path& path) {
  return _wopen(path.c_str(), _O_WRONLY | _O_CREAT | _O_APPEND | _O_BINARY | _O_NOINHERIT, _S_IREAD | _S_IWRITE);
}
long long write_some(int file, const char* data, std::size_t size) {
  return _write(file, data, static_cast<unsigned>(size));
}
void close_file(int file) { _close(file); }
#else
int open_to_append(const std::filesystem::path& path) {
  return ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}
long long write_some(int file, const char* data, std::size_t size) { return ::write(file, data, size); }
void close_file(int file) { ::close(file); }
#endif

std::string reason() { return std::generic_category().message(errno); }

}  // namespace

Result<Journal> Journal::open(const std::filesystem::path& path, const std::string& cluster,
                              const std::string& started_at) {
  Journal journal;
  journal.path_ = path.string();
  journal.file_ = open_to_append(path);
  if (journal.file_ < 0) {
    return failure(ErrorKind::rejected, "the journal " + journal.path_ + " cannot be opened: " + reason());
  }
  journal.write_line(journal_header(cluster, started_at));
  if (!journal.status_) {
    return tl::unexpected(journal.status_.error());
  }
  return journal;
}

Journal::~Journal() { close(); }

Journal::Journal(Journal&& other) noexcept
    : file_(std::exchange(other.file_, -1)), path_(std::move(other.path_)), status_(std::move(other.status_)) {}

Journal& Journal::operator=(Journal&& other) noexcept {
  if (this != &other) {
    close();
    file_ = std::exchange(other.file_, -1);
    path_ = std::move(other.path_);
    status_ = std::move(other.status_);
  }
  return *this;
}

void Journal::close() {
  if (file_ >= 0) {
    close_file(std::exchange(file_, -1));
  }
}

void Journal::on(const Event& event, const Plan& plan, double at_seconds) {
  if (file_ >= 0) {
    write_line(event_json(event, plan, at_seconds));
  }
}

void Journal::write_line(std::string line) {
  line += '\n';
  std::string_view rest = line;
  while (!rest.empty()) {
    long long written = write_some(file_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      if (status_) {
        status_ = failure(ErrorKind::rejected, "the journal " + path_ + " cannot be written: " + reason());
      }
      return;
    }
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace tbx
