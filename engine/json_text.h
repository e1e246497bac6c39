// Values as JSON texts, as Change and the config maps hold them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tbx {

/// In a JSON string, without an escape. Of those beyond ASCII none does here.
constexpr bool stands_for_itself(char letter) {
  return letter >= ' ' && letter < 0x7f && letter != '"' && letter != '\\';
}

std::string json_text(std::string_view text);
std::string json_text(std::int64_t number);
std::string json_text(bool value);
inline std::string json_text(const char* text) { return json_text(std::string_view(text)); }
inline std::string json_text(const std::string& text) { return json_text(std::string_view(text)); }
inline std::string json_text(int number) { return json_text(static_cast<std::int64_t>(number)); }

/// What a field holds that is not there.
inline std::string json_null() { return "null"; }

}  // namespace tbx
