// Reading what kubectl prints as JSON, where anything may be missing.
#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "engine/error.h"

namespace tbx {

/// The value below these keys; null where one is missing or no object.
const nlohmann::json& at(const nlohmann::json& value, std::initializer_list<std::string_view> keys);

/// The same as text; empty where it is none.
std::string text_at(const nlohmann::json& value, std::initializer_list<std::string_view> keys);

/// The item of a list whose `key` is `wanted`; null where there is none.
const nlohmann::json& item_where(const nlohmann::json& list, std::string_view key, std::string_view wanted);

/// `what` is what kubectl was asked for: "list of objects".
tl::unexpected<Error> malformed_kubectl_output(std::string_view what);
Result<nlohmann::json> parse_kubectl_object(std::string_view text, std::string_view what);

/// An object with a list of `items`.
Result<nlohmann::json> parse_kubectl_list(std::string_view text);

}  // namespace tbx
