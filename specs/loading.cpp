#include "specs/loading.h"

#include <fmt/format.h>

#include "specs/encoding.h"

namespace tbx {

using nlohmann::json;

Field root_field(const Document& document) { return {&document.value, ""}; }

Field member(const Field& object, std::string_view key) {
  Field field{nullptr, child_path(object.path, key)};
  if (!object || !object.value->is_object()) return field;
  const auto found = object.value->find(std::string(key));
  if (found != object.value->end() && !found->is_null()) field.value = &*found;
  return field;
}

std::vector<Field> children(const Field& field) {
  std::vector<Field> fields;
  if (!field || !field.value->is_structured()) return fields;
  for (const auto& child : field.value->items()) {
    fields.push_back({&child.value(), child_path(field.path, child.key())});
  }
  return fields;
}

std::string key_of(const Field& field) { return json::json_pointer(field.path).back(); }

std::optional<std::string> text_of(const Field& field) {
  if (!field || !field.value->is_string()) return std::nullopt;
  return field.value->get<std::string>();
}

std::optional<std::string> text_or_number_of(const Field& field) {
  if (field && field.value->is_number_integer()) return field.value->dump();
  return text_of(field);
}

std::optional<std::int64_t> whole_number_of(const Field& field) {
  if (!field || !field.value->is_number_integer()) return std::nullopt;
  return field.value->get<std::int64_t>();
}

std::optional<bool> flag_of(const Field& field) {
  if (!field || !field.value->is_boolean()) return std::nullopt;
  return field.value->get<bool>();
}

void complain(Loading& loading, const std::string& path, std::string message) {
  const Position at = value_position(loading.document, path);
  loading.problems.push_back(make_problem(*loading.document.source, at, path, std::move(message)));
}

void complain_at_key(Loading& loading, const std::string& path, std::string message) {
  const Position at = key_position(loading.document, path);
  loading.problems.push_back(make_problem(*loading.document.source, at, path, std::move(message)));
}

void warn(Loading& loading, const std::string& path, std::string message) {
  const Position at = value_position(loading.document, path);
  loading.problems.push_back(make_problem(*loading.document.source, at, path, std::move(message), Problem::warning));
}

std::filesystem::path path_beside(const SpecLocation& location, std::string_view name) {
  return path_from_text(location.file).parent_path() / path_from_text(name);
}

std::shared_ptr<const Source> decode_source(std::string file, std::string_view bytes, std::vector<Problem>& problems) {
  const auto refuse = [&](std::string message) {
    problems.push_back({std::move(file), 0, 0, "", std::move(message), Problem::error});
  };
  if (bytes.size() > largest_text) {
    refuse("the file is larger than 1 MiB, the most that is read: is it the right one?");
    return nullptr;
  }
  auto text = decode_text(bytes);
  if (!text) {
    refuse(text.error());
    return nullptr;
  }
  return make_source(std::move(file), std::move(*text));
}

std::vector<Document> read_beside(Loading& loading, const Field& name, DocumentCount count) {
  const std::filesystem::path path = path_beside(loading.location, *text_of(name));
  const auto bytes = loading.location.read_file(path);
  const std::string shown = text_from_path(path.lexically_normal());
  if (!bytes) {
    complain(loading, name.path, fmt::format("{} can't be read: {}", in_quotes(shown), bytes.error()));
    return {};
  }
  const auto source = decode_source(shown, *bytes, loading.problems);
  if (source == nullptr) return {};
  loading.sources[shown] = source;
  ReadDocuments read = read_yaml(source, count);
  const bool usable = read.problems.empty();
  for (Problem& problem : read.problems) loading.problems.push_back(std::move(problem));
  return usable ? std::move(read.documents) : std::vector<Document>{};
}

}  // namespace tbx
