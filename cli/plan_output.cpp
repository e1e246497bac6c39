// Chooses the renderer.
#include "cli/plan_output.h"

#include "engine/digest.h"
#include "engine/graph.h"
#include "engine/render_dot.h"
#include "engine/render_json.h"
#include "engine/render_markdown.h"
#include "engine/render_text.h"
#include "engine/schedule.h"
#include "specs/spec_json.h"

namespace tbx {
namespace {

std::vector<ActionId> chain_of(const Plan& plan) {
  return longest_chain(plan.actions.size(), plan.dependencies, estimated_seconds(plan));
}

}  // namespace

std::string plan_document(const Plan& plan, const ClusterSpec& wanted, const Observed& found, PlanFormat format,
                          const Streams& streams) {
  switch (format) {
    case PlanFormat::text:
      return plan_text(plan, streams);
    case PlanFormat::json:
      return plan_to_json(plan, {.spec_digest = spec_digest(wanted), .observed_digest = observed_digest(found)});
    case PlanFormat::markdown:
      return plan_to_markdown(plan, simulated_makespan(plan));
    case PlanFormat::dot:
      return plan_to_dot(plan, {.estimate_seconds = simulated_makespan(plan), .longest_chain = chain_of(plan)});
  }
  return {};
}

std::string plan_text(const Plan& plan, const Streams& streams) {
  return plan_to_text(plan, {.style = style_of(streams, streams.out_terminal),
                             .estimate_seconds = simulated_makespan(plan),
                             .longest_chain = chain_of(plan)});
}

}  // namespace tbx
