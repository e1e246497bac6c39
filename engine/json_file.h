// JSON out of a file that somebody may have damaged.
#pragma once

#include <boost/json.hpp>
#include <nlohmann/json.hpp>
#include <string_view>

#include "engine/error.h"

namespace tbx {

/// What a parser says, with `file:line:column: ` before it.
Error syntax_error(std::string_view file, std::string_view text, const nlohmann::json::parse_error& error);

/// The whole text as JSON, quickly. Throws nlohmann's parse_error, which says more than Boost's.
boost::json::value parse_quickly(std::string_view text, boost::json::storage_ptr memory);

/// The first key that stands twice in one object, where readers may disagree on which counts; empty: none does.
/// Pre: `text` is JSON.
std::string repeated_key(std::string_view text);

}  // namespace tbx
