// The values of a release as helm reads them: a file, since arguments are for everybody to read.
#pragma once

#include <filesystem>
#include <string>
#include <utility>

#include "engine/error.h"

namespace tbx {

/// Mode 0600, and gone with this. What a killed tbx left behind goes with the next one of the same release.
class ValuesFile {
 public:
  /// `folder`: of the cluster's credentials. `values`: canonical JSON, which is YAML as well.
  static Result<ValuesFile> write(const std::filesystem::path& folder, const std::string& release,
                                  const std::string& values);
  ~ValuesFile();
  ValuesFile(ValuesFile&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  ValuesFile& operator=(ValuesFile&&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  explicit ValuesFile(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace tbx
