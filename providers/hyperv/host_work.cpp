#include "providers/hyperv/host_work.h"

#include <algorithm>
#include <set>

#include "providers/credentials.h"
#include "providers/hyperv/mark_text.h"

namespace tbx {

using nlohmann::json;

namespace {

/// Empty where the marks of this name are of several clusters: then nobody knows which of them is meant.
std::string marked_id(const HostState& host, const std::string& cluster) {
  std::set<std::string> ids;
  const auto add = [&](const Mark& mark) {
    if (mark.cluster == cluster && !mark.cluster_id.empty()) ids.insert(mark.cluster_id);
  };
  std::ranges::for_each(host.machines, add, &Machine::mark);
  std::ranges::for_each(host.disks, add, &Disk::mark);
  return ids.size() == 1 ? *ids.begin() : "";
}

}  // namespace

std::string HostWork::cluster_id() const {
  const std::string own = CredentialReader(host.credentials).observe().cluster_id;
  if (!own.empty()) return own;
  const std::string& seen = context.found.credentials.cluster_id;
  return seen.empty() ? marked_id(context.found.host, context.spec.name) : seen;
}

std::string HostWork::mark_with_id(Mark mark) const {
  if (mark.cluster_id.empty()) mark.cluster_id = cluster_id();
  return mark_text(mark);
}

Result<json> HostWork::ask(std::string_view script, json arguments, ToolEffect effect, double deadline_seconds) const {
  return host.ask(script, context.spec, cluster_id(), std::move(arguments), effect, stop, deadline_seconds);
}

Result<json> HostWork::ask_to_change(std::string_view script, const std::string& node, json arguments,
                                     double deadline_seconds) const {
  arguments["node"] = node;
  looks.changed(node);
  auto answer = ask(script, std::move(arguments), ToolEffect::changes, deadline_seconds);
  looks.changed(node);
  return answer;
}

Status HostWork::change(std::string_view script, const std::string& node, json arguments,
                        double deadline_seconds) const {
  auto answer = ask_to_change(script, node, std::move(arguments), deadline_seconds);
  return answer ? Status() : tl::unexpected(answer.error());
}

}  // namespace tbx
