// See recorded.h.
#include "tests/support/recorded.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace tbx {

namespace {

namespace fs = std::filesystem;

fs::path root() { return fs::path(TBX_SOURCE_DIR) / "tests" / "recorded"; }

std::string bytes_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

std::string recorded(std::string_view file) {
  if (!fs::exists(root() / file)) {
    throw std::runtime_error(std::string(file) + " was never recorded");
  }
  return bytes_of(root() / file);
}

CommandOutput recorded_output(std::string_view name, int exit_code) {
  fs::path base = root() / name;
  return {exit_code, bytes_of(base.string() + ".out"), bytes_of(base.string() + ".err")};
}

CommandOutput talosctl_call(std::string_view name, int exit_code) {
  return recorded_output(std::string(talosctl) + std::string(name), exit_code);
}

std::vector<std::string> recorded_files(std::string_view folder, std::string_view ending) {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(root() / folder)) {
    std::string file = entry.path().lexically_relative(root()).generic_string();
    if (file.ends_with(ending)) files.push_back(std::move(file));
  }
  std::ranges::sort(files);
  return files;
}

std::string talosctl_output(std::string_view file) { return recorded(std::string(talosctl) + std::string(file)); }

}  // namespace tbx
