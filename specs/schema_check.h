// The shape of a spec, held against its JSON Schema.
#pragma once

#include <vector>

#include "specs/document.h"

namespace tbx {

/// Every place where the document does not have the shape that `schemas/cluster.schema.json` asks for.
/// Patterns are left to the rules, which say better what is wrong.
std::vector<Problem> check_cluster_schema(const Document& document);

}  // namespace tbx
