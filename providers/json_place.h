// Reading JSON where anything may be missing, by JSON pointer.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace tbx {

/// The value at "/a/b"; null where there is none.
const nlohmann::json& at(const nlohmann::json& value, const char* pointer);

/// The same as text; empty where it is none.
std::string text_at(const nlohmann::json& value, const char* pointer);

}  // namespace tbx
