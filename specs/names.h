// What Kubernetes, DNS and Windows let a thing be called.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "specs/cluster_spec.h"

namespace tbx {

/// ASCII letters only; the rest stays.
std::string lower_case(std::string_view text);

/// RFC 1123: lower-case letters, digits and inner hyphens, at most 63.
bool is_dns_label(std::string_view text);

/// Labels with dots between them, at most 253 characters.
bool is_dns_name(std::string_view text);

/// `[prefix/]name` of labels, taints and annotations.
bool is_label_key(std::string_view text);

/// Up to 63 letters, digits and inner `-_.`; may be empty.
bool is_label_value(std::string_view text);

/// `bootstrap-etcd`: words of lower-case letters and digits with hyphens between them.
bool is_kebab_case(std::string_view text);

/// Windows keeps some names (`con`, `nul`, …) for devices: no folder can have them.
bool is_windows_device(std::string_view text);

/// `key=value:NoSchedule` or `key:NoSchedule`.
tl::expected<Taint, std::string> parse_taint(std::string_view text);

std::optional<TaintEffect> parse_taint_effect(std::string_view text);
std::string_view taint_effect_name(TaintEffect effect);

}  // namespace tbx
