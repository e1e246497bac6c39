// The mark as text, in a VM's notes and in the file beside its disk.
#pragma once

#include <string>
#include <string_view>

#include "engine/observed_host.h"

namespace tbx {

struct MarkText {
  Mark mark;
  bool was_booted = false;  ///< in the file beside the disk: written before the first start
};

/// Compact JSON with the names of Mark's fields.
std::string mark_text(const Mark& mark);

/// What is no mark of tbx, such as notes that somebody else wrote, is an empty mark.
MarkText read_mark(std::string_view text);

}  // namespace tbx
