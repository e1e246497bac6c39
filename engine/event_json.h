// Events as JSON: one object each, as schemas/events.schema.json describes them.
#pragma once

#include <string>

#include "engine/events.h"

namespace tbx {

/// What a journal begins with. `started_at`: RFC 3339, from whoever has a clock.
std::string journal_header(const std::string& cluster, const std::string& started_at);

/// One line, without its end.
std::string event_json(const Event& event, const Plan& plan, double at_seconds);

}  // namespace tbx
