// A look at a cluster as a document: `tbx observe -o SNAPSHOT`, `tbx plan --from SNAPSHOT`.
#pragma once

#include <string>
#include <string_view>

#include "engine/error.h"
#include "engine/observed.h"

namespace tbx {

struct Snapshot {
  std::string cluster;
  Observed observed;
  bool operator==(const Snapshot&) const = default;
};

/// Schema: schemas/observed.schema.json. Indented, one line at the end.
std::string snapshot_to_json(const Snapshot& snapshot);

/// What is left out keeps its default, so that what a snapshot does not say is unknown.
/// The error's message starts with `file:line:column: ` for text that is no JSON, and names the JSON pointer of a value
/// that does not belong there.
Result<Snapshot> snapshot_from_json(std::string_view text, std::string_view file);

}  // namespace tbx
