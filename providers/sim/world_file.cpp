#include "providers/sim/world_file.h"

#include <utility>

#include <fmt/format.h>

#include "providers/private_file.h"
#include "providers/sim/world_json.h"

namespace tbx::sim {

namespace {

class Unlock {
 public:
  explicit Unlock(SharedFile& file) : file_(file) {}
  ~Unlock() { file_.unlock(); }
  Unlock(const Unlock&) = delete;
  Unlock& operator=(const Unlock&) = delete;

 private:
  SharedFile& file_;
};

}  // namespace

Error WorldFile::named(Error error) const {
  error.message = fmt::format("{} {}", path_.string(), error.message);
  return error;
}

Result<WorldFile> WorldFile::open(std::filesystem::path path, std::uint64_t seed) {
  WorldFile file;
  file.path_ = std::move(path);
  file.seed_ = seed;
  std::error_code error;
  if (std::filesystem::is_directory(file.path_, error)) {
    return failure(ErrorKind::rejected, fmt::format("{} is a folder, and a world is a file", file.path_.string()));
  }
  if (Status opened = file.reopen(SharedFile::Mode::read); !opened) {
    return tl::unexpected(opened.error());
  }
  if (Status loaded = file.load(); !loaded) {
    return tl::unexpected(loaded.error());
  }
  return file;
}

WorldFile WorldFile::in_memory(World world) {
  WorldFile file;
  file.live_.world = std::move(world);
  rebuild_wakes(file.live_);
  return file;
}

Status WorldFile::reopen(SharedFile::Mode mode) {
  auto opened = SharedFile::open(path_, mode);
  if (!opened) {
    return tl::unexpected(named(opened.error()));
  }
  file_ = std::move(*opened);
  writable_ = mode == SharedFile::Mode::append;
  return {};
}

/// Reads the file from its beginning.
Status WorldFile::load() {
  ++version_;
  live_ = {};
  live_.world.clock.seed = seed_;
  read_bytes_ = 0;
  if (!file_.is_open()) {
    return {};
  }
  auto text = file_.read_from(0);
  if (!text) {
    return tl::unexpected(named(text.error()));
  }
  std::string_view rest = *text;
  std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) {
    if (parse_snapshot(rest)) {
      return tl::unexpected(named({ErrorKind::malformed_answer, "lacks the end of its last line: add a newline", ""}));
    }
    bool was_being_made = rest.empty() || std::string_view("{\"tbxWorld\"").starts_with(rest.substr(0, 11));
    return was_being_made
               ? Status{}
               : Status(tl::unexpected(named({ErrorKind::malformed_answer, "is not a world file of tbx", ""})));
  }
  auto world = parse_snapshot(rest.substr(0, end));
  if (!world) {
    return tl::unexpected(named(world.error()));
  }
  live_.world = std::move(*world);
  read_bytes_ = end + 1;
  Status taken = take_in(rest.substr(end + 1));
  rebuild_wakes(live_);
  return taken;
}

/// Pre: `text` begins where read_bytes_ stands.
Status WorldFile::take_in(std::string_view text) {
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    if (Status applied = apply_changes(text.substr(0, end), live_.world); !applied) {
      return tl::unexpected(named(applied.error()));
    }
    text.remove_prefix(end + 1);
    read_bytes_ += end + 1;
  }
  return {};
}

Result<bool> WorldFile::take_in_new_lines() {
  if (file_.size() <= read_bytes_) {
    return false;
  }
  auto text = file_.read_from(read_bytes_);
  if (!text) {
    return tl::unexpected(named(text.error()));
  }
  if (text->find('\n') == std::string::npos) {
    return false;
  }
  ++version_;
  double now = live_.now();
  std::uint64_t draws = live_.world.clock.draws;
  if (Status taken = take_in(*text); !taken) {
    return tl::unexpected(taken.error());
  }
  // Time and chance never go back, even where the other process stood earlier.
  live_.world.clock.now_seconds = std::max(now, live_.now());
  live_.world.clock.draws = std::max(draws, live_.world.clock.draws);
  rebuild_wakes(live_);
  return true;
}

Result<bool> WorldFile::refresh() {
  if (path_.empty()) {
    return false;
  }
  if (!file_.is_open() || !file_.is_still_at(path_)) {
    bool was_open = file_.is_open();
    if (Status opened = reopen(SharedFile::Mode::read); !opened) {
      return tl::unexpected(opened.error());
    }
    if (!file_.is_open()) {
      return was_open;
    }
    double now = live_.now();
    if (Status loaded = load(); !loaded) {
      return tl::unexpected(loaded.error());
    }
    live_.world.clock.now_seconds = std::max(now, live_.now());
    return true;
  }
  return take_in_new_lines();
}

/// Afterwards the file is open for appending, locked, and still the one at its path. What was read of one that stood
/// there before counts no more.
Status WorldFile::lock_newest() {
  while (true) {
    if (!file_.is_open() || !writable_ || !file_.is_still_at(path_)) {
      SharedFile before = std::move(file_);
      if (Status opened = reopen(SharedFile::Mode::append); !opened) {
        return opened;
      }
      read_bytes_ = before.is_open() && before.is_still_at(path_) ? read_bytes_ : 0;
    }
    file_.lock();
    if (file_.is_still_at(path_)) {
      return {};
    }
    file_.unlock();
  }
}

/// Pre: locked.
Status WorldFile::catch_up() {
  if (read_bytes_ > 0 || file_.size() == 0) {
    return take_in_new_lines().map([](bool) {});
  }
  double now = live_.now();
  Status loaded = load();
  live_.world.clock.now_seconds = std::max(now, live_.now());
  return loaded;
}

Status WorldFile::write_touched() {
  if (live_.touched.empty()) {
    return {};
  }
  std::string line = read_bytes_ == 0 ? snapshot_text(live_.world) : changes_text(live_.world, live_.touched);
  line += '\n';
  if (file_.size() > read_bytes_) {
    if (Status cut = file_.cut(read_bytes_); !cut) {
      return tl::unexpected(named(cut.error()));
    }
  }
  if (Status written = file_.append(line); !written) {
    return tl::unexpected(named(written.error()));
  }
  read_bytes_ += line.size();
  live_.touched.clear();
  return {};
}

Status WorldFile::commit(const std::function<void(LiveWorld&)>& change) {
  if (path_.empty()) {
    change(live_);
    ++version_;
    live_.touched.clear();
    return {};
  }
  if (Status locked = lock_newest(); !locked) {
    return locked;
  }
  Unlock unlock(file_);
  if (Status caught_up = catch_up(); !caught_up) {
    return caught_up;
  }
  change(live_);
  ++version_;
  return write_touched();
}

Status WorldFile::fold() {
  if (path_.empty() || !file_.is_open()) {
    return {};
  }
  if (Status locked = lock_newest(); !locked) {
    return locked;
  }
  {
    Unlock unlock(file_);
    if (Status caught_up = catch_up(); !caught_up) {
      return caught_up;
    }
    std::string text = snapshot_text(live_.world) + '\n';
    if (text.size() == file_.size()) {
      return {};
    }
    if (Status written = write_private_file(path_, text); !written) {
      return written;
    }
  }
  file_ = {};
  return refresh().map([](bool) {});
}

}  // namespace tbx::sim
