// An addon while it is being loaded: what is known so far, and where it was written.
#pragma once

#include <string>
#include <vector>

#include "specs/catalogue.h"
#include "specs/loading.h"

namespace tbx {

struct AddonWish {
  AddonSpec addon;
  Field field;                            ///< the entry of the list: a name or a mapping
  const CatalogueEntry* entry = nullptr;  ///< none for a chart of the user's own
};

/// Name, chart, version and namespace of every enabled addon, catalogue entries filled in.
std::vector<AddonWish> read_addon_wishes(Loading& loading, const Field& addons);

/// Catalogue values, what workers and routes add to them, then valuesFile, then values.
nlohmann::json merged_values(Loading& loading, const AddonWish& wish);

/// `after` of the catalogue and of the user, among the enabled addons; everything comes after the CNI.
void order_addons(Loading& loading, std::vector<AddonWish>& wishes);

}  // namespace tbx
