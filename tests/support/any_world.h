// Random edits of a cluster file and random mishaps of its world, for properties of plans.
#pragma once

#include "engine/plan.h"

namespace tbx::test {

/// From `from` to `to`, both included. In a property only.
int pick(int from, int to);
bool one_in(int count);

/// A cluster that was as some file said, was disturbed, and has another file now.
struct AnyCase {
  ClusterSpec wanted;
  Observed found;
  Replacements replaced;

  Plan plan() const { return make_plan_replacing(wanted, found, replaced); }
};

AnyCase any_case();

}  // namespace tbx::test
