// A list of numbers in a YAML text, made longer or shorter without touching what stays.
#pragma once

#include <vector>

#include "specs/text_splice.h"
#include "specs/yaml_extent.h"

namespace tbx {

/// The numbers that stay, in their order, with each new one before the first that is greater, or else at the end.
std::vector<int> edited_order(const std::vector<int>& present, const std::vector<int>& wanted);

/// `[1, 3]`
std::string flow_list(const std::vector<int>& numbers);

/// The splices that make the list hold `wanted` in the order of `edited_order`. Empty where its layout leaves no safe
/// way. Pre: `present` are its items in their order; the numbers of both are different from one another; one of them
/// holds all of the other.
std::vector<Splice> edit_number_list(const Source& source, const YamlNode& mapping, std::size_t key_child,
                                     const std::vector<int>& present, const std::vector<int>& wanted);

}  // namespace tbx
