// Writing one value into a YAML text, at a path, in the layout of what stands around it.
#pragma once

#include <string>
#include <vector>

#include "specs/text_splice.h"
#include "specs/yaml_extent.h"

namespace tbx {

/// Splices that belong together.
using Edit = std::vector<Splice>;

/// Where a value is to stand, from the root of the document: keys of mappings, and numbers (from 0) of items of a list.
using MemberPath = std::vector<std::string>;

/// The ways to make `value` the text of that member, the nicest first. Where something stands there already, it is
/// replaced; where a key of the path is missing, it is inserted with those that follow. Whoever takes one of them has
/// to read the result: a way may turn out not to fit. None where the path leads through something else than mappings.
/// Pre: `value` is a single-line flow value, such as `3` or `[1, 3]`.
std::vector<Edit> ways_to_write(const Source& source, const YamlNode& root, const MemberPath& path,
                                const std::string& value);

/// The mapping at the path; null where there is none.
const YamlNode* find_mapping(const YamlNode& root, const MemberPath& path);

/// The edit that gives a member another key and another value. Empty where that can't be done.
Edit rewrite_member(const Source& source, const YamlNode& mapping, std::size_t key_child, const std::string& key,
                    const std::string& value);

}  // namespace tbx
