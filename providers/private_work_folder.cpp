#include "providers/private_work_folder.h"

#include <fmt/format.h>

#include "providers/private_file.h"
#include "specs/load.h"

namespace tbx {

namespace fs = std::filesystem;

Result<PrivateWorkFolder> PrivateWorkFolder::make(const fs::path& beside) {
  std::error_code error;
  fs::create_directories(beside, error);
  for (int attempt = 0; !error && attempt < 1000; ++attempt) {
    fs::path path = beside / fmt::format(".work-{}", attempt);
    if (fs::create_directory(path, error) && !error) {
      fs::permissions(path, fs::perms::owner_all, error);
      return PrivateWorkFolder(path);
    }
  }
  return failure(ErrorKind::rejected, fmt::format("no file can be written to {}", text_from_path(beside)),
                 error.message());
}

PrivateWorkFolder::~PrivateWorkFolder() {
  std::error_code ignored;
  if (!path_.empty()) {
    fs::remove_all(path_, ignored);
  }
}

Result<fs::path> PrivateWorkFolder::write(const std::string& name, std::string_view text) const {
  fs::path path = path_ / name;
  if (Status written = write_private_file(path, text); !written) {
    return tl::unexpected(written.error());
  }
  return path;
}

}  // namespace tbx
