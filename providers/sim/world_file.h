// The file that keeps a world between commands, and lets several processes live in it at once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "engine/error.h"
#include "providers/sim/live_world.h"
#include "providers/sim/shared_file.h"

namespace tbx::sim {

/// The first line is the whole world, each later one a change. A change is appended with one write before anybody
/// hears of it, so that a killed process loses nothing; a torn last line never happened.
class WorldFile {
 public:
  /// A file that is not there is an empty host with its Default Switch; the first change makes it.
  static Result<WorldFile> open(std::filesystem::path path, std::uint64_t seed = 1);
  /// Lives as long as the value.
  static WorldFile in_memory(World world = {});

  const World& world() const { return live_.world; }
  /// For moving on in time between two changes; what is touched is written with the next commit.
  LiveWorld& live() { return live_; }
  const std::filesystem::path& path() const { return path_; }
  /// Another number after each change, whoever made it.
  std::uint64_t version() const { return version_; }

  /// Takes in what other processes wrote. True when there was something.
  Result<bool> refresh();
  /// Takes in what others wrote, calls `change`, and writes what it touched, all under one lock.
  Status commit(const std::function<void(LiveWorld&)>& change);
  /// Puts all changes into the first line: the file is written anew and takes the old one's place.
  Status fold();

 private:
  Status reopen(SharedFile::Mode mode);
  Status load();
  Status take_in(std::string_view text);
  Result<bool> take_in_new_lines();
  Status lock_newest();
  Status catch_up();
  Status write_touched();
  Error named(Error error) const;

  std::filesystem::path path_;  ///< empty: in memory
  SharedFile file_;
  bool writable_ = false;
  std::uint64_t read_bytes_ = 0;  ///< up to the end of the last whole line
  std::uint64_t seed_ = 1;
  std::uint64_t version_ = 0;
  LiveWorld live_;
};

}  // namespace tbx::sim
