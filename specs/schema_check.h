// The shape of a spec, held against its JSON Schema.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "specs/document.h"

namespace tbx {

/// Every place where the document does not have the shape that `schemas/cluster.schema.json` asks for.
/// Patterns are left to the rules, which say better what is wrong.
std::vector<Problem> check_cluster_schema(const Document& document);

/// What does not fit the embedded schema of that name, "plan" say: one line each, with its place. For the documents
/// that tbx itself writes.
std::vector<std::string> schema_violations(const nlohmann::json& document, std::string_view schema_name);

}  // namespace tbx
