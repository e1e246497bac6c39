// What every provider promises: twice is once, what was done is seen, cancelled is cancelled, a failure says why.
#include "providers/access/access_provider.h"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "providers/credentials.h"
#include "providers/sim/sim_credentials.h"
#include "tests/support/converged_world.h"
#include "tests/support/http_server.h"
#include "tests/support/sim_lab.h"

namespace tbx {
namespace {

namespace fs = std::filesystem;
using test::HttpReply;
using test::HttpServer;
using test::TemporaryFolder;

const std::string others = "127.0.0.1 localhost\n";
const WriteHosts both_hosts{"lab", {"grafana.lab.local", "traefik.lab.local"}};

ClusterSpec spec_of_lab() {
  return test::spec_from(
      "apiVersion: tbx/v1\nkind: Cluster\nmetadata: {name: lab}\nspec:\n"
      "  addons: [cilium, metallb, traefik, monitoring]\n"
      "  routes: {grafana.lab.local: grafana, traefik.lab.local: traefik}\n");
}

/// Grafana redirects to its login, Traefik has its dashboard at /dashboard/ only.
HttpReply ingress(const std::string& head) {
  if (head.find("Host: grafana.lab.local\r\n") != std::string::npos) {
    return test::http_status(302);
  }
  return test::http_status(head.starts_with("GET /dashboard/ ") ? 200 : 404);
}

class Access : public testing::Test {
 protected:
  Access() {
    std::ofstream(hosts_file, std::ios::binary) << others;
    EXPECT_TRUE(sim::write_secrets(credentials));
    found.kubernetes.presence = Presence::present;
    found.kubernetes.ingress_address = "127.0.0.1";
  }

  AccessProvider provider(int port = 1) {
    return AccessProvider(credentials,
                          {.hosts_file = hosts_file, .ingress_port = port, .probe_seconds = 2, .poll_seconds = 0.02});
  }

  AccessState observed(AccessProvider&& from, const Scope& scope = {}) {
    from.observe(spec, scope, found);
    return found.access;
  }

  Status apply(AccessProvider&& to, const Op& op, std::stop_token stop = {}) {
    ApplyContext context{spec, found, [this](const std::string& what) { waited_for.push_back(what); }};
    return to.apply(op, context, std::move(stop));
  }

  std::string hosts_text() const {
    std::ifstream in(hosts_file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  TemporaryFolder folder;
  fs::path hosts_file = folder / "hosts";
  fs::path credentials = folder / "_out/lab";
  ClusterSpec spec = spec_of_lab();
  Observed found;
  std::vector<std::string> waited_for;
};

TEST_F(Access, ShowsTheHostsThatItWrote) {
  ASSERT_TRUE(apply(provider(), both_hosts));
  const std::string id = cluster_id_from(read_secrets(credentials)->id);
  EXPECT_EQ(hosts_text(), others + "# >>> tbx lab " + id +
                              "\n127.0.0.1 grafana.lab.local\n127.0.0.1 traefik.lab.local\n# <<< tbx lab " + id + "\n");
  AccessState state = observed(provider());
  EXPECT_EQ(state.presence, Presence::present);
  EXPECT_EQ(state.hosts,
            (std::vector<HostsEntry>{{"grafana.lab.local", "127.0.0.1"}, {"traefik.lab.local", "127.0.0.1"}}));
  EXPECT_EQ(state.hosts_cluster_id, id);
  EXPECT_TRUE(state.foreign_hosts.empty());
}

TEST_F(Access, ChangesNothingTheSecondTime) {
  ASSERT_TRUE(apply(provider(), both_hosts));
  const std::string once = hosts_text();
  ASSERT_TRUE(apply(provider(), both_hosts));
  EXPECT_EQ(hosts_text(), once);
  ASSERT_TRUE(apply(provider(), RemoveCredentials{"lab"}));
  ASSERT_TRUE(apply(provider(), RemoveCredentials{"lab"}));
}

TEST_F(Access, TakesTheLinesOfADestroyedClusterOut) {
  ASSERT_TRUE(apply(provider(), both_hosts));
  ASSERT_TRUE(apply(provider(), RemoveCredentials{"lab"}));
  EXPECT_EQ(observed(provider()).hosts_cluster_id.size(), 16U) << "whose they are, although no secrets tell";
  found.kubernetes = {};
  ASSERT_TRUE(apply(provider(), WriteHosts{"lab", {}}));
  EXPECT_EQ(hosts_text(), others);
}

TEST_F(Access, RemovesCredentialsAndSeesThatTheyAreGone) {
  observed(provider());
  EXPECT_EQ(found.credentials.secrets, Presence::present);
  EXPECT_EQ(found.credentials.cluster_id.size(), 16U);
  ASSERT_TRUE(apply(provider(), RemoveCredentials{"lab"}));
  observed(provider());
  EXPECT_EQ(found.credentials.secrets, Presence::absent);
  EXPECT_FALSE(fs::exists(credentials));
}

TEST_F(Access, SeesLinesOfOthersForOurHosts) {
  std::ofstream(hosts_file, std::ios::binary) << "10.0.0.1 unrelated\n10.0.0.2 Traefik.Lab.Local\n# >>> tbx lab "
                                                 "ffff\n10.0.0.3 grafana.lab.local\n# <<< tbx lab ffff\n";
  AccessState state = observed(provider());
  EXPECT_TRUE(state.hosts.empty());
  EXPECT_EQ(state.foreign_hosts,
            (std::vector<HostsEntry>{{"grafana.lab.local", "10.0.0.3"}, {"traefik.lab.local", "10.0.0.2"}}));
}

TEST_F(Access, KnowsNothingWhenTheHostsFileCannotBeRead) {
  found.access.probes = {{"grafana.lab.local", true, "HTTP 200"}};
  fs::remove(hosts_file);
  fs::create_directory(hosts_file);
  AccessState expected;
  expected.reason = "cannot read " + hosts_file.string() + ": it is no regular file";
  EXPECT_EQ(observed(provider()), expected);
  EXPECT_EQ(apply(provider(), both_hosts).error(), (Error{ErrorKind::rejected, expected.reason, ""}));
}

TEST_F(Access, ProbesEachRouteWhereTheIngressIsWhateverTheHostsFileSays) {
  HttpServer server(ingress);
  EXPECT_EQ(
      observed(provider(server.port())).probes,
      (std::vector<ProbeState>{{"grafana.lab.local", true, "HTTP 302"}, {"traefik.lab.local", true, "HTTP 200"}}));
  EXPECT_EQ(observed(provider(test::closed_port())).probes[0],
            (ProbeState{"grafana.lab.local", false, "connection refused"}));
}

TEST_F(Access, ProbesOnlyWhenItLooksAtEverything) {
  HttpServer server(ingress);
  Scope second_look;
  second_look.whole = false;
  found.access.probes = {{"grafana.lab.local", false, "HTTP 503"}};
  AccessState state = observed(provider(server.port()), second_look);
  EXPECT_EQ(state.probes, (std::vector<ProbeState>{{"grafana.lab.local", false, "HTTP 503"}}));
  EXPECT_TRUE(server.heads().empty());
}

TEST_F(Access, ProbesNothingWithoutAnAddress) {
  found.kubernetes.ingress_address = "";
  const std::string why = "the ingress has no address";
  EXPECT_EQ(observed(provider()).probes,
            (std::vector<ProbeState>{{"grafana.lab.local", false, why}, {"traefik.lab.local", false, why}}));
  found.kubernetes.presence = Presence::unknown;
  EXPECT_TRUE(observed(provider()).probes.empty());
}

TEST_F(Access, WritesNoHostsBeforeTheIngressHasAnAddress) {
  found.kubernetes.ingress_address = "";
  EXPECT_EQ(apply(provider(), both_hosts).error(),
            (Error{ErrorKind::unreachable, "the ingress has no address to write into the hosts file yet", ""}));
  EXPECT_EQ(apply(provider(), AwaitRoute{"grafana.lab.local", "/"}).error(),
            (Error{ErrorKind::unreachable, "grafana.lab.local does not answer: the ingress has no address yet", ""}));
  EXPECT_EQ(hosts_text(), others);
}

TEST_F(Access, WaitsUntilARouteAnswersAndTellsForWhat) {
  std::atomic<int> asked{0};
  HttpServer server([&](const std::string&) {
    int count = ++asked;
    return test::http_status(count <= 2 ? 404 : count <= 4 ? 503 : 302);
  });
  ASSERT_TRUE(apply(provider(server.port()), AwaitRoute{"grafana.lab.local", "/"}));
  EXPECT_EQ(waited_for, (std::vector<std::string>{"HTTP 404", "HTTP 503"}));
  EXPECT_EQ(asked, 5);
}

TEST_F(Access, IsCancelledInTheMiddleOfAWait) {
  HttpServer server([](const std::string&) { return test::http_status(503); });
  std::stop_source stop;
  std::jthread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    stop.request_stop();
  });
  Status status = apply(provider(server.port()), AwaitRoute{"grafana.lab.local", "/"}, stop.get_token());
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error(),
            (Error{ErrorKind::cancelled, "stopped while waiting for grafana.lab.local to answer: HTTP 503", ""}));
}

TEST_F(Access, DoesNothingOnceItIsCancelled) {
  std::stop_source stop;
  stop.request_stop();
  const std::vector<Op> ops{both_hosts, AwaitRoute{"grafana.lab.local", "/"}, RemoveCredentials{"lab"}};
  for (const Op& op : ops) {
    Status status = apply(provider(), op, stop.get_token());
    ASSERT_FALSE(status) << id_of(op);
    EXPECT_EQ(status.error().kind, ErrorKind::cancelled);
  }
  EXPECT_EQ(hosts_text(), others);
  EXPECT_TRUE(fs::exists(credentials));
}

}  // namespace
}  // namespace tbx
