// A plan as a file: reviewed today, applied tomorrow if nothing moved.
//
// The file is the plan's JSON (schemas/plan.schema.json) with one more part, "saved": the completed spec and the facts
// that the plan was made from. `make_plan` is pure, so that both are all that binds it: whoever reads the file makes
// the plan again from them, and takes no action from the file. An edited one is found out even if its checksum fits.
//
// It holds no secret. Where a secret stands in the spec, there is its keyed fingerprint, and `secrets` says in which
// file and where it is written; apply takes the value from there and compares the fingerprints. While a cluster has no
// secrets of its own there is no key either, and an unkeyed digest of a weak password could be guessed: such a plan
// shows `(new)` and is bound to everything but those values. Nor does it hold a path of a machine: see machine_paths.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/digest.h"
#include "engine/error.h"
#include "engine/plan.h"
#include "specs/secret_references.h"

namespace tbx {

/// What the path of the spec starts from.
enum class SpecBase { plan_file, working_folder };
BOOST_DESCRIBE_ENUM(SpecBase, plan_file, working_folder)

BOOST_DESCRIBE_STRUCT(SecretReference, (), (field, file, pointer))

/// Where the spec and what it names lie, as it is on every machine.
struct SpecSources {
  std::string spec_file;  ///< relative to `relative_to`, with forward slashes
  SpecBase relative_to = SpecBase::plan_file;
  std::vector<std::string> files;  ///< value files and patches, relative to the spec; sorted
  std::vector<SecretReference> secrets;
  bool operator==(const SpecSources&) const = default;
};
BOOST_DESCRIBE_STRUCT(SpecSources, (), (spec_file, relative_to, files, secrets))

struct SavedPlan {
  std::string tbx_version;
  SpecSources sources;
  PlanDigests digests;  ///< of spec and facts before their machine paths were taken out
  ClusterSpec spec;     ///< masked, without machine paths
  Observed observed;    ///< without machine paths
};

/// `wanted`: masked. Takes the machine paths out of both.
SavedPlan saved_plan_of(const ClusterSpec& wanted, const Observed& found, SpecSources sources);

/// The plan that it is the file of. Its ops must not be executed: they lack the machine's paths.
Plan plan_of(const SavedPlan& saved);

/// One document, one line at the end.
std::string saved_plan_to_json(const SavedPlan& saved);

/// The error says what is wrong with the file: no JSON (with line and column), none of ours, of another format, or
/// edited since.
Result<SavedPlan> saved_plan_from_json(std::string_view text, std::string_view file);

/// Whether two plans have the same steps in the same order: not their reasons, and not their machines' paths.
bool same_steps(const Plan& left, const Plan& right);

}  // namespace tbx
