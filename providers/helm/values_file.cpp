#include "providers/helm/values_file.h"

#include <fmt/format.h>

#include "providers/private_file.h"

namespace tbx {

Result<ValuesFile> ValuesFile::write(const std::filesystem::path& folder, const std::string& release,
                                     const std::string& values) {
  // One name for each release: one action at a time works on it, and a file that was left behind is overwritten.
  const std::filesystem::path path = std::filesystem::absolute(folder) / fmt::format("values-{}.yaml", release);
  if (Status written = write_private_file(path, values); !written) {
    return tl::unexpected(written.error());
  }
  return ValuesFile(path);
}

ValuesFile::~ValuesFile() {
  std::error_code ignored;
  if (!path_.empty()) {
    std::filesystem::remove(path_, ignored);
  }
}

}  // namespace tbx
