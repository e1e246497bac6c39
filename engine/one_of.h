// Lists of types, for rules that must place every op: one that is in no list does not compile.
#pragma once

#include <type_traits>

namespace tbx {

template <class T, class... Listed>
concept OneOf = (std::is_same_v<T, Listed> || ...);

}  // namespace tbx
