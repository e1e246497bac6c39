// An open file to be written as a whole, on every system.
#pragma once

#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

namespace tbx {

class FileHandle {
 public:
  /// A new file, for its owner only. error(): file_exists, …
  static FileHandle create(const std::filesystem::path& path);
  /// A file that is there, as it is.
  static FileHandle open(const std::filesystem::path& path);
  FileHandle(FileHandle&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)), error_(std::exchange(other.error_, {})) {}
  FileHandle& operator=(FileHandle&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(error_, other.error_);
    return *this;
  }
  ~FileHandle();

  /// Why there is no file; none when there is one.
  std::error_code error() const { return error_; }
  /// From the start, cut off behind it, and on the disk when it returns.
  std::error_code write_all(std::string_view text);
  /// 0644 where there is no such file.
  std::error_code take_owner_and_mode_of(const std::filesystem::path& path);
  std::error_code close();

 private:
  FileHandle(int descriptor, std::error_code error) : descriptor_(descriptor), error_(error) {}
  int descriptor_ = -1;
  std::error_code error_;
};

/// Other names, or attributes (SELinux, access lists) that a new file in its place would not have.
bool has_more_than_a_rename_keeps(const std::filesystem::path& path);

/// Puts `from` in the place of `to`, which then has no other name; on Windows with its access list.
std::error_code exchange(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace tbx
