// What a journal of `tbx apply --events` tells of a run: which actions, in which order.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace tbx::test {

/// IDs of actions.
using Ids = std::multiset<std::string>;

/// All actions of a plan's JSON.
Ids ids_of(const nlohmann::json& plan);

class Journal {
 public:
  /// `text`: the file that --events wrote.
  explicit Journal(const std::string& text = "");

  int rounds() const;
  /// The actions that were started in that round.
  Ids started_in_round(int round) const;
  /// What was refused, failed or tried again, a line each: why a round was not all of its plan.
  std::string trouble() const { return trouble_; }
  /// Whether both happened, and the first was over before the second began.
  testing::AssertionResult in_order(const std::string& first, const std::string& second) const;
  /// Each before the next, as in_order.
  testing::AssertionResult in_order(const std::vector<std::string>& actions) const;
  /// Whether no control plane began to be away while another was: from its drain, or whatever takes it away first,
  /// until its member is back or off the list. `plan`: of the first round, for the impacts.
  testing::AssertionResult one_control_plane_at_a_time(const nlohmann::json& plan) const;

 private:
  struct Span {
    std::string action;
    int round = 0;
    std::size_t began = 0;
    std::size_t ended = 0;  ///< place in the journal; after its end when it never ended
  };
  const Span* find(const std::string& action) const;

  std::vector<Span> spans_;  ///< by their beginning
  std::string trouble_;
  int rounds_ = 0;
};

}  // namespace tbx::test
