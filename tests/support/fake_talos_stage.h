// A small cluster of machines with Talos, a fake talosctl, and the provider between them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "providers/talos/talos_provider.h"
#include "tests/support/fake_talos.h"
#include "tests/support/sim_lab.h"

namespace tbx::test {

/// Begins with everything running as the spec says: demo-cp-01 leads etcd, and so on.
struct StagedTalos {
  explicit StagedTalos(int control_planes = 3, int workers = 1);
  explicit StagedTalos(const ClusterSpec& wanted);

  TemporaryFolder folder;
  std::filesystem::path out;  ///< _out/demo, with secrets.yaml and a talosconfig
  ClusterSpec spec;
  Observed found;  ///< the host's facts, and what the last look made of Talos
  FakeTalos talos;
  TalosProvider provider;
  std::stop_source stop;
  std::vector<std::string> told;  ///< what was waited for
  std::function<void(Observed&)> look_at_host;

  FakeTalosNode& node(const std::string& name) { return talos.node(name); }
  /// The machine waits in maintenance mode, on a disk that was never booted.
  void blank(const std::string& name);
  /// All machines are blank, and there is no etcd yet.
  void blank_all();
  /// All control planes have their config, and etcd was never begun.
  void forget_etcd();
  /// All machines are blank, and _out has nothing.
  void forget_credentials();

  /// The nodes of etcd's members, in the order of its list.
  std::vector<std::string> member_names() const;

  /// A whole look, kept in `found`.
  const Observed& look();
  /// By what the last look found.
  Status apply(const Op& op);
  /// The calls of one apply that change something, as somebody would type them; see `plain`. It has to be a success.
  std::vector<std::string> changes_of(const Op& op);
  std::vector<std::string> changes() const;
  /// What the op waits for, as it says first; then it is stopped, and has to say that it was.
  std::string waited_for(const Op& op);
  /// As `plain` shows a call that the machine itself is asked: "... -e <demo-cp-01> -n 10.77.0.11 etcd leave".
  std::string command(const std::string& name, const std::string& words);
  /// Folder and addresses by their names: "talosctl --talosconfig OUT/talosconfig -e <demo-cp-01> ...".
  std::string plain(std::string text) const;
};

/// "demo-cp-02": the ID of its member.
std::string fake_member_id(const std::string& name);

/// Secrets of the cluster, and parts of them, that must never be in an argument or a message.
std::vector<std::string> fake_secret_values();

}  // namespace tbx::test
