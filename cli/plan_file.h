// Plans as files: written by `tbx plan -o`, read by `tbx apply`.
#pragma once

#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "engine/saved_plan.h"

namespace tbx {

/// Both as the user gave them, seen from the working folder.
struct PlanFileNames {
  std::string plan;
  std::string spec;
};

/// Whether a file is meant to be a plan rather than a spec: it starts like a JSON document, which no cluster file does.
bool is_saved_plan(const std::string& file);

/// What a plan keeps of the places that a spec and its values were read from. The error says why the plan file can't
/// lie there: no path leads from it to the spec that would mean the same on another machine.
tl::expected<SpecSources, std::string> spec_sources(const PlanFileNames& names, const ClusterSpec& spec,
                                                    const std::vector<ValueOrigin>& origins);

/// In one step. Or why it can't be written.
std::optional<std::string> write_plan_file(const PlanFileNames& names, const SavedPlan& saved);

Result<SavedPlan> read_plan_file(const std::string& file);

/// Where the spec lies that the plan was made from, seen from the working folder.
std::string spec_of_plan(const SavedPlan& saved, const std::string& plan_file);

}  // namespace tbx
