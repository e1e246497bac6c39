#include "providers/access/hosts_blocks.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "specs/names.h"

namespace tbx {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view blanks = " \t\r\v\f";

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  std::size_t at = 0;
  while ((at = line.find_first_not_of(blanks, at)) != std::string_view::npos) {
    std::size_t end = std::min(line.find_first_of(blanks, at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end;
  }
  return words;
}

struct Marker {
  bool begins = false;
  std::string_view cluster;
  std::string_view cluster_id;
};

std::optional<Marker> marker_in(std::string_view line) {
  std::vector<std::string_view> words = words_of(line);
  bool is_marker =
      words.size() >= 4 && words[0] == "#" && (words[1] == ">>>" || words[1] == "<<<") && words[2] == "tbx";
  if (!is_marker) {
    return std::nullopt;
  }
  return Marker{words[1] == ">>>", words[3], words.size() > 4 ? words[4] : std::string_view{}};
}

bool is_ours(const Marker& marker, const BlockOwner& owner) {
  bool is_same_id = owner.cluster_id.empty() || marker.cluster_id.empty() || marker.cluster_id == owner.cluster_id;
  return marker.cluster == owner.cluster && is_same_id;
}

void add_entries(std::string_view line, std::vector<HostsEntry>& entries) {
  std::vector<std::string_view> words = words_of(line.substr(0, line.find('#')));
  for (std::size_t i = 1; i < words.size(); ++i) {
    // Resolvers do not tell upper from lower case.
    entries.push_back({lower_case(words[i]), std::string(words[0])});
  }
}

/// Bytes of the text, and the numbers of its first and last line.
struct Block {
  std::size_t begin = 0;
  std::size_t end = 0;
  int first_line = 0;
  int last_line = 0;
};

tl::unexpected<Error> broken(std::string message) { return failure(ErrorKind::malformed_answer, std::move(message)); }

/// Goes through a hosts file line by line.
class HostsReader {
 public:
  HostsReader(std::string_view text, const BlockOwner& owner) : text_(text), owner_(owner) {}

  Status read() {
    if (text_.find('\0') != std::string_view::npos) {
      return broken("it is not in UTF-8 (UTF-16?), so no resolver reads it: save it as UTF-8");
    }
    at_ = text_.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
    while (at_ < text_.size()) {
      std::size_t line_end = std::min(text_.find('\n', at_), text_.size());
      std::string_view line = text_.substr(at_, line_end - at_);
      std::size_t next = std::min(line_end + 1, text_.size());
      ++line_number_;
      if (Status taken = take(line, next); !taken) {
        return taken;
      }
      at_ = next;
    }
    return is_open_ ? not_ended("the file ends") : Status{};
  }

  const std::optional<Block>& block() const { return block_; }
  HostsLines& lines() { return lines_; }

 private:
  Status take(std::string_view line, std::size_t next) {
    std::optional<Marker> marker = marker_in(line);
    bool ours = marker && is_ours(*marker, owner_);
    if (is_open_ && marker && (!ours || marker->begins)) {
      return not_ended(fmt::format("line {} begins or ends another block", line_number_));
    }
    if (ours) {
      lines_.cluster_id = marker->cluster_id;
      return marker->begins ? begin() : end(next);
    }
    add_entries(line, is_open_ ? lines_.ours : lines_.others);
    return {};
  }

  Status begin() {
    if (block_) {
      return broken(
          fmt::format("lines {} to {} and line {} on are both a block of tbx for cluster {}: delete one of them",
                      block_->first_line, block_->last_line, line_number_, owner_.cluster));
    }
    block_ = {at_, at_, line_number_, line_number_};
    is_open_ = true;
    return {};
  }

  Status end(std::size_t next) {
    if (!is_open_) {
      return broken(fmt::format("line {} ends a block of tbx for cluster {} that begins nowhere: delete this line",
                                line_number_, owner_.cluster));
    }
    block_->end = next;
    block_->last_line = line_number_;
    is_open_ = false;
    return {};
  }

  Status not_ended(const std::string& before) const {
    return broken(
        fmt::format("line {} begins a block of tbx for cluster {} that is not ended where {}: put \"{}\" below "
                    "its last line, or delete line {}",
                    block_->first_line, owner_.cluster, before, end_marker(), block_->first_line));
  }

  std::string end_marker() const {
    std::string block = hosts_block(owner_, {}, "\n");
    return block.substr(block.find('\n') + 1, block.size() - block.find('\n') - 2);
  }

  std::string_view text_;
  const BlockOwner& owner_;
  std::size_t at_ = 0;
  int line_number_ = 0;
  bool is_open_ = false;
  std::optional<Block> block_;
  HostsLines lines_;
};

std::string_view line_end_of(std::string_view text) {
  std::size_t first = text.find('\n');
  if (first != std::string_view::npos) {
    return first > 0 && text[first - 1] == '\r' ? "\r\n" : "\n";
  }
#ifdef _WIN32
  return "\r\n";
#else
  return "\n";
#endif
}

/// Behind the last line end: a last line without one stays the last, so that not even a line end has to be added.
Block place_of_new_block(std::string_view text) {
  std::size_t last = text.rfind('\n');
  std::size_t at = last != std::string_view::npos      ? last + 1
                   : text.starts_with(byte_order_mark) ? byte_order_mark.size()
                                                       : 0;
  return {at, at};
}

void sort_entries(std::vector<HostsEntry>& entries) {
  std::ranges::sort(entries, {}, [](const HostsEntry& entry) { return std::tie(entry.host, entry.address); });
}

}  // namespace

std::string hosts_block(const BlockOwner& owner, const std::vector<HostsEntry>& entries, std::string_view line_end) {
  std::string name = owner.cluster + (owner.cluster_id.empty() ? "" : " ") + owner.cluster_id;
  std::string text = fmt::format("# >>> tbx {}{}", name, line_end);
  for (const HostsEntry& entry : entries) {
    text += fmt::format("{} {}{}", entry.address, entry.host, line_end);
  }
  return text + fmt::format("# <<< tbx {}{}", name, line_end);
}

Result<HostsLines> read_hosts(std::string_view text, const BlockOwner& owner) {
  HostsReader reader(text, owner);
  if (Status read = reader.read(); !read) {
    return tl::unexpected(read.error());
  }
  return std::move(reader.lines());
}

Result<std::string> with_hosts(std::string_view text, const BlockOwner& owner, std::vector<HostsEntry> wanted) {
  HostsReader reader(text, owner);
  if (Status read = reader.read(); !read) {
    return tl::unexpected(read.error());
  }
  sort_entries(wanted);
  std::vector<HostsEntry> now = reader.lines().ours;
  sort_entries(now);
  if (now == wanted && reader.block().has_value() != wanted.empty()) {
    return std::string(text);
  }
  Block block = reader.block().value_or(place_of_new_block(text));
  std::string ours = wanted.empty() ? "" : hosts_block(owner, wanted, line_end_of(text));
  bool had_no_line_end = reader.block() && text[block.end - 1] != '\n';
  if (had_no_line_end && !ours.empty()) {
    ours.resize(ours.size() - line_end_of(text).size());
  }
  return std::string(text.substr(0, block.begin)) + ours + std::string(text.substr(block.end));
}

}  // namespace tbx
