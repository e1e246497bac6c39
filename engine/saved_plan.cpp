#include "engine/saved_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/described_json.h"
#include "engine/json_file.h"
#include "engine/machine_paths.h"
#include "engine/render_json.h"
#include "specs/sha256.h"
#include "specs/spec_json.h"
#include "specs/version.h"

namespace tbx {
namespace {

using nlohmann::json;

constexpr int plan_format = 1;
constexpr const char* no_plan = "this is not a plan that `tbx plan -o` saved";

auto malformed(std::string_view file, std::string_view message) {
  return failure(ErrorKind::malformed_answer, fmt::format("{}: {}", file, message));
}

/// Over everything but itself, whatever the white space.
std::string checksum_of(json document) {
  document["saved"].erase("checksum");
  return "sha256:" + sha256_hex(document.dump());
}

nlohmann::ordered_json saved_part(const SavedPlan& saved) {
  nlohmann::ordered_json part;
  part["checksum"] = "";
  part["tbx_version"] = saved.tbx_version;
  part["spec_file"] = saved.sources.spec_file;
  part["relative_to"] = enum_name(saved.sources.relative_to);
  part["files"] = saved.sources.files;
  part["secrets"] = to_json_value(saved.sources.secrets);
  part["spec"] = json::parse(to_canonical_json(saved.spec));
  part["observed"] = to_json_value(saved.observed);
  return part;
}

std::string with_part(std::string plan, const nlohmann::ordered_json& part) {
  plan.erase(plan.rfind('}'));
  return plan + ",\n \"saved\": " + part.dump(1, ' ', false, json::error_handler_t::replace) + "}\n";
}

/// Another version is told before its keys are judged: they may be right for that one.
Result<void> check_head(const json& document, std::string_view file) {
  if (!document.is_object() || !document.contains("actions")) return malformed(file, no_plan);
  if (document.value("format_version", json()) != plan_format) {
    return malformed(
        file, fmt::format("/format_version: this tbx applies plans of format {} only; make a new plan", plan_format));
  }
  if (!document.contains("saved") || !document["saved"].is_object()) {
    return malformed(file, "this is a plan's JSON without what it is bound to; `tbx plan -o FILE` saves one to apply");
  }
  if (document["saved"].value("checksum", json()) != checksum_of(document)) {
    return malformed(file, "the checksum does not fit: the file was edited or damaged; make a new plan");
  }
  return {};
}

template <class T>
void take(const boost::json::object& part, const char* key, T& value) {
  try {
    from_json_value(part.at(key), value);
  } catch (const ShapeError& error) {
    throw ShapeError(fmt::format("/saved/{}{}", key, error.path), error.what());
  }
}

SavedPlan read_parts(const json& document, std::string_view text) {
  const boost::json::value whole = parse_quickly(text, {});
  const boost::json::object& part = whole.at("saved").as_object();
  SavedPlan saved;
  take(part, "tbx_version", saved.tbx_version);
  take(part, "spec_file", saved.sources.spec_file);
  take(part, "relative_to", saved.sources.relative_to);
  take(part, "files", saved.sources.files);
  take(part, "secrets", saved.sources.secrets);
  take(part, "observed", saved.observed);
  auto spec = from_canonical_json(document.at("saved").at("spec").dump());
  if (!spec) throw ShapeError("/saved/spec", spec.error());
  saved.spec = std::move(*spec);
  saved.digests = {.spec_digest = document.at("spec_digest").get<std::string>(),
                   .observed_digest = document.at("observed_digest").get<std::string>()};
  return saved;
}

/// The file as this program would write it, and nothing else.
Result<void> check_content(const SavedPlan& saved, const json& document, std::string_view file) {
  json remade = json::parse(saved_plan_to_json(saved));
  if (remade == document) return {};
  // It was found to fit already: what differs is something else.
  remade["saved"]["checksum"] = document["saved"]["checksum"];
  const std::string place = json::diff(document, remade).at(0).value("path", "");
  if (saved.tbx_version != version()) {
    return malformed(file, fmt::format("tbx {} made it, and tbx {} plans otherwise ({} differs); make a new plan",
                                       saved.tbx_version, version(), place));
  }
  return malformed(file, fmt::format("{} is not what its spec and its facts ask for: the file was edited, or another "
                                     "build of tbx made it; make a new plan",
                                     place));
}

}  // namespace

SavedPlan saved_plan_of(const ClusterSpec& wanted, const Observed& found, SpecSources sources) {
  return {.tbx_version = std::string(version()),
          .sources = std::move(sources),
          .digests = {.spec_digest = spec_digest(wanted), .observed_digest = observed_digest(found)},
          .spec = without_machine_paths(wanted),
          .observed = without_machine_paths(found)};
}

Plan plan_of(const SavedPlan& saved) { return make_plan(saved.spec, saved.observed); }

std::string saved_plan_to_json(const SavedPlan& saved) {
  const std::string plan = plan_to_json(plan_of(saved), saved.digests);
  nlohmann::ordered_json part = saved_part(saved);
  part["checksum"] = checksum_of(json::parse(with_part(plan, part)));
  return with_part(plan, part);
}

Result<SavedPlan> saved_plan_from_json(std::string_view text, std::string_view file) {
  try {
    const json document = json::parse(text);
    if (const auto checked = check_head(document, file); !checked) return tl::unexpected(checked.error());
    if (const std::string key = repeated_key(text); !key.empty()) {
      return malformed(file, fmt::format("the key \"{}\" stands twice: the file was edited; make a new plan", key));
    }
    SavedPlan saved = read_parts(document, text);
    if (const auto checked = check_content(saved, document, file); !checked) return tl::unexpected(checked.error());
    return saved;
  } catch (const json::parse_error& error) {
    return tl::unexpected(syntax_error(file, text, error));
  } catch (const ShapeError& error) {
    return malformed(file, fmt::format("{}: {}", error.path, error.what()));
  } catch (const json::exception& error) {
    return malformed(file, fmt::format("{}: {}", no_plan, error.what()));
  }
}

bool same_steps(const Plan& left, const Plan& right) {
  const auto same = [](const Action& a, const Action& b) {
    return id_of(a.op) == id_of(b.op) && a.impact == b.impact && a.changes == b.changes;
  };
  return std::ranges::equal(left.actions, right.actions, same) && left.dependencies == right.dependencies &&
         left.blocked == right.blocked;
}

}  // namespace tbx
