#include "providers/sim/world_parts.h"

namespace tbx::sim {

void copy_parts(const World& from, const std::set<EntityKey>& parts, World& to) {
  for (const EntityKey& entity : parts) {
    bool went_with_its_cluster = !entity.cluster.empty() && !from.clusters.contains(entity.cluster);
    if (went_with_its_cluster) {
      to.clusters.erase(entity.cluster);
      continue;
    }
    auto copy_one = [](const auto& part, auto& copy) { copy = part; };
    auto copy_of = [&](const auto& parts_of_kind, auto& copies) {
      auto place = parts_of_kind.find(entity.key);
      if (place == parts_of_kind.end()) {
        copies.erase(entity.key);
      } else {
        copies[entity.key] = place->second;
      }
    };
    visit_part(entity, copy_one, copy_of, from, to);
  }
}

}  // namespace tbx::sim
