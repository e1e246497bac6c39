// What the rules have to say about an op: what they checked and found in order, and what they object to.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tbx {

struct Refusal {
  std::string rule;    ///< design, section 6: "etcd-quorum", "identity", …
  std::string reason;  ///< the facts, and what to do
  bool operator==(const Refusal&) const = default;
};

/// A rule that was asked and has nothing against it.
struct PassedRule {
  std::string rule;
  std::string facts;  ///< by which it went, with its arithmetic
  bool operator==(const PassedRule&) const = default;
};

struct Judgement {
  std::vector<PassedRule> passed;  ///< in the order in which they were asked
  std::optional<Refusal> refusal;  ///< the first that objects; nothing is asked after it
  bool operator==(const Judgement&) const = default;
};

/// Where the rules write down what they found in order; null while planning, where nobody reads it.
using PassedRules = std::vector<PassedRule>*;

/// `facts` makes the text, and is called only when somebody reads it.
template <class Facts>
void note_passed(PassedRules passed, const char* rule, const Facts& facts) {
  if (passed != nullptr) {
    passed->push_back({rule, facts()});
  }
}

}  // namespace tbx
