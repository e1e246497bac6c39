// Other people's file with a new text: never half of one, and all else about it as it was.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace tbx {

enum class ReplaceTrouble {
  changed_meanwhile,  ///< somebody else wrote it: read it again
  not_permitted,      ///< this user may not write it
  failed,
};

struct ReplaceFailure {
  ReplaceTrouble trouble = ReplaceTrouble::failed;
  std::string why;  ///< what the system says
};

/// Pre: the file says `expected`; one that is not there says nothing. It keeps its owner, mode and, behind a symbolic
/// link, its place. Written beside and renamed where that keeps all of this; else in place (a bind mount, a file with
/// other names or attributes, a folder that this user may not write), with a backup until it is done.
tl::expected<void, ReplaceFailure> replace_file(const std::filesystem::path& path, std::string_view expected,
                                                std::string_view text);

}  // namespace tbx
