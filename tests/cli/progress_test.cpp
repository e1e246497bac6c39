// What the progress display shows: live in 80 columns, and as lines of a log.
#include "cli/progress_state.h"

#include <gtest/gtest.h>

#include "tests/support/small_plans.h"

namespace tbx {
namespace {

using Lines = std::vector<std::string>;

Plan five_steps() {
  return test::plan_of({CreateDisk{"lab-cp-01", 20, {}}, CreateMachine{"lab-cp-01", 2, 4096, "Default Switch", "i", {}},
                        StartMachine{"lab-cp-01", ""}, AwaitAddress{"lab-cp-01"}, BootstrapEtcd{"lab-cp-01"}});
}

class ProgressLines : public testing::Test {
 protected:
  void tell(const Event& event, double at_seconds) {
    follow(state_, event, plan_, at_seconds);
    if (auto line = lasting_line(state_, event, at_seconds, layout_)) log_.push_back(*std::move(line));
  }
  Lines live(double now_seconds) const { return live_lines(state_, now_seconds, layout_); }

  void half_way() {
    tell(RoundStarted{1, &plan_}, 0);
    tell(ActionStarted{0, 1, 60}, 0);
    tell(ActionSucceeded{0, 4}, 4);
    tell(ActionStarted{1, 1, 300}, 4);
    tell(ActionWaiting{1, "the host is busy with 3 other machines"}, 6);
  }

  Plan plan_ = five_steps();
  ProgressState state_;
  ProgressLayout layout_{.style = {.width = 80, .ascii = true}, .live = true};
  Lines log_;
};

TEST_F(ProgressLines, ShowWhatRunsWhatItWaitsForAndWhatIsLeft) {
  half_way();
  EXPECT_EQ(live(12), (Lines{
                          "  create machine lab-cp-01 (2 CPUs, 4096 MiB)                      0:08 of 5:00",
                          "    waiting: the host is busy with 3 other machines",
                          "  next: start machine lab-cp-01; and 2 more",
                          "######------------------------  1 of 5 done, 1 running, 3 left  0:12",
                      }));
}

TEST_F(ProgressLines, AreNeverWiderThanTheTerminal) {
  half_way();
  for (const int width : {20, 40, 60, 79, 80, 120}) {
    for (const bool ascii : {true, false}) {
      layout_.style.width = width;
      layout_.style.ascii = ascii;
      for (const std::string& line : live(12)) {
        EXPECT_LT(display_width(line), static_cast<std::size_t>(width)) << line;
      }
    }
  }
}

TEST_F(ProgressLines, CountManyThatRunAtOnce) {
  plan_ = test::starts(30);
  tell(RoundStarted{1, &plan_}, 0);
  for (ActionId action = 0; action < 12; ++action) tell(ActionStarted{action, 1, 60}, 0);
  const Lines lines = live(1);
  EXPECT_EQ(lines.size(), 11U);
  EXPECT_EQ(lines[8], "  and 4 more");
  EXPECT_EQ(lines[10], "------------------------------  0 of 30 done, 12 running, 18 left  0:01");
}

TEST_F(ProgressLines, SayThatAnotherLookIsTaken) {
  EXPECT_EQ(live(0), Lines{});
  half_way();
  tell(RoundFinished{1}, 20);
  EXPECT_EQ(live(20), Lines{"looking again..."});
}

TEST_F(ProgressLines, OnATerminalOnlyResultsStay) {
  half_way();
  EXPECT_EQ(log_, (Lines{"round 1: 5 actions", "  0:04  done   create disk of lab-cp-01 (20 GiB) (4 s) [1/5]"}));
}

TEST_F(ProgressLines, ALogTellsEverything) {
  layout_.live = false;
  half_way();
  tell(ActionRetried{1, {ErrorKind::busy, "the disk is in use", ""}, 4}, 8);
  tell(ActionStarted{1, 2, 296}, 12);
  tell(ActionFailed{1, {ErrorKind::rejected, "the switch is gone", ""}}, 20);
  tell(ActionSkipped{2, 1}, 20);
  tell(ActionRefused{3, "identity", "another VM has its name"}, 21);
  tell(RoundFinished{1}, 21);
  EXPECT_EQ(log_,
            (Lines{
                "round 1: 5 actions",
                "  0:00  start  create disk of lab-cp-01 (20 GiB)",
                "  0:04  done   create disk of lab-cp-01 (20 GiB) (4 s) [1/5]",
                "  0:04  start  create machine lab-cp-01 (2 CPUs, 4096 MiB)",
                "  0:06  wait   create machine lab-cp-01 (2 CPUs, 4096 MiB): the host is busy with 3 other machines",
                "  0:08  retry  create machine lab-cp-01 (2 CPUs, 4096 MiB): the disk is in use; again in 4 s",
                "  0:12  start  create machine lab-cp-01 (2 CPUs, 4096 MiB) (attempt 2)",
                "  0:20  FAILED create machine lab-cp-01 (2 CPUs, 4096 MiB): the switch is gone",
                "  0:21  REFUSED wait for lab-cp-01 to get an address: another VM has its name (identity)",
                "  0:21  skip   1 action not started, for want of what failed",
            }));
  EXPECT_EQ(state_.count(Settled::failed), 1U);
  EXPECT_EQ(state_.left(), 1U);
}

TEST_F(ProgressLines, SayWhatAnotherCtrlCWouldDo) {
  half_way();
  log_.clear();
  tell(StopRequested{1}, 13);
  EXPECT_EQ(live(13).size(), 3U) << "nothing comes next";
  tell(StopRequested{2}, 14);
  tell(ActionSkipped{2, 1}, 14);
  tell(RoundFinished{1}, 14);
  EXPECT_EQ(log_, (Lines{"Stopping: what runs now is finished first. Press Ctrl-C again to stop it too.",
                         "Stopping at once."}));
}

}  // namespace
}  // namespace tbx
