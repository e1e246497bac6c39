// Reading what kubectl prints as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "engine/error.h"

namespace tbx {

/// `what` is what kubectl was asked for: "list of objects".
tl::unexpected<Error> malformed_kubectl_output(std::string_view what);
Result<nlohmann::json> parse_kubectl_object(std::string_view text, std::string_view what);

/// An object with a list of `items`.
Result<nlohmann::json> parse_kubectl_list(std::string_view text);

}  // namespace tbx
