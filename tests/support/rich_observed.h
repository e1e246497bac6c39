// A look in which every kind of thing occurs.
#pragma once

#include "engine/observed.h"

namespace tbx::test {

/// Every list and map of Observed has at least one entry.
Observed rich_observed();

}  // namespace tbx::test
