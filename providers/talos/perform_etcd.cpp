// etcd's membership. Whether it may change is the engine's to say; here it is done, and looked at whether it is so.
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "engine/ownership.h"
#include "providers/credentials.h"
#include "providers/private_work_folder.h"
#include "providers/snapshots.h"
#include "providers/talos/parse_etcd.h"
#include "providers/talos/perform.h"
#include "specs/load.h"

namespace tbx {

namespace {

/// Talos retries for five minutes while etcd is unhealthy.
constexpr double leave_seconds = 330;
constexpr double snapshot_seconds = 280;

tl::unexpected<Error> nobody_serves(const std::string& what) {
  return failure(ErrorKind::unreachable, fmt::format("{}: no other member of etcd answers", what));
}

Result<std::vector<EtcdMemberRow>> members_by(const TalosWork& work, const NodeReach& node) {
  auto output = ask(work, node, {"etcd", "members"});
  return output ? parse_etcd_members(*output) : tl::unexpected(output.error().error);
}

Result<EtcdStatusRow> status_of(const TalosWork& work, const NodeReach& node) {
  auto output = ask(work, node, {"etcd", "status"});
  auto rows = output ? parse_etcd_status(*output) : tl::unexpected(output.error().error);
  if (!rows) {
    return tl::unexpected(rows.error());
  }
  return rows->empty() ? Result<EtcdStatusRow>(failure(ErrorKind::malformed_answer, node.node + " told no status"))
                       : rows->front();
}

bool lists(const std::vector<EtcdMemberRow>& rows, const std::string& member_id) {
  return std::ranges::find(rows, member_id, &EtcdMemberRow::id) != rows.end();
}

/// Off the list of every member that stays and answers.
Waiting is_off_all_lists(const TalosWork& work, const std::vector<NodeReach>& others, const std::string& member_id) {
  for (const NodeReach& other : others) {
    auto rows = members_by(work, other);
    if (!rows) {
      return not_yet(rows.error().message);
    }
    if (lists(*rows, member_id)) {
      return not_yet(fmt::format("{} still lists member {}", other.node, member_id));
    }
  }
  return it_is_so();
}

Status wait_until_off_all_lists(const TalosWork& work, const std::vector<NodeReach>& others,
                                const std::string& member_id) {
  return wait_until(work.stop, work.context.waiting_for, [&] { return is_off_all_lists(work, others, member_id); });
}

std::string healthy_of_all(const std::vector<EtcdMemberRow>& rows, const EtcdStatusRow& own) {
  auto started = std::ranges::count_if(rows, [](const EtcdMemberRow& row) { return !row.hostname.empty(); });
  return fmt::format("etcd is {} ({} of {} members started)", own.leader.empty() ? "preparing" : "running", started,
                     rows.size());
}

Waiting membership_of(const TalosWork& work, const NodeReach& reach) {
  if (reach.port != PortAnswer::open) {
    return not_yet("Talos does not answer yet");
  }
  auto own = status_of(work, reach);
  if (!own) {
    return not_yet("etcd is preparing");
  }
  auto rows = members_by(work, reach);
  const std::string state = rows ? healthy_of_all(*rows, *own) : "etcd is preparing";
  if (own->leader.empty()) {
    return not_yet(state);
  }
  return own->learner ? not_yet(fmt::format("{}, {} is a learner", state, reach.node)) : it_is_so();
}

}  // namespace

Status perform(const TalosWork& work, const BootstrapEtcd& op) {
  auto reach = machine_reach(work, op.target);
  if (!reach) {
    return tl::unexpected(reach.error());
  }
  auto begun = change(work, *reach, {"bootstrap"});
  if (begun || begun.error().trouble == TalosTrouble::already_exists) {
    return {};
  }
  // Right after its first config the machine may still answer as in maintenance.
  if (begun.error().trouble == TalosTrouble::unknown_authority) {
    begun.error().error.kind = ErrorKind::busy;
  }
  return tl::unexpected(begun.error().error);
}

Status perform(const TalosWork& work, const AwaitEtcdMember& op) {
  return wait_for_node(work, op.target, [&](const NodeReach& reach) { return membership_of(work, reach); });
}

Status perform(const TalosWork& work, const SnapshotEtcd& op) {
  std::vector<NodeReach> members = serving_members(work);
  if (members.empty()) {
    return failure(ErrorKind::unreachable, "no member of etcd answers that could be saved");
  }
  const std::filesystem::path folder = credential_paths(work.folder).snapshots;
  auto place = next_snapshot(folder, op.target);
  auto private_folder = PrivateWorkFolder::make(work.folder);
  if (!place || !private_folder) {
    return tl::unexpected(place ? private_folder.error() : place.error());
  }
  const std::filesystem::path made = private_folder->path() / "etcd.snapshot";
  ToolCall call = work.talosctl.authenticated(target_of(members.front()), {"etcd", "snapshot", text_from_path(made)});
  call.deadline_seconds = snapshot_seconds;
  if (auto saved = work.talosctl.ask(call, work.stop); !saved) {
    return tl::unexpected(saved.error().error);
  }
  std::error_code error;
  std::filesystem::permissions(made, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, error);
  if (!error) {
    std::filesystem::rename(made, *place, error);
  }
  if (error) {
    return failure(ErrorKind::rejected, fmt::format("the snapshot can't be kept as {}", text_from_path(*place)),
                   error.message());
  }
  return forget_old_snapshots(folder);
}

Status perform(const TalosWork& work, const HandOverLeadership& op) {
  auto reach = machine_reach(work, op.target);
  if (!reach) {
    return tl::unexpected(reach.error());
  }
  auto own = status_of(work, *reach);
  if (!own) {
    return tl::unexpected(own.error());
  }
  if (own->leader != own->id) {
    return {};
  }
  if (auto handed = change(work, *reach, {"etcd", "forfeit-leadership"}); !handed) {
    return tl::unexpected(handed.error().error);
  }
  return wait_until(work.stop, work.context.waiting_for, [&]() -> Waiting {
    auto now = status_of(work, *reach);
    return now && !now->leader.empty() && now->leader != now->id ? it_is_so()
                                                                 : not_yet("another member takes the lead");
  });
}

Status perform(const TalosWork& work, const LeaveEtcd& op) {
  auto reach = machine_reach(work, op.target);
  if (!reach) {
    return tl::unexpected(reach.error());
  }
  std::vector<NodeReach> others = serving_members(work, op.target);
  if (others.empty()) {
    return nobody_serves(fmt::format("{} does not leave etcd", op.target));
  }
  auto rows = members_by(work, others.front());
  if (!rows) {
    return tl::unexpected(rows.error());
  }
  const TalosNode* talos = talos_node(work.context.found, op.target);
  const bool has_no_data = talos != nullptr && talos->etcd_data == Presence::absent;
  if (lists(*rows, op.member_id) || !has_no_data) {
    auto left = change(work, *reach, {"etcd", "leave"}, leave_seconds);
    if (!left && left.error().trouble != TalosTrouble::not_found) {
      return tl::unexpected(left.error().error);
    }
  }
  return wait_until_off_all_lists(work, others, op.member_id);
}

Status perform(const TalosWork& work, const RemoveEtcdMember& op) {
  std::vector<NodeReach> others = serving_members(work, op.target);
  if (others.empty()) {
    return nobody_serves(fmt::format("member {} of {} is not removed", op.member_id, op.target));
  }
  auto removed = change(work, others.front(), {"etcd", "remove-member", op.member_id});
  if (!removed && removed.error().trouble != TalosTrouble::not_found) {
    return tl::unexpected(removed.error().error);
  }
  return wait_until_off_all_lists(work, others, op.member_id);
}

}  // namespace tbx
