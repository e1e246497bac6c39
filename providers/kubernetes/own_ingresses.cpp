#include "providers/kubernetes/own_ingresses.h"

#include <algorithm>

#include "providers/json_place.h"
#include "providers/kubernetes/kubectl_json.h"

namespace tbx {

Result<std::vector<OwnIngress>> parse_own_ingresses(std::string_view text, std::string_view host) {
  return parse_kubectl_list(text).map([&](const nlohmann::json& list) {
    std::vector<OwnIngress> ingresses;
    for (const nlohmann::json& item : at(list, {"items"})) {
      const nlohmann::json& rules = at(item, {"spec", "rules"});
      bool serves = rules.is_array() && !rules.empty() &&
                    std::ranges::all_of(rules, [&](const auto& rule) { return text_at(rule, {"host"}) == host; });
      if (serves) {
        ingresses.push_back({text_at(item, {"metadata", "namespace"}), text_at(item, {"metadata", "name"})});
      }
    }
    return ingresses;
  });
}

}  // namespace tbx
