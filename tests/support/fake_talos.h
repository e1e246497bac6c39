// talosctl over the state of a few machines with Talos and their etcd.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "providers/tools.h"
#include "tests/support/fake_talos_call.h"
#include "tests/support/open_port.h"

namespace tbx::test {

struct FakeTalosNode {
  std::string name;  ///< that its config gives it
  std::string uuid;
  std::string address;       ///< from DHCP: what is dialled
  std::string node_address;  ///< what the nodes call it
  bool is_control_plane = false;
  std::unique_ptr<OpenPort> port;  ///< null: nothing listens there
  std::string version = "v1.12.4";
  std::string schematic;
  std::string config;  ///< that is active; empty: it waits for one in maintenance mode
  std::string staged_config;
  std::string stage;  ///< Talos' word; empty: as it follows from its config and etcd
  int boots = 1;
  int old_boot_answers = 0;  ///< so many more answers still come from the boot before
  int kubelet_starts = 1;
  bool has_etcd_data = false;
  bool is_cut_off = false;            ///< from the other machines; who dials it gets through
  bool is_foreign = false;            ///< configured by another cluster
  bool hangs = false;                 ///< takes calls, and answers none
  bool goes_back_to_old = false;      ///< an upgrade does not come up
  bool closes_when_it_boots = false;  ///< nothing listens there after its next restart
};

struct FakeEtcdMember {
  std::string id;
  std::string node;          ///< empty: it never started
  std::string peer_address;  ///< by which the others know it
  bool is_learner = false;
  std::string errors = {};
};

/// Answers by what is asked, in any order, in the form of tests/recorded/talosctl-1.12.6. What it has no answer for is
/// an error that no code of ours takes for anything else.
class FakeTalos : public Tools {
 public:
  Result<CommandOutput> run(const ToolCall& call, std::stop_token stop = {}) override;

  /// A machine whose port is open and that waits in maintenance mode.
  FakeTalosNode& add(const std::string& name, const std::string& uuid, const std::string& node_address,
                     bool is_control_plane);
  FakeTalosNode& node(const std::string& name) { return *nodes_.at(name); }
  /// Its etcd is a member from now on; the first one leads.
  void join(const std::string& name, const std::string& id);
  FakeEtcdMember& member(const std::string& name);

  std::vector<FakeEtcdMember> members;
  std::string leader;                                                     ///< an ID; empty: there is none
  std::vector<std::pair<std::string, std::string>> alarms;                ///< ID and alarm
  std::map<std::string, std::vector<FakeEtcdMember>> lists_of_their_own;  ///< by node: another list than all others'
  int stale_lists = 0;              ///< so many more answers still list a member that is gone
  bool is_there = true;             ///< talosctl itself
  std::string version = "v1.12.6";  ///< its own
  int certificates = 0;             ///< of talosconfigs made so far

  std::map<std::string, CommandOutput> failures;  ///< by the start of the line: "etcd leave"
  std::set<std::string> cut_off;                  ///< likewise: their deadline passes once, after their effect
  /// By node, then by the start of the line: "rpc error: code = ...".
  std::map<std::string, std::map<std::string, std::string>> failures_of_nodes;
  std::function<void(const ToolCall&)> before_call = [](const ToolCall&) {};

  std::vector<ToolCall> calls;
  std::vector<std::string> files_read;  ///< texts of the configs that were applied or validated

 private:
  struct Reply {
    std::string text = {};                            ///< where it is no table
    std::vector<std::vector<std::string>> rows = {};  ///< of a table
    std::string error = {};                           ///< "rpc error: code = ..."
  };

  Result<CommandOutput> answer(const ToolCall& call, const FakeTalosCall& parsed);
  CommandOutput ask_nodes(const FakeTalosCall& call);
  CommandOutput list_etcd_data(const FakeTalosCall& call);
  std::string why_not_connected(const FakeTalosCall& call);
  std::string why_not_forwarded(const FakeTalosCall& call, const std::string& name);
  Reply reply(FakeTalosNode& node, const std::string& name, const FakeTalosCall& call);
  Reply change(FakeTalosNode& node, const std::string& name, const FakeTalosCall& call);
  Reply resources(const FakeTalosNode& node, const std::string& name, const FakeTalosCall& call);
  Reply apply_config(FakeTalosNode& node, const FakeTalosCall& call);
  Reply upgrade(FakeTalosNode& node, const std::string& name, const FakeTalosCall& call);
  void restart(FakeTalosNode& node);

  Reply etcd(FakeTalosNode& node, const std::string& name, const FakeTalosCall& call);
  Reply etcd_members(const FakeTalosNode& node, const std::string& name);
  Reply etcd_status(const FakeTalosNode& node, const std::string& name);
  Reply etcd_alarms(const std::string& name);
  Reply bootstrap(FakeTalosNode& node);
  void remove_member(const std::string& id);
  void move_leadership(const std::string& from);
  std::string stage_of(const FakeTalosNode& node) const;
  const FakeEtcdMember* member_on(const std::string& name) const;
  FakeTalosNode* node_at(const std::string& address);

  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<FakeTalosNode>> nodes_;
  std::vector<FakeEtcdMember> gone_;
};

/// Columns as Go's tabwriter sets them.
std::string fake_table(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows);

}  // namespace tbx::test
