#include "providers/access/access_provider.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/assertion.h"
#include "providers/credentials.h"
#include "providers/poll.h"

namespace tbx {

namespace {

constexpr const char* no_address = "the ingress has no address";

void sort_by_host(std::vector<HostsEntry>& entries) { std::ranges::stable_sort(entries, {}, &HostsEntry::host); }

/// Those of other people's lines that name one of our hosts.
std::vector<HostsEntry> in_the_way(std::vector<HostsEntry> others, const ClusterSpec& wanted) {
  std::erase_if(others, [&](const HostsEntry& entry) {
    return std::ranges::find(wanted.routes, entry.host, &RouteSpec::host) == wanted.routes.end();
  });
  sort_by_host(others);
  return others;
}

}  // namespace

AccessProvider::AccessProvider(std::filesystem::path credentials, AccessOptions options)
    : credentials_(std::move(credentials)), options_(std::move(options)) {}

BlockOwner AccessProvider::owner(const std::string& cluster) const {
  CredentialReader reader(credentials_);
  return {cluster, reader.observe().cluster_id};
}

HttpQuestion AccessProvider::question(const KubernetesState& kubernetes, const std::string& host,
                                      const std::string& path) const {
  return {kubernetes.ingress_address, options_.ingress_port, host, path.empty() ? "/" : path};
}

std::vector<ProbeState> AccessProvider::probe(const ClusterSpec& wanted, const KubernetesState& kubernetes) const {
  std::vector<ProbeState> probes;
  if (kubernetes.presence == Presence::unknown) {
    return probes;
  }
  for (const RouteSpec& route : wanted.routes) {
    probes.push_back({route.host, false, no_address});
  }
  if (!kubernetes.ingress_address.empty()) {
    std::vector<HttpQuestion> questions;
    for (const RouteSpec& route : wanted.routes) {
      questions.push_back(question(kubernetes, route.host, route.path));
    }
    std::vector<HttpAnswer> answers = probe_http(questions, options_.probe_seconds);
    for (std::size_t i = 0; i < probes.size(); ++i) {
      probes[i].answers = answers[i].answers;
      probes[i].detail = answers[i].detail;
    }
  }
  std::ranges::sort(probes, {}, &ProbeState::host);
  return probes;
}

void AccessProvider::observe(const ClusterSpec& wanted, const Scope& scope, Observed& found) {
  CredentialReader reader(credentials_);
  found.credentials = reader.observe();
  AccessState& access = found.access;
  auto lines = read_hosts_file(options_.hosts_file, {wanted.name, found.credentials.cluster_id});
  if (!lines) {
    access = {};
    access.reason = lines.error().message;
    return;
  }
  access.presence = Presence::present;
  access.reason.clear();
  access.hosts = std::move(lines->ours);
  access.hosts_cluster_id = std::move(lines->cluster_id);
  sort_by_host(access.hosts);
  access.foreign_hosts = in_the_way(std::move(lines->others), wanted);
  // No rule depends on them, so what an action's second look asks for is not delayed by a silent address.
  if (scope.whole) {
    access.probes = probe(wanted, found.kubernetes);
  }
}

Status AccessProvider::perform(const WriteHosts& op, const ApplyContext& context) const {
  const std::string& address = context.found.kubernetes.ingress_address;
  if (!op.hosts.empty() && address.empty()) {
    return failure(ErrorKind::unreachable, fmt::format("{} to write into the hosts file yet", no_address));
  }
  std::vector<HostsEntry> wanted;
  for (const std::string& host : op.hosts) {
    wanted.push_back({host, address});
  }
  return write_hosts_file(options_.hosts_file, owner(op.target), wanted);
}

Status AccessProvider::await(const AwaitRoute& op, const ApplyContext& context, const std::stop_token& stop) const {
  if (context.found.kubernetes.ingress_address.empty()) {
    return failure(ErrorKind::unreachable, fmt::format("{} does not answer: {} yet", op.target, no_address));
  }
  std::string told;
  while (true) {
    HttpAnswer answer =
        probe_http({question(context.found.kubernetes, op.target, op.path)}, options_.probe_seconds, stop).front();
    if (answer.answers) {
      return {};
    }
    if (answer.detail != told && !stop.stop_requested()) {
      told = answer.detail;
      if (context.waiting_for) {
        context.waiting_for(told);
      }
    }
    if (!pause(stop, options_.poll_seconds)) {
      return failure(ErrorKind::cancelled, fmt::format("stopped while waiting for {} to answer{}{}", op.target,
                                                       told.empty() ? "" : ": ", told));
    }
  }
}

Status AccessProvider::apply(const Op& op, const ApplyContext& context, std::stop_token stop) {
  if (stop.stop_requested()) {
    return stopped_before_it_began(op);
  }
  if (const auto* hosts = std::get_if<WriteHosts>(&op)) {
    return perform(*hosts, context);
  }
  if (const auto* route = std::get_if<AwaitRoute>(&op)) {
    return await(*route, context, stop);
  }
  TBX_ASSERT(std::holds_alternative<RemoveCredentials>(op), "an op of another system was given to access");
  return remove_credentials(credentials_);
}

}  // namespace tbx
