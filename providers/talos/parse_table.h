// talosctl's text tables, for what it prints in no other form.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"

namespace tbx {

/// Cells by row, in the order of the columns asked for.
using TableRows = std::vector<std::vector<std::string>>;

/// Cut at the places of the header's columns, since a cell may be empty or hold spaces. Columns that were not asked for
/// are left out; one that is missing is a malformed answer, and so is a table without its header.
Result<TableRows> parse_table(std::string_view output, const std::vector<std::string_view>& columns);

}  // namespace tbx
