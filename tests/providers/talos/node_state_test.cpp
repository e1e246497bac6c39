// The state probe, on what talosctl 1.12.6 printed in each state.
#include "providers/talos/node_state.h"

#include <gtest/gtest.h>

#include "tests/support/recorded.h"

namespace tbx {
namespace {

const CommandOutput in_maintenance = talosctl_call("emulator/maintenance-machinestatus", 0);
const CommandOutput insecure_refused = talosctl_call("emulator/configured-insecure", 1);
const CommandOutput runs = talosctl_call("emulator/machinestatus", 0);
const CommandOutput unknown_authority = talosctl_call("emulator/maintenance-talosconfig-rejected", 1);
const CommandOutput broken = talosctl_call("errors/closed-get", 1);

TEST(NodeState, IsUnreachableWithoutAnOpenPort) {
  EXPECT_EQ(judge_node_state({PortAnswer::closed, {}, {}}).kind, NodeStateKind::unreachable);
  EXPECT_EQ(judge_node_state({PortAnswer::silent, {}, {}}).kind, NodeStateKind::unreachable);
  EXPECT_EQ(judge_node_state({PortAnswer::open, talosctl_call("errors/refused-get-insecure", 1), {}}).kind,
            NodeStateKind::unreachable);
}

TEST(NodeState, IsMaintenanceOnlyWhenTheMachineSaysSo) {
  EXPECT_EQ(judge_node_state({PortAnswer::open, in_maintenance, {}}).kind, NodeStateKind::maintenance);
  EXPECT_EQ(judge_node_state({PortAnswer::open, in_maintenance, unknown_authority}).kind, NodeStateKind::maintenance);
}

TEST(NodeState, IsConfiguredWhenAClientCertificateIsAskedFor) {
  EXPECT_EQ(judge_node_state({PortAnswer::open, insecure_refused, {}}).kind, NodeStateKind::configured);
  EXPECT_EQ(judge_node_state({PortAnswer::open, {}, runs}).kind, NodeStateKind::configured);
}

TEST(NodeState, IsForeignWhenConfiguredByAnotherCluster) {
  EXPECT_EQ(judge_node_state({PortAnswer::open, insecure_refused, unknown_authority}).kind, NodeStateKind::foreign);
}

TEST(NodeState, IsUnknownFromAnUnknownAuthorityAlone) {
  NodeState state = judge_node_state({PortAnswer::open, {}, unknown_authority});
  EXPECT_EQ(state.kind, NodeStateKind::unknown) << "it may as well be in maintenance mode: ask that";
}

TEST(NodeState, IsUnknownWhenAConnectionBreaksOff) {
  EXPECT_EQ(judge_node_state({PortAnswer::open, broken, {}}).kind, NodeStateKind::unknown);
  EXPECT_FALSE(judge_node_state({PortAnswer::open, broken, {}}).reason.empty());
}

TEST(NodeState, IsUnknownWhenNothingWasAskedOrTheAnswerIsCutOff) {
  EXPECT_EQ(judge_node_state({PortAnswer::open, {}, {}}), (NodeState{NodeStateKind::unknown, "it was not asked"}));
  CommandOutput cut = in_maintenance;
  cut.out.resize(cut.out.size() / 2);
  EXPECT_EQ(judge_node_state({PortAnswer::open, cut, {}}).kind, NodeStateKind::unknown);
  EXPECT_EQ(judge_node_state({PortAnswer::open, CommandOutput{0, "", ""}, {}}).kind, NodeStateKind::unknown);
}

}  // namespace
}  // namespace tbx
