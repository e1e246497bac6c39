// A plan as the JSON document of the contract (schemas/plan.schema.json).
#pragma once

#include <string>

#include "engine/digest.h"
#include "engine/plan.h"

namespace tbx {

/// One document, one action a line. An action that depends on a refused one also says `"blocked": true`.
std::string plan_to_json(const Plan& plan, const PlanDigests& digests);

/// `[{"op": …, "target": …, "rule": …, "reason": …}]`, as in the plan; shared with the other documents.
void append_refused(std::string& out, const Plan& plan);
/// `[{"system": …, "reason": …}]`
void append_unknown(std::string& out, const Plan& plan);

}  // namespace tbx
