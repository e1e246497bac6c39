// The head and the end of a plan on a terminal: what it comes to, what is refused, what is not known.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "engine/plan_outline.h"
#include "engine/render_text.h"

namespace tbx {

struct PlanTotals {
  std::array<std::size_t, 4> by_verb{};    ///< by Verb
  std::array<std::size_t, 5> by_impact{};  ///< by Impact
  std::size_t changes = 0;
};

PlanTotals totals_of(const Plan& plan);

/// "20 create (+), 3 change (~), 8 wait (…)": what the signs before the steps mean.
std::string verbs_text(const PlanTotals& totals, const TextStyle& style);

/// "1 DATA LOSS, 2 restart": the worst first; empty when nothing is noticed.
std::string impacts_text(const PlanTotals& totals, const TextStyle& style);

/// "ha-worker-01 … -03 (3 nodes), traefik": what restarts, is disrupted or loses data; empty when nothing does.
std::string disturbed_text(const Plan& plan, std::string_view dots);

Ink ink_of_impact(Impact impact);

void append_header(std::string& out, const Plan& plan, const TextStyle& style);
void append_refused_text(std::string& out, const Plan& plan, const TextStyle& style);
void append_unknown_text(std::string& out, const Plan& plan, const TextStyle& style);
void append_totals(std::string& out, const Plan& plan, const RenderOptions& options);

/// "download-image v1.12.4-amd64 → create-disk talos-hypv-cp-01 → create-machine → …": a target is named when it
/// changes.
std::string chain_text(const Plan& plan, const std::vector<ActionId>& chain, const TextStyle& style);

}  // namespace tbx
