#include "specs/load.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <system_error>

#include "specs/document.h"
#include "specs/load_steps.h"
#include "specs/loading.h"
#include "specs/schema_check.h"

namespace tbx {
namespace {

void run_steps(Loading& loading) {
  const Field root = root_field(loading.document);
  const Field spec = member(root, "spec");
  load_settings(loading, root);
  load_pools(loading, spec);
  load_folders(loading, spec);
  load_network(loading, spec);
  load_addons(loading, spec);
  load_routes(loading, spec);
}

/// What the schema says of a place, unless a rule, which knows more, has spoken of it.
void add_schema_problems(Loading& loading) {
  std::set<std::string> spoken_of;
  for (const Problem& problem : loading.problems) spoken_of.insert(problem.path);
  for (Problem& problem : check_cluster_schema(loading.document)) {
    const bool is_root = problem.path.empty();
    if (is_root || !spoken_of.contains(problem.path)) loading.problems.push_back(std::move(problem));
  }
}

void load_document(const Document& document, const SpecLocation& location, const LoadOptions& options,
                   LoadedSpec& loaded) {
  Loading loading{document, location, options, {}, {}, {}, {}};
  run_steps(loading);
  add_schema_problems(loading);
  loaded.sources.merge(loading.sources);
  for (Problem& problem : loading.problems) loaded.problems.push_back(std::move(problem));
  for (ValueOrigin& origin : loading.origins) loaded.origins.push_back(std::move(origin));
  if (!has_errors(loaded.problems)) loaded.spec = std::move(loading.spec);
}

tl::expected<std::string, std::string> read_beginning(const std::filesystem::path& path, std::size_t most_bytes) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return tl::unexpected<std::string>("it is a folder");
  if (!std::filesystem::exists(path, ignored)) return tl::unexpected<std::string>("there is no such file");
  std::ifstream file(path, std::ios::binary);
  if (!file) return tl::unexpected<std::string>("it can't be opened");
  const std::uintmax_t size = std::filesystem::file_size(path, ignored);
  const bool is_plain = std::filesystem::is_regular_file(path, ignored);
  std::string bytes(is_plain ? std::min<std::size_t>(size, most_bytes) : most_bytes, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (file.bad()) return tl::unexpected<std::string>("reading failed");
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

}  // namespace

LoadedSpec load_cluster_spec(std::string_view bytes, const SpecLocation& location, const LoadOptions& options) {
  LoadedSpec loaded;
  const auto source = decode_source(location.file, bytes, loaded.problems);
  if (source == nullptr) return loaded;
  loaded.sources[location.file] = source;
  ReadDocuments read = read_yaml(source, DocumentCount::one);
  loaded.problems = std::move(read.problems);
  if (read.documents.empty() && loaded.problems.empty()) {
    loaded.problems.push_back(make_problem(*source, {}, "", "the file is empty: tbx init writes one to begin with"));
  }
  for (const Document& document : read.documents) load_document(document, location, options, loaded);
  sort_problems(loaded.problems, location.file);
  return loaded;
}

LoadedSpec load_cluster_file(const std::filesystem::path& path, const LoadOptions& options) {
  const SpecLocation location{text_from_path(path), read_file_from_disk};
  const auto bytes = read_file_from_disk(path);
  if (bytes) return load_cluster_spec(*bytes, location, options);
  LoadedSpec loaded;
  loaded.problems.push_back({location.file, 0, 0, "", "the file can't be read: " + bytes.error(), Problem::error});
  return loaded;
}

tl::expected<std::string, std::string> read_file_from_disk(const std::filesystem::path& path) {
  // One byte more than is ever used tells that there is too much.
  return read_beginning(path, largest_text + 1);
}

tl::expected<std::string, std::string> read_large_file(const std::filesystem::path& path, std::size_t most_bytes) {
  std::error_code ignored;
  const std::uintmax_t size = std::filesystem::file_size(path, ignored);
  if (!ignored && size > most_bytes) return tl::unexpected<std::string>("it is too large");
  return read_beginning(path, most_bytes);
}

std::filesystem::path path_from_text(std::string_view text) {
  return std::filesystem::path(std::u8string(text.begin(), text.end()));
}

std::string text_from_path(const std::filesystem::path& path) {
  const std::u8string text = path.generic_u8string();
  return {text.begin(), text.end()};
}

}  // namespace tbx
