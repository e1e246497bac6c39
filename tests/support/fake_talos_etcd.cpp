// The etcd of FakeTalos.
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <fstream>

#include <fmt/format.h>

#include "tests/support/fake_talos.h"

namespace tbx::test {

namespace {

constexpr const char* no_member = "0000000000000000";

std::string no_etcd() {
  return "rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing: dial tcp "
         "127.0.0.1:2379: connect: connection refused\"";
}

std::string decimal(const std::string& id) {
  std::uint64_t number = 0;
  std::from_chars(id.data(), id.data() + id.size(), number, 16);
  return std::to_string(number);
}

}  // namespace

void FakeTalos::join(const std::string& name, const std::string& id) {
  FakeTalosNode& joining = node(name);
  joining.has_etcd_data = true;
  leader = members.empty() ? id : leader;
  members.push_back({id, name, joining.node_address.empty() ? joining.address : joining.node_address});
}

FakeEtcdMember& FakeTalos::member(const std::string& name) {
  return *std::ranges::find(members, name, &FakeEtcdMember::node);
}

const FakeEtcdMember* FakeTalos::member_on(const std::string& name) const {
  auto place = std::ranges::find(members, name, &FakeEtcdMember::node);
  return place == members.end() ? nullptr : &*place;
}

void FakeTalos::move_leadership(const std::string& from) {
  auto next = std::ranges::find_if(
      members, [&](const FakeEtcdMember& each) { return each.id != from && !each.is_learner && !each.node.empty(); });
  leader = next == members.end() ? "" : next->id;
}

void FakeTalos::remove_member(const std::string& id) {
  if (leader == id) move_leadership(id);
  auto place = std::ranges::find(members, id, &FakeEtcdMember::id);
  gone_.push_back(*place);
  members.erase(place);
}

FakeTalos::Reply FakeTalos::etcd_members(const FakeTalosNode& node, const std::string& name) {
  auto own = lists_of_their_own.find(node.name);
  std::vector<FakeEtcdMember> listed = own == lists_of_their_own.end() ? members : own->second;
  if (stale_lists > 0) {
    --stale_lists;
    listed.insert(listed.end(), gone_.begin(), gone_.end());
  }
  Reply reply;
  for (const FakeEtcdMember& each : listed) {
    reply.rows.push_back({name, each.id, each.node, fmt::format("https://{}:2380", each.peer_address),
                          each.node.empty() ? "" : fmt::format("https://{}:2379", each.peer_address),
                          each.is_learner ? "true" : "false"});
  }
  return reply;
}

FakeTalos::Reply FakeTalos::etcd_status(const FakeTalosNode& node, const std::string& name) {
  const FakeEtcdMember& own = *member_on(node.name);
  return {"",
          {{name, own.id, "21 MB", "6.3 MB (30.00%)", leader.empty() ? no_member : leader, "78", "2", "78",
            own.is_learner ? "true" : "false", "3.6.5", "3.6.0", own.errors}}};
}

FakeTalos::Reply FakeTalos::etcd_alarms(const std::string& name) {
  Reply reply;
  for (const auto& [id, alarm] : alarms) {
    reply.rows.push_back({name, id, alarm});
  }
  return reply;
}

FakeTalos::Reply FakeTalos::etcd(FakeTalosNode& node, const std::string& name, const FakeTalosCall& call) {
  const std::string& verb = call.words.at(1);
  const FakeEtcdMember* own = member_on(node.name);
  if (verb == "leave") {
    if (own != nullptr) remove_member(own->id);
    node.has_etcd_data = false;
    return {};
  }
  if (own == nullptr) return {"", {}, no_etcd()};
  if (verb == "members") return etcd_members(node, name);
  if (verb == "status") return etcd_status(node, name);
  if (verb == "alarm") return etcd_alarms(name);
  if (verb == "forfeit-leadership") {
    if (leader == own->id) move_leadership(own->id);
    return {};
  }
  if (verb == "snapshot") {
    std::ofstream(call.words.at(2)) << "the data of etcd";
    return {
        fmt::format("etcd snapshot saved to \"{}\" (16 bytes)\nsnapshot info: hash 4df3b946, revision 556, total "
                    "keys 274, total size 843776\n",
                    call.words.at(2))};
  }
  const std::string& id = call.words.at(2);
  if (std::ranges::find(members, id, &FakeEtcdMember::id) == members.end()) {
    return {"",
            {},
            fmt::format("rpc error: code = NotFound desc = failed to remove member {}: etcdserver: member not "
                        "found",
                        decimal(id))};
  }
  remove_member(id);
  return {};
}

FakeTalos::Reply FakeTalos::bootstrap(FakeTalosNode& node) {
  constexpr const char* precondition = "rpc error: code = FailedPrecondition desc = ";
  if (!node.is_control_plane) {
    return {"", {}, std::string(precondition) + "bootstrap can only be performed on a control plane node"};
  }
  if (node.has_etcd_data) return {"", {}, "rpc error: code = AlreadyExists desc = etcd data directory is not empty"};
  if (node.stage == "installing") return {"", {}, std::string(precondition) + "bootstrap is not available yet"};
  join(node.name, fmt::format("{:016x}", 0xb0075742U + members.size()));
  return {};
}

}  // namespace tbx::test
