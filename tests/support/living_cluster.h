// A converged cluster of three control planes and two workers, whose file is edited or whose world is disturbed.
#pragma once

#include <initializer_list>
#include <string>

#include "tests/support/command_line.h"
#include "tests/support/journal.h"

namespace tbx::test {

/// "kind/node" for each kind and each node.
Ids each_of(std::initializer_list<const char*> kinds, std::initializer_list<const char*> nodes);

/// All of them together.
Ids together(std::initializer_list<Ids> parts);

class LivingCluster : public CommandTest {
 public:
  static const char* const three_and_two;

 protected:
  /// Applies `spec` as cluster.yaml.
  explicit LivingCluster(const std::string& spec = three_and_two);

  static void edit(const std::string& from, const std::string& to);
  static std::string world(const std::string& verb);
  /// What `plan` holds; expects that it has changes and nothing is refused or unknown.
  static nlohmann::json planned();
  /// One apply, after which a second plan is empty and nothing has drifted. The journal of it.
  static Journal applied(const std::string& options = "");
  /// Plans, applies, and expects: the first round did what was planned, later ones only waited (for pods that had to
  /// move; in the lab also wrote the address that its load balancer had given meanwhile), one control plane at a time
  /// was away, nothing is left. The planned IDs; `journal`: of the apply.
  static Ids planned_and_applied(Journal* journal = nullptr);
  /// Expects that a plan is refused by this rule, and apply too, which starts nothing else. What it said.
  static std::string refused_by(const std::string& rule, const Ids& done_all_the_same = {});
};

}  // namespace tbx::test
