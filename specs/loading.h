// What the steps of loading share: the document, the spec as it grows, and the problems.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "specs/document.h"
#include "specs/load.h"

namespace tbx {

struct Loading {
  const Document& document;
  const SpecLocation& location;
  const LoadOptions& options;
  ClusterSpec spec;
  std::vector<Problem> problems;
  Sources sources;
  std::vector<ValueOrigin> origins;
};

/// A value of the document with its JSON pointer; no value where the key is missing or has the wrong type. The schema
/// has reported the latter, so that the rules can look at what is right and stay silent about the rest.
struct Field {
  const nlohmann::json* value = nullptr;
  std::string path;
  explicit operator bool() const { return value != nullptr; }
};

Field root_field(const Document& document);
Field member(const Field& object, std::string_view key);
/// The members of an object or the items of a list, each with its path.
std::vector<Field> children(const Field& field);
/// The key of a member within its object.
std::string key_of(const Field& field);

std::optional<std::string> text_of(const Field& field);
/// A text, or a whole number as it was written: sizes are both.
std::optional<std::string> text_or_number_of(const Field& field);
std::optional<std::int64_t> whole_number_of(const Field& field);
std::optional<bool> flag_of(const Field& field);

/// At the value, or at the key where the key itself is the trouble.
void complain(Loading& loading, const std::string& path, std::string message);
void complain_at_key(Loading& loading, const std::string& path, std::string message);
void warn(Loading& loading, const std::string& path, std::string message);

/// A YAML file named in the spec: its documents, or none after its problems (or that it is missing) were reported.
std::vector<Document> read_beside(Loading& loading, const Field& name, DocumentCount count);

/// A path that the spec names, seen from where tbx was started.
std::filesystem::path path_beside(const SpecLocation& location, std::string_view name);

/// Bytes into a source: size and encoding checked, problems reported.
std::shared_ptr<const Source> decode_source(std::string file, std::string_view bytes, std::vector<Problem>& problems);

}  // namespace tbx
