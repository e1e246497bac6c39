#include "specs/versions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "specs/problem.h"

namespace tbx {
namespace {

/// One minor release of Talos, with what it takes and brings (pkg/machinery/compatibility, constants.go, release
/// notes).
struct TalosMinor {
  int minor;
  int oldest_kubernetes_minor;
  int newest_kubernetes_minor;
  int latest_patch;  ///< -1: none is gone through on the way to a later release
  std::string_view default_kubernetes;
  std::string_view etcd;  ///< its minor release: data of a newer one can't be read by an older one
};

constexpr std::array talos_minors{
    TalosMinor{11, 29, 34, 6, "v1.34.1", "3.6"}, TalosMinor{12, 30, 35, 11, "v1.35.0", "3.6"},
    TalosMinor{13, 31, 36, 9, "v1.36.0", "3.6"}, TalosMinor{14, 32, 37, -1, "v1.37.0", "3.7"}};

struct KubernetesPatch {
  int minor;
  int latest_patch;
};

constexpr std::array kubernetes_patches{KubernetesPatch{33, 6}, KubernetesPatch{34, 1}, KubernetesPatch{35, 4},
                                        KubernetesPatch{36, 3}};

std::optional<int> take_number(std::string_view& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto length = static_cast<std::size_t>(end - text.data());
  const bool padded = length > 1 && text.front() == '0';
  if (error != std::errc{} || length == 0 || padded || text.front() == '-') return std::nullopt;
  text.remove_prefix(length);
  return number;
}

bool take(std::string_view& text, char expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(1);
  return true;
}

bool is_pre_release(std::string_view text) {
  constexpr std::string_view allowed = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-";
  return !text.empty() && text.size() <= 40 && text.find_first_not_of(allowed) == std::string_view::npos;
}

const TalosMinor* release_of(const Version& talos) {
  for (const TalosMinor& release : talos_minors) {
    if (talos.major == 1 && talos.minor == release.minor) return &release;
  }
  return nullptr;
}

const TalosMinor* release_of(std::string_view talos_version) {
  const auto talos = parse_version(talos_version);
  return talos ? release_of(*talos) : nullptr;
}

/// `rc.10` comes after `rc.9`, and numbers come before words.
std::strong_ordering compare_pre_release(std::string_view left, std::string_view right) {
  while (!left.empty() && !right.empty()) {
    const std::string_view a = left.substr(0, left.find('.'));
    const std::string_view b = right.substr(0, right.find('.'));
    std::string_view a_rest = a;
    std::string_view b_rest = b;
    const auto a_number = take_number(a_rest);
    const auto b_number = take_number(b_rest);
    const bool a_numeric = a_number && a_rest.empty();
    const bool b_numeric = b_number && b_rest.empty();
    const auto order = a_numeric && b_numeric   ? *a_number <=> *b_number
                       : a_numeric != b_numeric ? b_numeric <=> a_numeric
                                                : a <=> b;
    if (order != 0) return order;
    left.remove_prefix(std::min(left.size(), a.size() + 1));
    right.remove_prefix(std::min(right.size(), b.size() + 1));
  }
  return left.size() <=> right.size();
}

}  // namespace

std::strong_ordering Version::operator<=>(const Version& other) const {
  if (const auto order = major <=> other.major; order != 0) return order;
  if (const auto order = minor <=> other.minor; order != 0) return order;
  if (const auto order = patch <=> other.patch; order != 0) return order;
  if (pre_release.empty() != other.pre_release.empty()) return pre_release.empty() <=> other.pre_release.empty();
  return compare_pre_release(pre_release, other.pre_release);
}

std::optional<Version> parse_version(std::string_view text) {
  take(text, 'v');
  Version version;
  const auto major = take_number(text);
  if (!major || !take(text, '.')) return std::nullopt;
  const auto minor = take_number(text);
  if (!minor || !take(text, '.')) return std::nullopt;
  const auto patch = take_number(text);
  if (!patch) return std::nullopt;
  version = {*major, *minor, *patch, ""};
  if (text.empty()) return version;
  if (!take(text, '-') || !is_pre_release(text)) return std::nullopt;
  version.pre_release = text;
  return version;
}

std::string format_version(const Version& version) {
  return fmt::format("v{}.{}.{}{}{}", version.major, version.minor, version.patch,
                     version.pre_release.empty() ? "" : "-", version.pre_release);
}

tl::expected<std::string, std::string> parse_talos_version(std::string_view text) {
  const auto version = parse_version(text);
  if (!version) return tl::unexpected(in_quotes(text) + " is no Talos version: write all three numbers, like v1.12.4");
  if (release_of(*version) == nullptr) {
    return tl::unexpected(fmt::format("Talos {} is not supported: tbx works with {}.{} to {}.{}",
                                      format_version(*version), 1, talos_minors.front().minor, 1,
                                      talos_minors.back().minor));
  }
  return format_version(*version);
}

tl::expected<std::string, std::string> parse_kubernetes_version(std::string_view text, std::string_view talos_version) {
  const auto version = parse_version(text);
  if (!version)
    return tl::unexpected(in_quotes(text) + " is no Kubernetes version: write all three numbers, like v1.35.0");
  const TalosMinor* release = release_of(talos_version);
  if (release == nullptr || takes_kubernetes(talos_version, text)) return format_version(*version);
  return tl::unexpected(fmt::format("Talos {} does not run Kubernetes {}: it takes {}", talos_version,
                                    format_version(*version), kubernetes_range_text(talos_version)));
}

bool takes_kubernetes(std::string_view talos_version, std::string_view kubernetes_version) {
  const TalosMinor* release = release_of(talos_version);
  const auto version = parse_version(kubernetes_version);
  return release != nullptr && version && version->major == 1 && version->minor >= release->oldest_kubernetes_minor &&
         version->minor <= release->newest_kubernetes_minor;
}

std::string kubernetes_range_text(std::string_view talos_version) {
  const TalosMinor* release = release_of(talos_version);
  if (release == nullptr) return {};
  return fmt::format("1.{} to 1.{}", release->oldest_kubernetes_minor, release->newest_kubernetes_minor);
}

std::string latest_talos_patch(int minor) {
  const TalosMinor* release = release_of(Version{1, minor, 0, ""});
  return release == nullptr || release->latest_patch < 0 ? "" : fmt::format("v1.{}.{}", minor, release->latest_patch);
}

std::string latest_kubernetes_patch(int minor) {
  const auto known = std::ranges::find(kubernetes_patches, minor, &KubernetesPatch::minor);
  return fmt::format("v1.{}.{}", minor, known == kubernetes_patches.end() ? 0 : known->latest_patch);
}

std::string default_kubernetes_version(std::string_view talos_version) {
  const TalosMinor* release = release_of(talos_version);
  return release == nullptr ? "" : std::string(release->default_kubernetes);
}

bool share_etcd_data(std::string_view talos_version, std::string_view other_talos_version) {
  const TalosMinor* release = release_of(talos_version);
  const TalosMinor* other = release_of(other_talos_version);
  return release != nullptr && other != nullptr && release->etcd == other->etcd;
}

}  // namespace tbx
