// From the bytes of a cluster.yaml to a completed ClusterSpec, or to everything that is wrong with it.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "specs/cluster_spec.h"
#include "specs/problem.h"

namespace tbx {

/// The bytes of a file, or why they can't be had. Used for what lies beside a spec: value files, patches, charts.
using ReadFile = std::function<tl::expected<std::string, std::string>(const std::filesystem::path& path)>;

/// A real file; one much larger than any spec is not read to its end.
tl::expected<std::string, std::string> read_file_from_disk(const std::filesystem::path& path);

/// The same for what may be larger, such as a snapshot: a file of more than `most_bytes` is an error.
tl::expected<std::string, std::string> read_large_file(const std::filesystem::path& path, std::size_t most_bytes);

/// A path out of UTF-8 text and back, with forward slashes, on Windows too.
std::filesystem::path path_from_text(std::string_view text);
std::string text_from_path(const std::filesystem::path& path);

struct SpecLocation {
  std::string file = "cluster.yaml";  ///< as problems show it; names inside the spec are relative to its folder
  ReadFile read_file = read_file_from_disk;
};

struct LoadOptions {
  /// The kinds of action that `deadlines` may name; empty: any name in kebab-case.
  std::set<std::string> action_kinds;
};

/// Helm values or a machine-config patch as somebody wrote them, and where.
struct ValueOrigin {
  std::string addon;    ///< its values; empty: a patch
  std::string file;     ///< as the spec names it; empty: the spec itself
  std::string pointer;  ///< JSON pointer of the value within the file
  std::string value;    ///< canonical JSON
  bool operator==(const ValueOrigin&) const = default;
};

struct LoadedSpec {
  std::optional<ClusterSpec> spec;   ///< empty when any problem is an error
  std::vector<Problem> problems;     ///< all of them, in file order
  Sources sources;                   ///< what they point into, for format_problems
  std::vector<ValueOrigin> origins;  ///< of all values and patches; of one addon the stronger later
};

LoadedSpec load_cluster_spec(std::string_view bytes, const SpecLocation& location, const LoadOptions& options = {});

/// The same for a file; one that can't be read is a problem too.
LoadedSpec load_cluster_file(const std::filesystem::path& path, const LoadOptions& options = {});

}  // namespace tbx
