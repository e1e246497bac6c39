#include "engine/status.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/described.h"
#include "engine/etcd_quorum.h"
#include "engine/ownership.h"
#include "engine/status_machines.h"

namespace tbx {
namespace {

std::string because(std::string_view reason) {
  return reason.empty() ? std::string("unknown") : fmt::format("unknown: {}", printable(reason));
}

class StatusText {
 public:
  StatusText(const ClusterSpec& wanted, const Observed& found, const Plan& plan, const StatusOptions& options)
      : wanted_(wanted), found_(found), plan_(plan), options_(options), style_(options.style) {}

  std::string render() {
    append_cluster();
    append_machines(out_, wanted_, found_, style_);
    out_ += '\n';
    append_wrapped(out_, heading("etcd") + "  ", etcd_text(found_.etcd), style_);
    append_addons();
    append_routes();
    append_credentials();
    append_advice();
    return std::move(out_);
  }

 private:
  std::string heading(std::string_view title) const { return painted(Ink::bold, title, style_); }

  std::string found_version() const {
    const std::string& version = found_.kubernetes.version;
    if (!version.empty()) return "Kubernetes " + printable(version);
    switch (found_.kubernetes.presence) {
      case Presence::unknown:
        return "Kubernetes " + because(found_.kubernetes.reason);
      case Presence::absent:
        return "no Kubernetes yet";
      case Presence::present:
        break;
    }
    const auto& nodes = found_.kubernetes.nodes;
    const std::string kubelet = nodes.empty() ? std::string() : printable(nodes.front().kubelet_version);
    return kubelet.empty() ? "Kubernetes" : "Kubernetes " + kubelet;
  }

  void append_cluster() {
    const MachineTotals totals = machine_totals(wanted_, found_);
    const bool hidden = found_.host.presence == Presence::unknown;
    const std::string machines =
        hidden ? "machines " + because(found_.host.reason)
               : fmt::format("{} of {} running", totals.running, counted(totals.wanted, "machine"));
    append_wrapped(out_, heading(printable(wanted_.name)) + "  ",
                   fmt::format("Talos {}, {}, {}, {} Ready", printable(wanted_.talos_version), found_version(),
                               machines, totals.ready),
                   style_);
  }

  std::string release_state(const Release* release) const {
    if (release == nullptr) return found_.helm.presence == Presence::unknown ? "unknown" : "absent";
    if (release->status != "deployed") return printable(release->status);
    if (release->ready == Presence::present) return "ready";
    if (release->not_ready.empty()) return release->ready == Presence::unknown ? "deployed" : "not ready";
    return "not ready: " + printable(fmt::format("{}", fmt::join(release->not_ready, "; ")));
  }

  void append_addons() {
    if (wanted_.addons.empty()) return;
    out_ += '\n' + heading("Addons");
    out_ += found_.helm.presence == Presence::unknown ? "  " + because(found_.helm.reason) + "\n" : "\n";
    std::size_t name_width = 0;
    std::size_t version_width = 0;
    for (const AddonSpec& addon : wanted_.addons) {
      name_width = std::max(name_width, display_width(addon.name));
      version_width = std::max(version_width, display_width(addon.version));
    }
    for (const AddonSpec& addon : wanted_.addons) {
      const Release* release = release_named(found_.helm, addon.name);
      const std::string state = release_state(release);
      const std::string version = printable(release == nullptr ? addon.version : release->version);
      const std::string first =
          fmt::format("  {}  {}  ", padded(addon.name, name_width), padded(version, version_width));
      append_wrapped(out_, first, state, style_, state == "ready" ? Ink::green : Ink::red);
    }
  }

  std::string route_state(const RouteSpec& route, bool& answers) const {
    const auto probe = std::find_if(found_.access.probes.begin(), found_.access.probes.end(),
                                    [&](const ProbeState& each) { return each.host == route.host; });
    answers = probe != found_.access.probes.end() && probe->answers;
    if (probe == found_.access.probes.end())
      return found_.access.presence == Presence::unknown ? "unknown" : "not probed";
    return fmt::format("{}{}", answers ? "answers" : "does not answer",
                       probe->detail.empty() ? "" : fmt::format(" ({})", printable(probe->detail)));
  }

  void append_routes() {
    if (wanted_.routes.empty()) return;
    out_ += '\n' + heading("Routes") + '\n';
    std::size_t width = 0;
    for (const RouteSpec& route : wanted_.routes) width = std::max(width, address_of(route).size());
    for (const RouteSpec& route : wanted_.routes) {
      bool answers = false;
      const std::string state = route_state(route, answers);
      append_wrapped(out_, fmt::format("  {}  ", padded(address_of(route), width)), state, style_,
                     answers ? Ink::green : Ink::red);
    }
  }

  static std::string address_of(const RouteSpec& route) { return "http://" + printable(route.host + route.path); }

  void append_credentials() {
    const CredentialState& state = found_.credentials;
    out_ += fmt::format("\n{}  secrets {}, talosconfig {}, kubeconfig {}\n", heading("Credentials"),
                        enum_name(state.secrets), enum_name(state.talosconfig), enum_name(state.kubeconfig));
  }

  void append_advice() {
    out_ += '\n';
    if (plan_.converged()) {
      out_ += "It matches its file: nothing to do.\n";
      return;
    }
    std::string text =
        counted(plan_.actions.size(), "action would make it match its file", "actions would make it match its file");
    if (plan_.actions.empty()) text = "Nothing may be done now";
    if (!plan_.refused.empty()) text += fmt::format("; {} refused", plan_.refused.size());
    if (!plan_.complete()) text += "; not everything could be observed";
    append_wrapped(out_, "", text + ":", style_);
    out_ += fmt::format("  tbx plan {}\n", printable(options_.spec_path));
  }

  const ClusterSpec& wanted_;
  const Observed& found_;
  const Plan& plan_;
  const StatusOptions& options_;
  const TextStyle& style_;
  std::string out_;
};

}  // namespace

std::string etcd_text(const EtcdState& etcd) {
  if (etcd.presence == Presence::unknown) return because(etcd.reason);
  if (etcd.presence == Presence::absent) return "never bootstrapped";
  const VoterCount count = count_voters(etcd);
  std::string text =
      fmt::format("{}, {} healthy, ", counted(static_cast<std::size_t>(count.voters), "member"), count.healthy);
  if (!etcd.has_leader || count.healthy < quorum_of(count.voters)) {
    text += fmt::format("no quorum ({} of {} needed)", quorum_of(count.voters), count.voters);
  } else {
    const int spare = count.healthy - quorum_of(count.voters);
    text += fmt::format("tolerates {}{}", count.healthy < count.voters ? "only " : "",
                        counted(static_cast<std::size_t>(spare), "failure"));
  }
  if (count.learners > 0) text += fmt::format(", {}", counted(static_cast<std::size_t>(count.learners), "learner"));
  if (!etcd.lists_agree) text += ", and its members disagree on who they are";
  for (const std::string& alarm : etcd.alarms) text += fmt::format("; alarm {}", printable(alarm));
  return text;
}

std::string status_text(const ClusterSpec& wanted, const Observed& found, const Plan& plan,
                        const StatusOptions& options) {
  return StatusText(wanted, found, plan, options).render();
}

}  // namespace tbx
