// A file that several processes append to, each a whole line at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "engine/error.h"

namespace tbx::sim {

class SharedFile {
 public:
  enum class Mode { read, append };

  /// `read` of a file that is not there gives one that is not open; `append` makes it.
  static Result<SharedFile> open(const std::filesystem::path& path, Mode mode);

  SharedFile() = default;
  SharedFile(SharedFile&& other) noexcept;
  SharedFile& operator=(SharedFile&& other) noexcept;
  SharedFile(const SharedFile&) = delete;
  SharedFile& operator=(const SharedFile&) = delete;
  ~SharedFile();

  bool is_open() const { return descriptor_ >= 0; }
  std::uint64_t size() const;
  /// Whether the path still leads to this file, and not to one that took its place.
  bool is_still_at(const std::filesystem::path& path) const;
  Result<std::string> read_from(std::uint64_t offset) const;
  /// One write. Nothing of it stays when it does not fit.
  Status append(std::string_view text);
  Status cut(std::uint64_t size);

  /// Waits for those who hold it.
  void lock();
  void unlock();

 private:
  int descriptor_ = -1;
};

}  // namespace tbx::sim
