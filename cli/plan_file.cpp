#include "cli/plan_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cli/files.h"
#include "engine/machine_paths.h"
#include "specs/load.h"

namespace tbx {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_plan = std::size_t{512} << 20;

/// Without links in the folder; the file itself may be one, and what lies beside it lies beside the link.
fs::path real_place(const fs::path& file) {
  std::error_code ignored;
  const fs::path absolute = fs::absolute(file, ignored);
  const fs::path folder = fs::weakly_canonical(absolute.parent_path(), ignored);
  return (folder.empty() ? absolute.parent_path() : folder) / absolute.filename();
}

/// The way from a folder to a file. None when it leads over the root: it would tell where on this machine both lie, and
/// be wrong on another one.
std::optional<std::string> way(const fs::path& folder, const fs::path& file) {
  const fs::path relative = file.lexically_relative(folder);
  if (relative.empty()) return {};
  const auto steps_up = std::count(relative.begin(), relative.end(), fs::path(".."));
  const fs::path below_root = folder.relative_path();
  if (steps_up > 0 && steps_up >= std::distance(below_root.begin(), below_root.end())) return {};
  return text_from_path(relative);
}

/// A file that the spec names, seen from the spec; one far away only by its name and a digest.
std::string beside(const fs::path& spec_folder, const std::string& name) {
  const fs::path path = path_from_text(name);
  if (!path.is_absolute()) return text_from_path(path.lexically_normal());
  return way(spec_folder, real_place(path)).value_or(without_machine_folder(name));
}

}  // namespace

bool is_saved_plan(const std::string& file) {
  const auto text = read_file_from_disk(path_from_text(file));
  if (!text) return false;
  const std::size_t first = text->find_first_not_of("\xEF\xBB\xBF \t\r\n");
  if (first == std::string::npos || (*text)[first] != '{') return false;
  return text->find("\"format_version\"") != std::string::npos || text->find("\"actions\"") != std::string::npos;
}

tl::expected<SpecSources, std::string> spec_sources(const PlanFileNames& names, const ClusterSpec& spec,
                                                    const std::vector<ValueOrigin>& origins) {
  const fs::path place = real_place(path_from_text(names.spec));
  const fs::path folder = place.parent_path();
  SpecSources sources;
  const fs::path plan_folder = real_place(path_from_text(names.plan)).parent_path();
  // From the root itself every way tells where on this machine the spec lies.
  auto from_plan = plan_folder == plan_folder.root_path() ? std::nullopt : way(plan_folder, place);
  auto from_here = way(real_place("x").parent_path(), place);
  if (!from_plan && !from_here) {
    return tl::unexpected(fmt::format(
        "{} can't be written: no relative path leads from it, or from the working folder, to {}; save it beside that",
        names.plan, names.spec));
  }
  sources.relative_to = from_plan ? SpecBase::plan_file : SpecBase::working_folder;
  sources.spec_file = from_plan ? *from_plan : *from_here;
  for (const std::string& name : files_beside(origins)) sources.files.push_back(beside(folder, name));
  const std::string own_name = text_from_path(place.filename());
  sources.secrets = secret_references(spec, origins, own_name);
  for (SecretReference& secret : sources.secrets) {
    if (!secret.file.empty() && secret.file != own_name) secret.file = beside(folder, secret.file);
  }
  return sources;
}

std::optional<std::string> write_plan_file(const PlanFileNames& names, const SavedPlan& saved) {
  std::error_code ignored;
  if (fs::equivalent(path_from_text(names.plan), path_from_text(names.spec), ignored)) {
    return fmt::format("{} is the cluster's own file; save the plan under another name", names.plan);
  }
  return write_file(path_from_text(names.plan), saved_plan_to_json(saved));
}

Result<SavedPlan> read_plan_file(const std::string& file) {
  const auto text = read_large_file(path_from_text(file), largest_plan);
  if (!text) return failure(ErrorKind::rejected, fmt::format("{} can't be read: {}", file, text.error()));
  return saved_plan_from_json(*text, file);
}

std::string spec_of_plan(const SavedPlan& saved, const std::string& plan_file) {
  const fs::path spec = path_from_text(saved.sources.spec_file);
  if (saved.sources.relative_to == SpecBase::working_folder) return text_from_path(spec);
  return text_from_path((path_from_text(plan_file).parent_path() / spec).lexically_normal());
}

}  // namespace tbx
