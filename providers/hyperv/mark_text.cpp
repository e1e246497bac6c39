#include "providers/hyperv/mark_text.h"

#include <nlohmann/json.hpp>

#include "engine/described.h"
#include "providers/json_place.h"

namespace tbx {

using nlohmann::json;

std::string mark_text(const Mark& mark) {
  return json{{"cluster", mark.cluster},
              {"cluster_id", mark.cluster_id},
              {"node", mark.node},
              {"mac", mark.mac},
              {"bios_guid", mark.bios_guid},
              {"node_address", mark.node_address},
              {"node_subnet", mark.node_subnet},
              {"bootstrap", enum_name(mark.bootstrap)}}
      .dump(-1, ' ', true);
}

MarkText read_mark(std::string_view text) {
  const json found = json::parse(text, nullptr, false);
  MarkText read;
  if (!found.is_object() || text_at(found, {"cluster"}).empty() || text_at(found, {"node"}).empty()) return read;
  Mark& mark = read.mark;
  mark.cluster = text_at(found, {"cluster"});
  mark.cluster_id = text_at(found, {"cluster_id"});
  mark.node = text_at(found, {"node"});
  mark.mac = text_at(found, {"mac"});
  mark.bios_guid = text_at(found, {"bios_guid"});
  mark.node_address = text_at(found, {"node_address"});
  mark.node_subnet = text_at(found, {"node_subnet"});
  mark.bootstrap = enum_value<BootstrapMark>(text_at(found, {"bootstrap"})).value_or(BootstrapMark::none);
  read.was_booted = at(found, {"was_booted"}) == true;
  return read;
}

}  // namespace tbx
