#include "engine/machine_paths.h"

#include <fmt/format.h>

#include <cctype>

#include "engine/described.h"
#include "engine/observed_facts.h"
#include "specs/sha256.h"

namespace tbx {
namespace {

bool is_separator(char c) { return c == '/' || c == '\\'; }
bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }
bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

bool has_drive(std::string_view text) {
  return text.size() > 2 && is_letter(text[0]) && text[1] == ':' && is_separator(text[2]);
}

bool is_absolute(std::string_view path) { return (!path.empty() && is_separator(path[0])) || has_drive(path); }

std::string folder_digest(std::string_view folder) {
  constexpr std::size_t shown_digits = 12;
  return fmt::format("(folder:{})", sha256_hex(folder).substr(0, shown_digits));
}

/// Where the part begins that is the same on every host; before it stands a separator.
std::size_t portable_part(std::string_view path) {
  const std::size_t ours = std::max(path.rfind("\\tbx\\") + 1, path.rfind("/tbx/") + 1);
  return ours > 0 ? ours - 1 : path.find_last_of("/\\");
}

/// Whether a path starts here: a drive, a share, or a slash that begins a word.
bool starts_path(std::string_view text, std::size_t at) {
  const char before = at == 0 ? ' ' : text[at - 1];
  const std::string_view rest = text.substr(at);
  if (is_word(before) || is_separator(before)) return false;
  if (has_drive(rest)) return true;
  if (rest.size() > 2 && rest[0] == '\\' && rest[1] == '\\') return is_word(rest[2]);
  const bool begins_word = std::string_view(" \t\"'`(=,").find(before) != std::string_view::npos;
  return begins_word && rest.size() > 1 && rest[0] == '/' && (is_word(rest[1]) || rest[1] == '.' || rest[1] == '_');
}

/// Windows' paths may hold blanks, so that only a quotation mark or the end of the line tells where one ends.
std::size_t end_of_path(std::string_view text, std::size_t at) {
  const std::string_view ends = text[at] == '/' ? " \t\r\n\"'`,;:)" : "\r\n\"'`<>|*?";
  return std::min(text.find_first_of(ends, at + 2), text.size());
}

template <class T>
constexpr bool is_disk_path(std::string_view key) {
  return (std::is_same_v<T, Machine> && key == "disk_path") || (std::is_same_v<T, Disk> && key == "path");
}

template <class T>
void hide_paths(T& value);

void hide_in_sentences(std::string& sentence) { sentence = without_machine_paths(sentence); }
void hide_in_sentences(std::vector<std::string>& sentences) {
  for (std::string& sentence : sentences) hide_in_sentences(sentence);
}

template <class T, class Member>
void hide_in_member(std::string_view key, Member& member) {
  if constexpr (std::is_same_v<Member, std::string>) {
    if (is_disk_path<T>(key)) member = without_machine_folder(member);
  }
  if constexpr (std::is_same_v<Member, std::string> || std::is_same_v<Member, std::vector<std::string>>) {
    if (moves_by_itself<T>(key)) hide_in_sentences(member);
  } else {
    hide_paths(member);
  }
}

template <class T>
void hide_paths(T& value) {
  if constexpr (DescribedStruct<T>) {
    for_each_member<T>([&](std::string_view key, auto member) { hide_in_member<T>(key, value.*member); });
  } else if constexpr (DescribedVector<T>) {
    for (auto& item : value) hide_paths(item);
  } else if constexpr (DescribedMap<T>) {
    for (auto& [key, item] : value) hide_paths(item);
  }
}

}  // namespace

std::string without_machine_folder(std::string_view path) {
  if (!is_absolute(path)) return std::string(path);
  const std::size_t part = portable_part(path);
  return folder_digest(path.substr(0, part)) + std::string(path.substr(part));
}

std::string without_machine_paths(std::string_view sentence) {
  std::string hidden;
  for (std::size_t at = 0; at < sentence.size();) {
    if (starts_path(sentence, at)) {
      hidden += "(path)";
      at = end_of_path(sentence, at);
    } else {
      hidden += sentence[at++];
    }
  }
  return hidden;
}

Observed without_machine_paths(Observed found) {
  hide_paths(found);
  return found;
}

ClusterSpec without_machine_paths(ClusterSpec spec) {
  for (std::string* folder : {&spec.hyperv.path, &spec.hyperv.iso_path}) {
    if (is_absolute(*folder)) *folder = folder_digest(*folder);
  }
  for (AddonSpec& addon : spec.addons) addon.chart = without_machine_folder(addon.chart);
  return spec;
}

}  // namespace tbx
