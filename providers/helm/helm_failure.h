// What helm's stderr means.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"

namespace tbx {

/// What a caller decides on; ErrorKind says only whether to try again.
enum class HelmTrouble {
  locked,             ///< another helm works on the release, or one was killed while it did
  not_found,          ///< no such release
  not_ours,           ///< an object of the chart exists and belongs to somebody else
  invalid_values,     ///< against the chart's schema
  chart_unreachable,  ///< its repository or registry does not answer
  chart_not_found,
  chart_fails,    ///< a template, or what it renders
  not_possible,   ///< a field that can't be changed, a Kubernetes that the chart does not take, a record that is too
                  ///< large
  not_finished,   ///< hooks or resources took longer than `--timeout`; the release is failed
  of_kubernetes,  ///< what the Kubernetes API said, or that it does not answer: see ErrorKind
};

struct HelmFailure {
  HelmTrouble trouble = HelmTrouble::of_kubernetes;
  Error error;
  bool operator==(const HelmFailure&) const = default;
};

/// The secrets among a release's values, as helm may print them: a schema violation, a template's `fail` or a broken
/// YAML quotes what it is about.
class SecretTexts {
 public:
  SecretTexts() = default;
  /// `values`: JSON in the clear. A secret is what mask_secrets takes out.
  explicit SecretTexts(const std::string& values);
  /// The text with `(secret)` in their places. What is shorter than four characters is only replaced as a whole word.
  std::string hide(std::string text) const;

 private:
  std::vector<std::string> texts_;  ///< longest first
};

/// `what` begins the message: "installing the release traefik". Everything in it is redacted.
HelmFailure classify_helm_failure(std::string_view stderr_text, std::string_view what, const SecretTexts& secrets);

}  // namespace tbx
