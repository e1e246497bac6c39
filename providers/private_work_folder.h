// A place for files with secrets that a tool is to read, and that are gone afterwards.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "engine/error.h"

namespace tbx {

/// Files that are gone when it ends, in a folder of mode 0700.
class PrivateWorkFolder {
 public:
  /// `beside`: the folder of the cluster's credentials, which is made for its owner alone where it is not there. Work
  /// folders in it that are older than a day go: who made them was killed.
  static Result<PrivateWorkFolder> make(const std::filesystem::path& beside);
  ~PrivateWorkFolder();
  /// Every one in that folder, whoever works there.
  static void remove_all(const std::filesystem::path& beside);
  PrivateWorkFolder(PrivateWorkFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  PrivateWorkFolder& operator=(PrivateWorkFolder&&) = delete;

  /// Mode 0600.
  Result<std::filesystem::path> write(const std::string& name, std::string_view text) const;
  const std::filesystem::path& path() const { return path_; }

 private:
  explicit PrivateWorkFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace tbx
