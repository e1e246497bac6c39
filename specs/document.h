// A YAML document as JSON that remembers where each of its values was written.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "specs/problem.h"
#include "specs/source.h"

namespace tbx {

/// Where a value and its key stand, and an unquoted scalar as it was written (`1.10`, which as a number is 1.1).
struct Spot {
  Position value;
  Position key;
  std::string written;
};

struct Document {
  std::shared_ptr<const Source> source;
  nlohmann::json value;
  std::unordered_map<std::string, Spot> spots;  ///< by JSON pointer
};

enum class DocumentCount { one, many };

struct ReadDocuments {
  std::vector<Document> documents;  ///< empty when nothing could be made of the text
  std::vector<Problem> problems;
};

/// Larger texts are refused unread; more values than that, aliases expanded, as well.
inline constexpr std::size_t largest_text = std::size_t{1} << 20;
inline constexpr int most_values = 100000;

ReadDocuments read_yaml(const std::shared_ptr<const Source>& source, DocumentCount count);

/// The JSON pointer one level down.
std::string child_path(std::string_view path, std::string_view key);

/// Where the value stands, or else the nearest that holds it.
Position value_position(const Document& document, std::string_view path);
Position key_position(const Document& document, std::string_view path);

}  // namespace tbx
