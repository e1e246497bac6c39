// Where the secrets of a spec are written: what a document that must not hold them says instead.
#pragma once

#include <string>
#include <vector>

#include "specs/load.h"

namespace tbx {

/// A place of the completed spec that holds a secret, and where its value comes from.
struct SecretReference {
  std::string field;    ///< "addons.monitoring.values.grafana.adminPassword"
  std::string file;     ///< relative to the spec, or the spec's own name; empty: a default of the catalogue
  std::string pointer;  ///< JSON pointer within the file
  bool operator==(const SecretReference&) const = default;
};

/// Every value that `masked` would take out, sorted by field. Nodes that share a patch share its reference: the first
/// of them is named. `spec_file`: the name that stands for the spec itself.
std::vector<SecretReference> secret_references(const ClusterSpec& spec, const std::vector<ValueOrigin>& origins,
                                               const std::string& spec_file);

/// What was read beside the spec, as it names it: sorted, each once.
std::vector<std::string> files_beside(const std::vector<ValueOrigin>& origins);

}  // namespace tbx
