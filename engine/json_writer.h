// JSON straight into one string: for documents that are large, or whose keys stand in a fixed order.
#pragma once

#include <charconv>
#include <string>
#include <string_view>

#include "engine/described.h"

namespace tbx {

/// With quotes and escapes; bytes that are no UTF-8 come out as U+FFFD.
void append_json_string(std::string& out, std::string_view text);

/// What a Change holds: embedded as it is when it is JSON, as a string otherwise. Line breaks go.
void append_json_raw(std::string& out, std::string_view json);

template <class T>
void append_json(std::string& out, const T& value);

namespace description {

template <class T>
void append_struct(std::string& out, const T& value) {
  char separator = '{';
  for_each_member<T>([&](std::string_view key, auto member) {
    out += separator;
    separator = ',';
    ((out += '"') += key) += "\":";  // a member's name needs no escapes
    append_json(out, value.*member);
  });
  if (separator == '{') out += '{';
  out += '}';
}

template <class T>
void append_map(std::string& out, const T& map) {
  char separator = '{';
  for (const auto& [key, item] : map) {
    out += separator;
    separator = ',';
    append_json_string(out, key);
    out += ':';
    append_json(out, item);
  }
  if (separator == '{') out += '{';
  out += '}';
}

template <class T>
void append_list(std::string& out, const T& list) {
  out += '[';
  bool first = true;
  for (const auto& item : list) {
    if (!first) out += ',';
    first = false;
    append_json(out, item);
  }
  out += ']';
}

template <class T>
void append_number(std::string& out, T value) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
}

}  // namespace description

/// The same value as to_json_value, with members in the order of their description.
template <class T>
void append_json(std::string& out, const T& value) {
  if constexpr (DescribedStruct<T>) {
    description::append_struct(out, value);
  } else if constexpr (DescribedEnum<T>) {
    append_json_string(out, enum_name(value));
  } else if constexpr (DescribedVector<T>) {
    description::append_list(out, value);
  } else if constexpr (DescribedMap<T>) {
    description::append_map(out, value);
  } else if constexpr (DescribedOptional<T>) {
    if (value)
      append_json(out, *value);
    else
      out += "null";
  } else if constexpr (std::is_same_v<T, bool>) {
    out += value ? "true" : "false";
  } else if constexpr (std::is_arithmetic_v<T>) {
    description::append_number(out, value);
  } else {
    append_json_string(out, value);
  }
}

/// One line, no spaces.
template <class T>
std::string to_json_text(const T& value) {
  std::string out;
  append_json(out, value);
  return out;
}

}  // namespace tbx
