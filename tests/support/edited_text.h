// For tests of edits in place: a text before and after, and the same in every encoding that is read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "specs/edit_pools.h"

namespace tbx::test {

struct EditCase {
  std::string name;
  std::vector<PoolNumbers> wanted;
  std::string before;
  std::string after;
};

/// The bytes after the edit; where it is refused, each problem as `line:column: message` and a line break.
std::string edited(std::string_view bytes, const std::vector<PoolNumbers>& wanted);

/// The same text as other editors write it: UTF-8 and CRLF, both without the last line break as well, with a BOM, and
/// as UTF-16 of either byte order.
std::vector<std::string> written_by_all_editors(const std::string& text);

/// Every case in every encoding, bytes compared; and that the edit, made again, changes nothing.
void expect_edits(const std::vector<EditCase>& cases);

}  // namespace tbx::test
