#include "providers/talos/etcd_state.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace tbx {

namespace {

const EtcdStatusRow* status_of(const EtcdAnswers& answers, const std::string& id) {
  auto place = std::ranges::find(answers.statuses, id, &EtcdStatusRow::id);
  return place == answers.statuses.end() ? nullptr : &*place;
}

void judge(EtcdMember& member, const EtcdStatusRow* status) {
  if (status == nullptr) {
    return;
  }
  member.healthy = status->errors.empty() && !status->leader.empty();
  member.leader = status->leader == member.id;
  member.learner = member.learner || status->learner;
}

/// "https://10.77.0.11:2380" -> 10.77.0.11
std::string host_of(std::string_view url) {
  std::size_t begin = url.find("://");
  url.remove_prefix(begin == std::string_view::npos ? 0 : begin + 3);
  return std::string(url.substr(0, url.rfind(':')));
}

/// All lists together, and members that only their own status tells of.
std::vector<EtcdMember> members_of(const EtcdAnswers& answers) {
  std::map<std::string, EtcdMember> members;
  for (const EtcdMemberRow& row : answers.members) {
    EtcdMember& member = members[row.id];
    member.id = row.id;
    member.node = row.hostname.empty() ? member.node : row.hostname;
    member.learner = member.learner || row.learner;
    member.peer_address = row.peer_urls.empty() ? member.peer_address : host_of(row.peer_urls.front());
  }
  for (const EtcdStatusRow& row : answers.statuses) {
    EtcdMember& member = members[row.id];
    member.id = row.id;
    auto name = answers.node_names.find(row.node);
    if (member.node.empty() && name != answers.node_names.end()) {
      member.node = name->second;
    }
  }
  std::vector<EtcdMember> sorted;
  for (auto& [id, member] : members) {
    judge(member, status_of(answers, id));
    sorted.push_back(std::move(member));
  }
  return sorted;
}

bool lists_agree(const std::vector<EtcdMemberRow>& rows) {
  std::map<std::string, std::set<std::tuple<std::string, std::string, bool>>> lists;
  for (const EtcdMemberRow& row : rows) {
    lists[row.node].emplace(row.id, row.hostname, row.learner);
  }
  return std::ranges::all_of(lists, [&](const auto& list) { return list.second == lists.begin()->second; });
}

std::vector<std::string> alarms_of(const std::vector<EtcdAlarmRow>& rows) {
  std::set<std::string> alarms;
  for (const EtcdAlarmRow& row : rows) {
    alarms.insert(row.alarm + ' ' + row.id);
  }
  return {alarms.begin(), alarms.end()};
}

EtcdState without_rows(const EtcdAnswers& answers) {
  EtcdState state;
  bool never = !answers.data.empty() &&
               std::ranges::all_of(answers.data, [](const auto& node) { return node.second == Presence::absent; });
  state.presence = never ? Presence::absent : Presence::unknown;
  if (!never) {
    state.reason = answers.reason.empty() ? "no control plane was asked for etcd" : answers.reason;
  }
  return state;
}

}  // namespace

EtcdState make_etcd_state(const EtcdAnswers& answers) {
  // A list without any status would look like a loss of quorum: has_leader can't say that it is not known.
  if (answers.statuses.empty()) {
    return without_rows(answers);
  }
  EtcdState state;
  state.presence = Presence::present;
  state.lists_agree = lists_agree(answers.members);
  state.has_leader =
      std::ranges::any_of(answers.statuses, [](const EtcdStatusRow& row) { return !row.leader.empty(); });
  state.members = members_of(answers);
  state.alarms = alarms_of(answers.alarms);
  return state;
}

}  // namespace tbx
