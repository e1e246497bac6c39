// The Ingresses of ours that serve one host.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"

namespace tbx {

struct OwnIngress {
  std::string namespace_name;
  std::string name;
  bool operator==(const OwnIngress&) const = default;
};

/// `get ingresses -A -o json` with our label as selector. Those that lead this host and no other.
Result<std::vector<OwnIngress>> parse_own_ingresses(std::string_view text, std::string_view host);

}  // namespace tbx
