#include "specs/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "specs/did_you_mean.h"
#include "specs/problem.h"

namespace tbx {
namespace {

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool is_alphanumeric(char c) { return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z'); }

/// 1 to 63 characters of the kind, with the inner ones also out of `extra`.
template <class Predicate>
bool is_segment(std::string_view text, Predicate is_kind, std::string_view extra) {
  if (text.empty() || text.size() > 63 || !is_kind(text.front()) || !is_kind(text.back())) return false;
  return std::ranges::all_of(text, [&](char c) { return is_kind(c) || extra.find(c) != std::string_view::npos; });
}

const std::vector<std::string> effect_names{"NoSchedule", "PreferNoSchedule", "NoExecute"};

}  // namespace

std::string lower_case(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lowered;
}

bool is_dns_label(std::string_view text) { return is_segment(text, is_lower_or_digit, "-"); }

bool is_dns_name(std::string_view text) {
  if (text.size() > 253) return false;
  while (true) {
    const std::size_t dot = text.find('.');
    if (!is_dns_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool is_label_key(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return is_segment(text, is_alphanumeric, "-_.");
  return is_dns_name(text.substr(0, slash)) && is_segment(text.substr(slash + 1), is_alphanumeric, "-_.");
}

bool is_label_value(std::string_view text) { return text.empty() || is_segment(text, is_alphanumeric, "-_."); }

bool is_kebab_case(std::string_view text) {
  return is_dns_label(text) && text.front() > '9' && text.find("--") == std::string_view::npos;
}

bool is_windows_device(std::string_view text) {
  constexpr std::array<std::string_view, 4> devices{"con", "prn", "aux", "nul"};
  if (std::ranges::count(devices, text) > 0) return true;
  const bool numbered = text.size() == 4 && (text.starts_with("com") || text.starts_with("lpt"));
  return numbered && text.back() >= '1' && text.back() <= '9';
}

tl::expected<Taint, std::string> parse_taint(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  const std::string_view pair = text.substr(0, colon);
  const std::size_t equals = pair.find('=');
  const std::string_view key = pair.substr(0, equals);
  const std::string_view value = equals == std::string_view::npos ? "" : pair.substr(equals + 1);
  const std::string_view effect_name = colon == std::string_view::npos ? "" : text.substr(colon + 1);
  if (effect_name.empty() || !is_label_key(key) || !is_label_value(value)) {
    return tl::unexpected(in_quotes(text) + " is no taint: write it like dedicated=database:NoSchedule");
  }
  const auto effect = parse_taint_effect(effect_name);
  if (!effect) {
    std::string hint = did_you_mean(effect_name, effect_names);
    if (hint.empty()) hint = ": it is NoSchedule, PreferNoSchedule or NoExecute";
    return tl::unexpected(fmt::format("{} is no effect of a taint{}", in_quotes(effect_name), hint));
  }
  return Taint{std::string(key), std::string(value), *effect};
}

std::optional<TaintEffect> parse_taint_effect(std::string_view text) {
  for (TaintEffect effect : {TaintEffect::no_schedule, TaintEffect::prefer_no_schedule, TaintEffect::no_execute}) {
    if (text == taint_effect_name(effect)) return effect;
  }
  return std::nullopt;
}

std::string_view taint_effect_name(TaintEffect effect) {
  switch (effect) {
    case TaintEffect::no_schedule:
      return "NoSchedule";
    case TaintEffect::prefer_no_schedule:
      return "PreferNoSchedule";
    case TaintEffect::no_execute:
      return "NoExecute";
  }
  return "";
}

}  // namespace tbx
