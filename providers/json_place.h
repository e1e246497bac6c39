// Reading JSON where anything may be missing.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace tbx {

/// The value below these keys; null where one is missing or no object.
const nlohmann::json& at(const nlohmann::json& value, std::initializer_list<std::string_view> keys);

/// The same as text; empty where it is none.
std::string text_at(const nlohmann::json& value, std::initializer_list<std::string_view> keys);

/// The same as a whole number; `otherwise` where it is none.
std::int64_t number_at(const nlohmann::json& value, std::initializer_list<std::string_view> keys,
                       std::int64_t otherwise = 0);

/// The first item of a list; null where there is none.
const nlohmann::json& first_of(const nlohmann::json& list);

/// The item of a list whose `key` is `wanted`; null where there is none.
const nlohmann::json& item_where(const nlohmann::json& list, std::string_view key, std::string_view wanted);

}  // namespace tbx
