#include "specs/schema_explain.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "specs/did_you_mean.h"
#include "specs/schema_walk.h"

namespace tbx {
namespace {

using nlohmann::json;

std::string in_words(const std::string& type) {
  if (type == "boolean") return "true or false";
  if (type == "integer") return "a whole number";
  if (type == "number") return "a number";
  if (type == "string") return "a text";
  if (type == "array") return "a list";
  return type == "object" ? "a mapping" : "empty";
}

/// One value with its schema and its place.
struct Place {
  const Document& document;
  const json& value;
  const json& schema;
  std::string path;
  bool is_required = false;  ///< the mapping that holds it can't do without it
};

Problem at_value(const Place& place, std::string message) {
  const Position at = value_position(place.document, place.path);
  return make_problem(*place.document.source, at, place.path, std::move(message));
}

std::string last_step(std::string_view path) {
  std::string step(path.substr(path.rfind('/') + 1));
  for (std::size_t at = 0; (at = step.find("~1", at)) != std::string::npos;) step.replace(at, 2, "/");
  for (std::size_t at = 0; (at = step.find("~0", at)) != std::string::npos;) step.replace(at, 2, "~");
  return step;
}

/// How a message names the place: its key, or "this entry" within a list, or "the file".
std::string name_of(const Place& place) {
  if (place.path.empty()) return "the file";
  const std::string step = last_step(place.path);
  const bool is_index = std::ranges::all_of(step, [](char c) { return c >= '0' && c <= '9'; });
  return is_index ? "this entry" : step;
}

std::string wrong_type(const Place& place) {
  std::vector<std::string> wanted;
  for (const std::string& type : schema_types(place.schema)) wanted.push_back(in_words(type));
  const std::string name = name_of(place);
  const auto spot = place.document.spots.find(place.path);
  const std::string written = spot == place.document.spots.end() ? "" : spot->second.written;
  if (place.value.is_null()) {
    if (place.path.empty()) return "the file is empty: it needs at least apiVersion, kind and metadata.name";
    const char* way_out = place.is_required ? "" : ", or leave the key out";
    return fmt::format("{} has no value: give it {}{}", name, fmt::join(wanted, " or "), way_out);
  }
  if (std::ranges::count(wanted, "a text") > 0 && !written.empty()) {
    return fmt::format("{} has to be a text, and YAML reads {} as {}: put it in quotes", name, written,
                       place.value.is_boolean() ? "a truth value" : in_words(json_type(place.value)));
  }
  return fmt::format("{} has to be {}, not {}", name, fmt::join(wanted, " or "), in_words(json_type(place.value)));
}

std::string wrong_choice(const Place& place) {
  std::vector<std::string> choices;
  for (const json& choice : place.schema["enum"]) choices.push_back(choice.get<std::string>());
  const std::string found = place.value.is_string() ? place.value.get<std::string>() : place.value.dump();
  const std::string hint = did_you_mean(found, choices);
  if (!hint.empty()) return fmt::format("{} can't be {}{}", name_of(place), in_quotes(found), hint);
  return fmt::format("{} can't be {}: {} {}", name_of(place), in_quotes(found),
                     choices.size() == 1 ? "it has to be" : "it is one of", fmt::join(choices, ", "));
}

void explain_object(const Place& place, std::vector<Problem>& problems) {
  for (const json& key : place.schema.value("required", json::array())) {
    const auto name = key.get<std::string>();
    if (place.value.contains(name)) continue;
    const std::string whole = place.path.empty() ? "the file" : name_of(place);
    problems.push_back(at_value(place, fmt::format("{} lacks the key \"{}\"", whole, name)));
  }
  if (place.schema.value("additionalProperties", json()) != json(false)) return;
  std::vector<std::string> known;
  const json properties = place.schema.value("properties", json::object());
  for (const auto& property : properties.items()) known.push_back(property.key());
  for (const auto& member : place.value.items()) {
    if (properties.contains(member.key())) continue;
    std::string hint = did_you_mean(member.key(), known);
    if (hint.empty()) hint = fmt::format("; known here: {}", fmt::join(known, ", "));
    const std::string path = child_path(place.path, member.key());
    problems.push_back(make_problem(*place.document.source, key_position(place.document, path), path,
                                    fmt::format("unknown key {}{}", in_quotes(member.key()), hint)));
  }
}

std::string out_of_bounds(const Place& place) {
  const json& schema = place.schema;
  if (place.value.is_number()) {
    if (schema.contains("minimum") && place.value < schema["minimum"]) {
      return fmt::format("{} is {}, and has to be at least {}", name_of(place), place.value.dump(),
                         schema["minimum"].dump());
    }
    if (schema.contains("maximum") && place.value > schema["maximum"]) {
      return fmt::format("{} is {}, and can be at most {}", name_of(place), place.value.dump(),
                         schema["maximum"].dump());
    }
  }
  if (place.value.is_string()) {
    const auto length = place.value.get_ref<const std::string&>().size();
    if (length < schema.value("minLength", std::size_t{0})) return name_of(place) + " is empty: give it a text";
    if (schema.contains("maxLength") && length > schema["maxLength"].get<std::size_t>()) {
      return fmt::format("{} has {} characters, and can have at most {}", name_of(place), length,
                         schema["maxLength"].dump());
    }
  }
  return "";
}

std::vector<Problem> explain(const Place& place, const std::string& description) {
  if (!fits_type(place.schema, place.value)) return {at_value(place, wrong_type(place))};
  if (place.schema.contains("enum") && std::ranges::count(place.schema["enum"], place.value) == 0) {
    return {at_value(place, wrong_choice(place))};
  }
  std::vector<Problem> problems;
  if (place.value.is_object()) explain_object(place, problems);
  const std::string bounds = out_of_bounds(place);
  if (!bounds.empty()) problems.push_back(at_value(place, bounds));
  if (problems.empty()) problems.push_back(at_value(place, description));
  return problems;
}

}  // namespace

std::vector<Problem> explain_violation(const json& schema, const Document& document, const SchemaViolation& violation) {
  const json* value = &document.value;
  json flat = flat_schema(schema, schema, *value);
  std::string path;
  bool is_required = false;
  for (const std::string& step : violation.steps) {
    const json below = schema_below(flat, *value, step);
    path = child_path(path, step);
    is_required = std::ranges::count(flat.value("required", json::array()), json(step)) > 0;
    if (value->is_array()) {
      value = &(*value)[std::stoul(step)];
    } else if (value->is_object() && value->contains(step)) {
      value = &(*value)[step];
    } else {
      return {};
    }
    flat = flat_schema(schema, below, *value);
  }
  return explain(Place{document, *value, flat, path, is_required}, violation.description);
}

}  // namespace tbx
