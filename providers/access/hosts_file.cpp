#include "providers/access/hosts_file.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "providers/access/replace_file.h"
#include "specs/load.h"

namespace tbx {

namespace {

namespace fs = std::filesystem;

/// How often somebody else may change it between our look and our write.
constexpr int attempts = 5;

#ifdef _WIN32
constexpr std::string_view remedy = "run tbx again as administrator";
#else
constexpr std::string_view remedy = "run tbx again with sudo";
#endif

Result<std::string> read_text(const fs::path& path) {
  std::error_code error;
  fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) {
    return "";
  }
  if (status.type() != fs::file_type::regular) {
    return failure(ErrorKind::rejected, fmt::format("cannot read {}: {}", text_from_path(path),
                                                    error ? error.message() : "it is no regular file"));
  }
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in.good() && !in.eof()) {
    return failure(ErrorKind::rejected, fmt::format("cannot read {}: {}", text_from_path(path), std::strerror(errno)));
  }
  return text;
}

tl::unexpected<Error> with_place(Error error, const fs::path& path) {
  error.message = fmt::format("{}, {}", text_from_path(path), error.message);
  return tl::unexpected(std::move(error));
}

std::string by_hand(const BlockOwner& owner, const std::vector<HostsEntry>& wanted) {
  std::string block = hosts_block(owner, wanted, "\n");
  return wanted.empty() ? fmt::format("delete the lines from the first to the second of these:\n{}", block)
                        : fmt::format("these lines, in the place of those with the same markers:\n{}", block);
}

tl::unexpected<Error> told_as(const ReplaceFailure& trouble, const fs::path& path, const BlockOwner& owner,
                              const std::vector<HostsEntry>& wanted) {
  if (trouble.trouble == ReplaceTrouble::not_permitted) {
    return failure(
        ErrorKind::rejected,
        fmt::format("cannot write {}: {}; {}, or change it by hand", text_from_path(path), trouble.why, remedy),
        by_hand(owner, wanted));
  }
  return failure(ErrorKind::rejected, fmt::format("cannot write {}: {}", text_from_path(path), trouble.why));
}

}  // namespace

fs::path hosts_file_path() {
  if (const char* own = std::getenv("TBX_HOSTS_FILE"); own != nullptr && *own != '\0') {
    return own;
  }
#ifdef _WIN32
  const char* root = std::getenv("SystemRoot");
  return fs::path(root == nullptr ? "C:\\Windows" : root) / "System32" / "drivers" / "etc" / "hosts";
#else
  return "/etc/hosts";
#endif
}

Result<HostsLines> read_hosts_file(const fs::path& path, const BlockOwner& owner) {
  auto text = read_text(path);
  if (!text) {
    return tl::unexpected(text.error());
  }
  auto lines = read_hosts(*text, owner);
  return lines ? std::move(lines) : with_place(std::move(lines.error()), path);
}

Status write_hosts_file(const fs::path& path, const BlockOwner& owner, const std::vector<HostsEntry>& wanted) {
  for (int attempt = 0; attempt < attempts; ++attempt) {
    auto text = read_text(path);
    if (!text) {
      return tl::unexpected(text.error());
    }
    auto changed = with_hosts(*text, owner, wanted);
    if (!changed) {
      return with_place(std::move(changed.error()), path);
    }
    if (*changed == *text) {
      return {};
    }
    auto replaced = replace_file(path, *text, *changed);
    if (replaced) {
      return {};
    }
    if (replaced.error().trouble != ReplaceTrouble::changed_meanwhile) {
      return told_as(replaced.error(), path, owner, wanted);
    }
  }
  return failure(ErrorKind::busy, fmt::format("somebody else keeps changing {}", text_from_path(path)));
}

}  // namespace tbx
