// Whether what a release brings is ready: the gates of its addon against what the API server says of their objects.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"
#include "specs/cluster_spec.h"

namespace tbx {

/// Arguments of the one kubectl call that answers for all gates; APIServices only where a gate asks for one.
std::vector<std::string> gate_arguments(const std::vector<const AddonSpec*>& addons);

/// The answer of that call, read once for all addons.
class GateObjects {
 public:
  /// `malformed_answer` when it is no list of objects.
  static Result<GateObjects> parse(std::string_view answer);
  GateObjects(GateObjects&&) noexcept;
  GateObjects& operator=(GateObjects&&) noexcept;
  ~GateObjects();

  /// A sentence for each gate that is not open: "Deployment traefik/traefik: 0 of 1 ready". Empty: all are.
  std::vector<std::string> not_ready(const AddonSpec& addon) const;

 private:
  struct Index;
  explicit GateObjects(std::unique_ptr<Index> index);
  std::unique_ptr<Index> index_;
};

/// "Deployment a/b: 0 of 1 ready; Service a/b: no address; 2 more"
std::string joined_sentences(const std::vector<std::string>& sentences);

}  // namespace tbx
