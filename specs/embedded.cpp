// Looks up embedded files by name; the files themselves are in a generated source, see cmake/embed_files.cmake.
#include "specs/embedded.h"

#include <algorithm>

namespace tbx {
namespace {

std::string_view text_of(std::span<const EmbeddedFile> files, std::string_view name) {
  const auto found =
      std::find_if(files.begin(), files.end(), [&](const EmbeddedFile& file) { return file.name == name; });
  return found == files.end() ? std::string_view{} : found->text;
}

}  // namespace

std::string_view embedded_schema(std::string_view name) { return text_of(embedded_schemas(), name); }

std::string_view embedded_example(std::string_view name) { return text_of(embedded_examples(), name); }

std::string_view embedded_script(std::string_view name) { return text_of(embedded_scripts(), name); }

}  // namespace tbx
