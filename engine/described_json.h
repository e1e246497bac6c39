// Described structs to JSON and back, strictly: an unknown key or a value of another type is an error with its path.
// Read through Boost.JSON: what was observed of 1,000 nodes is some MB, and nlohmann takes three times as long for it.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

#include <boost/json.hpp>
#include <nlohmann/json.hpp>

#include "engine/described.h"

namespace tbx {

/// A document that does not have the shape of its type. Thrown here, caught where a document is read.
struct ShapeError : std::runtime_error {
  ShapeError(std::string where, const std::string& message) : std::runtime_error(message), path(std::move(where)) {}
  std::string path;  ///< JSON pointer; empty for the document itself
};

template <class T>
nlohmann::json to_json_value(const T& value) {
  if constexpr (DescribedStruct<T>) {
    nlohmann::json object = nlohmann::json::object();
    auto& members = object.get_ref<nlohmann::json::object_t&>();
    for_each_member<T>(
        [&](std::string_view key, auto member) { members.emplace(std::string(key), to_json_value(value.*member)); });
    return object;
  } else if constexpr (DescribedEnum<T>) {
    return enum_name(value);
  } else if constexpr (DescribedVector<T>) {
    nlohmann::json array = nlohmann::json::array();
    for (const auto& item : value) array.push_back(to_json_value(item));
    return array;
  } else if constexpr (DescribedMap<T>) {
    nlohmann::json object = nlohmann::json::object();
    for (const auto& [key, item] : value) object[key] = to_json_value(item);
    return object;
  } else if constexpr (DescribedOptional<T>) {
    return value ? to_json_value(*value) : nlohmann::json(nullptr);
  } else {
    static_assert(std::is_same_v<T, std::string> || std::is_arithmetic_v<T>, "a type without a JSON form");
    return value;
  }
}

namespace description {

/// Where a reader stands: costs nothing until something is wrong.
struct Spot {
  const Spot* parent = nullptr;
  std::string_view key;
  std::size_t index = 0;
  bool is_index = false;
};

std::string pointer_of(const Spot& spot);
[[noreturn]] void wrong_shape(const Spot& spot, const std::string& message);
[[noreturn]] void wrong_type(const Spot& spot, std::string_view wanted, const boost::json::value& found);
/// Throws for the first key that is none of `known`.
[[noreturn]] void unknown_key(const Spot& spot, const boost::json::object& object,
                              const std::vector<std::string_view>& known);

template <class T>
void read(const boost::json::value& json, T& value, const Spot& spot);

template <class T>
void read_struct(const boost::json::value& json, T& value, const Spot& spot) {
  const boost::json::object* object = json.if_object();
  if (object == nullptr) wrong_type(spot, "an object", json);
  std::size_t taken = 0;
  for_each_member<T>([&](std::string_view key, auto member) {
    const boost::json::value* found = object->if_contains(key);
    if (found == nullptr) return;
    ++taken;
    read(*found, value.*member, Spot{&spot, key});
  });
  if (taken == object->size()) return;
  std::vector<std::string_view> known;
  for_each_member<T>([&](std::string_view key, auto) { known.push_back(key); });
  unknown_key(spot, *object, known);
}

template <class T>
void read_number(const boost::json::value& json, T& value, const Spot& spot) {
  if constexpr (std::is_floating_point_v<T>) {
    if (!json.is_number()) wrong_type(spot, "a number", json);
    value = json.to_number<T>();
  } else {
    if (json.is_double() || !json.is_number()) wrong_type(spot, "a whole number", json);
    const bool fits = json.is_uint64() ? std::in_range<T>(json.get_uint64()) : std::in_range<T>(json.get_int64());
    if (!fits) wrong_shape(spot, "the number " + boost::json::serialize(json) + " is out of range");
    value = json.to_number<T>();
  }
}

template <class T>
void read(const boost::json::value& json, T& value, const Spot& spot) {
  if constexpr (DescribedStruct<T>) {
    read_struct(json, value, spot);
  } else if constexpr (DescribedEnum<T>) {
    const boost::json::string* text = json.if_string();
    const std::optional<T> known = text == nullptr ? std::nullopt : enum_value<T>(std::string_view(*text));
    if (!known) wrong_type(spot, "one of: " + enum_choices<T>(), json);
    value = *known;
  } else if constexpr (DescribedVector<T>) {
    const boost::json::array* array = json.if_array();
    if (array == nullptr) wrong_type(spot, "a list", json);
    value = T(array->size());
    for (std::size_t i = 0; i < array->size(); ++i) read((*array)[i], value[i], Spot{&spot, {}, i, true});
  } else if constexpr (DescribedMap<T>) {
    const boost::json::object* object = json.if_object();
    if (object == nullptr) wrong_type(spot, "an object", json);
    value.clear();
    for (const auto& member : *object) {
      const std::string_view key = member.key();
      read(member.value(), value.try_emplace(value.end(), std::string(key))->second, Spot{&spot, key});
    }
  } else if constexpr (DescribedOptional<T>) {
    if (json.is_null())
      value.reset();
    else
      read(json, value.emplace(), spot);
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!json.is_bool()) wrong_type(spot, "true or false", json);
    value = json.get_bool();
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (!json.is_string()) wrong_type(spot, "a text", json);
    value = std::string_view(json.get_string());
  } else {
    read_number(json, value, spot);
  }
}

}  // namespace description

/// Missing keys keep what `value` holds. Throws ShapeError.
template <class T>
void from_json_value(const boost::json::value& json, T& value) {
  description::read(json, value, description::Spot{});
}

}  // namespace tbx
