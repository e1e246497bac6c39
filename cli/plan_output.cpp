// Chooses the renderer.
#include "cli/plan_output.h"

#include "engine/digest.h"
#include "engine/graph.h"
#include "engine/render_json.h"
#include "engine/render_markdown.h"
#include "engine/render_text.h"
#include "engine/schedule.h"
#include "specs/spec_json.h"

namespace tbx {

std::string plan_document(const Plan& plan, const ClusterSpec& wanted, const Observed& found, OutputFormat format,
                          const Streams& streams) {
  switch (format) {
    case OutputFormat::text:
      return plan_text(plan, streams);
    case OutputFormat::json:
      return plan_to_json(plan, {.spec_digest = spec_digest(wanted), .observed_digest = observed_digest(found)});
    case OutputFormat::markdown:
      return plan_to_markdown(plan, simulated_makespan(plan));
  }
  return {};
}

std::string plan_text(const Plan& plan, const Streams& streams) {
  const std::vector<double> seconds = estimated_seconds(plan);
  return plan_to_text(plan, {.style = style_of(streams, streams.out_terminal),
                             .estimate_seconds = simulated_makespan(plan),
                             .longest_chain = longest_chain(plan.actions.size(), plan.dependencies, seconds)});
}

}  // namespace tbx
