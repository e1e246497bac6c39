// Walking over described structs and enums (BOOST_DESCRIBE): the one place that knows how a member is called outside.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/describe.hpp>
#include <boost/mp11.hpp>

namespace tbx {

namespace description {

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsMap : std::false_type {};
template <class T>
struct IsMap<std::map<std::string, T>> : std::true_type {};
template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

}  // namespace description

template <class T>
concept DescribedStruct = boost::describe::has_describe_members<T>::value && !std::is_union_v<T>;
template <class T>
concept DescribedEnum = boost::describe::has_describe_enumerators<T>::value;
template <class T>
concept DescribedVector = description::IsVector<T>::value;
template <class T>
concept DescribedMap = description::IsMap<T>::value;
template <class T>
concept DescribedOptional = description::IsOptional<T>::value;

/// `namespace` is a word of C++: such a member is called `namespace_name`, and "namespace" outside.
inline std::string_view member_key(std::string_view name) { return name == "namespace_name" ? "namespace" : name; }

template <class T>
using DescribedMembers =
    boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

/// Calls `fn(key, &T::member)` for each member, in the order of the description.
template <DescribedStruct T, class Fn>
void for_each_member(Fn&& fn) {
  boost::mp11::mp_for_each<DescribedMembers<T>>([&](auto member) { fn(member_key(member.name), member.pointer); });
}

/// "in-place" for in_place; a value without a name is a bug of ours and comes out as "?".
template <DescribedEnum E>
const std::string& enum_name(E value) {
  static const std::vector<std::pair<E, std::string>> names = [] {
    std::vector<std::pair<E, std::string>> made;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto enumerator) {
      std::string name = enumerator.name;
      for (char& letter : name) letter = letter == '_' ? '-' : letter;
      made.emplace_back(enumerator.value, std::move(name));
    });
    return made;
  }();
  for (const auto& [known, name] : names) {
    if (known == value) return name;
  }
  static const std::string nameless = "?";
  return nameless;
}

template <DescribedEnum E>
std::optional<E> enum_value(std::string_view text) {
  std::optional<E> found;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto enumerator) {
    if (!found && enum_name(enumerator.value) == text) found = enumerator.value;
  });
  return found;
}

/// "unknown, absent, present": for a message.
template <DescribedEnum E>
std::string enum_choices() {
  std::string choices;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto enumerator) {
    if (!choices.empty()) choices += ", ";
    choices += enum_name(enumerator.value);
  });
  return choices;
}

}  // namespace tbx
