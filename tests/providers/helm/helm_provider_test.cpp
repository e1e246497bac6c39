// What the provider of Helm promises, over a cluster of scripted tools.
#include "providers/helm/helm_provider.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <thread>

#include "engine/ownership.h"
#include "providers/api_server.h"
#include "providers/private_file.h"
#include "tests/support/fake_helm.h"
#include "tests/support/open_port.h"
#include "tests/support/sim_lab.h"

namespace tbx {
namespace {

using nlohmann::json;

constexpr const char* web_manifest = R"(---
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
data: {greeting: hello}
)";

json deployment(int ready) {
  return {{"apiVersion", "apps/v1"},
          {"kind", "Deployment"},
          {"metadata", {{"name", "web"}, {"namespace", "web"}, {"generation", 1}}},
          {"spec", {{"replicas", 1}}},
          {"status", {{"observedGeneration", 1}, {"updatedReplicas", 1}, {"availableReplicas", ready}}}};
}

class HelmProviderTest : public testing::Test {
 protected:
  HelmProviderTest() {
    EXPECT_TRUE(write_private_file(credentials() / "secrets.yaml", "cluster: {id: an-id, secret: a-secret}\n"));
    EXPECT_TRUE(write_private_file(credentials() / "kubeconfig", "clusters: []\n"));
    found.credentials = CredentialReader(credentials()).observe();
    found.host.presence = Presence::present;
    found.etcd.presence = Presence::present;
    Machine machine;
    machine.name = "demo-cp-01";
    machine.power = Power::running;
    machine.dhcp_address = port.address();
    machine.mark.cluster = "demo";
    machine.mark.cluster_id = found.credentials.cluster_id;
    found.host.machines = {machine};
    spec.name = "demo";
    NodeSpec node;
    node.name = "demo-cp-01";
    node.role = Role::control_plane;
    spec.nodes = {node};
    AddonSpec web;
    web.name = "web";
    web.chart = "web";
    web.repo = "https://charts.example.org";
    web.version = "1.2.0";
    web.namespace_name = "web";
    web.values = R"({"adminPassword":"hunter2","replicas":1})";
    web.ready = {{"Deployment", "web", "web"}};
    spec.addons = {web};
    tools.cluster_id = found.credentials.cluster_id;
    tools.manifest = web_manifest;
  }

  std::filesystem::path credentials() const { return folder / "_out/demo"; }

  const HelmState& look(const Scope& scope = {}) {
    provider.observe(spec, scope, found);
    return found.helm;
  }

  Status apply(const Op& op, std::stop_token stop = {}) {
    return provider.apply(op, ApplyContext{spec, found, [this](const std::string& what) { waits.push_back(what); }},
                          stop);
  }

  void keep_the_chart_in_a_folder() {
    spec.addons[0].chart = "./charts/web";
    spec.addons[0].repo.clear();
    spec.addons[0].version.clear();
    std::filesystem::create_directories(folder / "charts/web/templates");
    std::ofstream(folder / "charts/web/Chart.yaml") << "name: web\nversion: 1.2.0\n";
  }

  test::PackedRelease& installed() {
    EXPECT_TRUE(apply(InstallRelease{"web"}));
    tools.calls.clear();
    waits.clear();
    return tools.releases.at("web");
  }

  test::OpenPort port{api_port};
  test::TemporaryFolder folder;
  test::FakeHelm tools;
  ClusterSpec spec;
  Observed found;
  std::vector<std::string> waits;
  HelmProvider provider{tools, folder / "_out/demo"};
};

using Lines = std::vector<std::string>;

TEST_F(HelmProviderTest, InstallingGivesHelmTheValuesInAFileThatIsGoneAfterwards) {
  ASSERT_TRUE(apply(InstallRelease{"web"}));
  EXPECT_EQ(tools.changes(),
            Lines{"helm upgrade web web-1.2.0.tgz --install --namespace=web --reset-values --labels=tbx/cluster=" +
                  found.credentials.cluster_id + ",tbx/chart=" + tools.releases.at("web").chart_digest +
                  " --history-max=5 --timeout=270s --server-side=true --force-conflicts --output=json"});
  EXPECT_EQ(tools.values_read, json::parse(spec.addons[0].values));
  EXPECT_EQ(tools.values_file_mode, "600");
  EXPECT_FALSE(std::filesystem::exists(credentials() / "values-web.yaml"));
}

TEST_F(HelmProviderTest, AChartOfARepositoryIsPulledFirstAndInstalledAsWhatItWasThen) {
  ASSERT_TRUE(apply(InstallRelease{"web"}));
  const ToolCall& pull =
      *std::ranges::find(tools.calls, "pull", [](const ToolCall& call) { return call.arguments[0]; });
  EXPECT_EQ(pull.arguments[1], "web");
  EXPECT_TRUE(std::ranges::count(pull.arguments, "--version=1.2.0"));
  EXPECT_TRUE(std::ranges::count(pull.arguments, "--repo=https://charts.example.org"));
  EXPECT_EQ(pull.environment.at("HELM_REPOSITORY_CONFIG"), (credentials() / "kubeconfig.no-repositories").string());
  EXPECT_TRUE(tools.releases.at("web").chart_digest.starts_with("pulled-"));
  EXPECT_EQ(waits, Lines{"its chart is fetched"});
}

TEST_F(HelmProviderTest, AnotherArchiveUnderTheSameVersionIsNotInstalledUnseen) {
  installed();
  tools.package = "what somebody put in its place";
  spec.addons[0].values = R"({"replicas":2})";
  const Status refused = apply(UpgradeRelease{"web"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::rejected);
  for (const char* part : {"https://charts.example.org gives another web-1.2.0.tgz than the release web was made from",
                           "nothing was changed", "-n web label secret sh.helm.release.v1.web.v1 tbx/chart-"}) {
    EXPECT_NE(refused.error().message.find(part), std::string::npos) << refused.error().message;
  }
  EXPECT_EQ(tools.changes(), Lines{});
  tools.releases.at("web").chart_digest.clear();
  EXPECT_TRUE(apply(UpgradeRelease{"web"})) << "the user has forgotten the old one";
}

TEST_F(HelmProviderTest, AnotherVersionIsAnotherArchive) {
  installed();
  tools.package = "a newer package";
  spec.addons[0].version = "1.3.0";
  EXPECT_TRUE(apply(UpgradeRelease{"web"}));
}

TEST_F(HelmProviderTest, AChartMayMoveFromAFolderIntoARepository) {
  const AddonSpec in_the_repository = spec.addons[0];
  keep_the_chart_in_a_folder();
  installed();
  spec.addons[0] = in_the_repository;
  spec.addons[0].values = R"({"replicas":2})";
  EXPECT_TRUE(apply(UpgradeRelease{"web"}));
  EXPECT_TRUE(tools.releases.at("web").chart_digest.starts_with("pulled-"));
}

TEST_F(HelmProviderTest, HelmIsToldWhereTheApiIsAndToKeepOutOfTheUsersOwnRepositories) {
  ASSERT_TRUE(apply(InstallRelease{"web"}));
  const ToolCall& call = tools.calls.back();
  const std::string kubeconfig = (credentials() / "kubeconfig").string();
  EXPECT_EQ(call.arguments[call.arguments.size() - 2], "--kubeconfig=" + kubeconfig);
  EXPECT_EQ(call.arguments.back(), "--kube-apiserver=https://" + port.address() + ":6443");
  EXPECT_EQ(call.environment.at("HELM_REPOSITORY_CONFIG"), kubeconfig + ".no-repositories");
  EXPECT_EQ(call.environment.at("HELM_DRIVER"), "secret");
  EXPECT_EQ(call.environment.at("HELM_KUBECONTEXT"), std::nullopt);
  EXPECT_TRUE(call.ends_gently);
  EXPECT_EQ(call.deadline_seconds, 285);
}

TEST_F(HelmProviderTest, Helm3KnowsNothingOfServerSideApply) {
  tools.version = "v3.21.4+gabcdef1";
  ASSERT_TRUE(apply(InstallRelease{"web"}));
  EXPECT_EQ(tools.changes().at(0).find("--server-side"), std::string::npos);
  EXPECT_EQ(tools.changes().at(0).find("--force-conflicts"), std::string::npos);
}

TEST_F(HelmProviderTest, AHelmThatIsTooOldIsRefusedWithTheReason) {
  tools.version = "v3.17.2";
  Status status = apply(InstallRelease{"web"});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "helm 3.17 is too old: tbx works with 3.18 and newer, and with 4");
  EXPECT_TRUE(tools.changes().empty());
}

TEST_F(HelmProviderTest, APasswordInAnAddressNeverBecomesAnArgument) {
  spec.addons[0].repo = "https://me:hunter2@charts.example.org";
  EXPECT_EQ(apply(InstallRelease{"web"}).error().kind, ErrorKind::rejected);
  EXPECT_TRUE(tools.changes().empty());
}

TEST_F(HelmProviderTest, AChartInAFolderIsRelativeToTheSpec) {
  keep_the_chart_in_a_folder();
  ASSERT_TRUE(apply(InstallRelease{"web"}));
  EXPECT_EQ(tools.calls.back().arguments[2], (folder / "charts/web").string());
}

TEST_F(HelmProviderTest, AChartThatWasEditedUnderTheSameVersionIsDriftThatOneUpgradeMends) {
  keep_the_chart_in_a_folder();
  ASSERT_TRUE(apply(InstallRelease{"web"}));
  EXPECT_EQ(look().releases.front().live_drift, std::vector<LiveDrift>{});
  std::ofstream(folder / "charts/web/templates/web.yaml") << "kind: Deployment\n";
  std::ofstream(folder / "charts/web/templates/.web.yaml.swp") << "an editor's";
  const Release edited = look().releases.front();
  ASSERT_EQ(edited.live_drift.size(), 1U);
  EXPECT_EQ(edited.live_drift.front().field, "chart.digest");
  EXPECT_NE(edited.live_drift.front().live, edited.live_drift.front().wanted);
  ASSERT_TRUE(apply(UpgradeRelease{"web"}));
  EXPECT_EQ(tools.releases.at("web").revision, 2);
  EXPECT_EQ(look().releases.front().live_drift, std::vector<LiveDrift>{});
}

TEST_F(HelmProviderTest, AReleaseThatWasMadeWithoutADigestIsNotJudgedByIt) {
  keep_the_chart_in_a_folder();
  ASSERT_TRUE(apply(InstallRelease{"web"}));
  tools.releases.at("web").chart_digest.clear();
  std::ofstream(folder / "charts/web/Chart.yaml") << "name: web\nversion: 2.0.0\n";
  EXPECT_EQ(look().releases.front().live_drift, std::vector<LiveDrift>{});
}

TEST_F(HelmProviderTest, AChartThatIsNotThereIsToldBeforeHelmIsAsked) {
  keep_the_chart_in_a_folder();
  std::filesystem::remove_all(folder / "charts/web");
  const Status status = apply(InstallRelease{"web"});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "the chart " + (folder / "charts/web").string() +
                                        " can't be read: it is not there, or too large for a chart");
  EXPECT_TRUE(tools.changes().empty());
}

TEST_F(HelmProviderTest, ApplyTwiceEqualsOnce) {
  ASSERT_TRUE(apply(InstallRelease{"web"}));
  ASSERT_TRUE(apply(InstallRelease{"web"}));
  ASSERT_TRUE(apply(UpgradeRelease{"web"}));
  EXPECT_EQ(tools.releases.at("web").revision, 1);
  EXPECT_EQ(tools.changes().size(), 1U);
  ASSERT_TRUE(apply(UninstallRelease{"web", "web"}));
  ASSERT_TRUE(apply(UninstallRelease{"web", "web"}));
  EXPECT_EQ(tools.changes().size(), 2U);
}

TEST_F(HelmProviderTest, ObserveShowsWhatWasApplied) {
  EXPECT_EQ(look().releases, std::vector<Release>{});
  ASSERT_TRUE(apply(InstallRelease{"web"}));
  tools.objects.push_back(deployment(0));
  const Release release = look().releases.at(0);
  EXPECT_EQ(release.name, "web");
  EXPECT_EQ(release.status, "deployed");
  EXPECT_EQ(release.chart, "web");
  EXPECT_EQ(release.version, "1.2.0");
  EXPECT_TRUE(release.ours);
  EXPECT_EQ(release.ready, Presence::absent);
  EXPECT_EQ(release.not_ready, Lines{"Deployment web/web: 0 of 1 ready"});
  EXPECT_EQ(release.live_drift, std::vector<LiveDrift>{});
}

TEST_F(HelmProviderTest, EqualValuesCompareEqualToThoseOfTheMaskedSpec) {
  installed();
  const auto key = read_fingerprint_key(credentials());
  EXPECT_EQ(look().releases.at(0).values, masked(spec, &*key).addons[0].values);
  EXPECT_EQ(found.helm.releases.at(0).values.find("hunter2"), std::string::npos);
}

TEST_F(HelmProviderTest, AWholeLookStartsOneProcessForTheRecordsAndThreeForWhatLives) {
  installed();
  look();
  EXPECT_EQ(tools.count(), 4U);
}

TEST_F(HelmProviderTest, WithoutLiveObjectsNothingIsCompared) {
  installed();
  tools.objects[0]["data"]["greeting"] = "bye";
  Scope scope;
  scope.live_objects = false;
  EXPECT_EQ(look(scope).releases.at(0).live_drift, std::vector<LiveDrift>{});
  EXPECT_EQ(tools.count(), 2U);
  EXPECT_EQ(look().releases.at(0).live_drift,
            (std::vector<LiveDrift>{{"ConfigMap web/web data.greeting", "\"bye\"", "\"hello\""}}));
}

TEST_F(HelmProviderTest, AnUpgradeMendsWhatLivesWhenTheRecordIsAsWanted) {
  installed();
  tools.objects[0]["data"]["greeting"] = "bye";
  ASSERT_TRUE(apply(UpgradeRelease{"web"}));
  EXPECT_EQ(tools.changes().size(), 1U);
  EXPECT_EQ(look().releases.at(0).live_drift, std::vector<LiveDrift>{});
}

TEST_F(HelmProviderTest, ADeletedObjectIsDrift) {
  installed();
  tools.objects = json::array();
  EXPECT_EQ(look().releases.at(0).live_drift,
            (std::vector<LiveDrift>{{"ConfigMap web/web", "\"absent\"", "\"present\""}}));
}

TEST_F(HelmProviderTest, ALookAtOneReleaseLeavesTheOthersAsTheyWere) {
  installed();
  test::PackedRelease other{.name = "other"};
  tools.releases["other"] = other;
  look();
  tools.releases.erase("other");
  tools.releases.at("web").status = "failed";
  Scope scope;
  scope.whole = false;
  scope.releases = {"web"};
  const HelmState& helm = look(scope);
  ASSERT_EQ(helm.releases.size(), 2U);
  EXPECT_EQ(helm.releases[0].name, "other");
  EXPECT_EQ(helm.releases[1].status, "failed");
}

TEST_F(HelmProviderTest, WithoutAnApiThereAreNoReleases) {
  found.etcd.presence = Presence::absent;
  EXPECT_EQ(look().presence, Presence::absent);
  found.etcd.presence = Presence::present;
  found.host.machines[0].power = Power::off;
  EXPECT_EQ(look().presence, Presence::unknown);
  EXPECT_EQ(found.helm.reason, "the Kubernetes API does not answer: machine demo-cp-01 is off");
  EXPECT_TRUE(tools.calls.empty());
}

TEST_F(HelmProviderTest, ASomebodyElsesReleaseIsLeftAlone) {
  installed().cluster_id = "another-cluster";
  for (const Op& op : std::vector<Op>{InstallRelease{"web"}, UpgradeRelease{"web"}, UninstallRelease{"web", "web"}}) {
    Status status = apply(op);
    ASSERT_FALSE(status) << id_of(op);
    EXPECT_EQ(status.error().kind, ErrorKind::refused) << id_of(op);
  }
  EXPECT_TRUE(tools.changes().empty());
}

TEST_F(HelmProviderTest, AFailedFirstInstallIsDoneAgainInItsPlace) {
  installed().status = "failed";
  ASSERT_TRUE(apply(InstallRelease{"web"}));
  EXPECT_EQ(tools.releases.at("web").status, "deployed");
}

TEST_F(HelmProviderTest, AReleaseThatWasLockedLongAgoIsUnlocked) {
  installed().status = "pending-upgrade";
  ASSERT_TRUE(apply(UnlockRelease{"web", "pending-upgrade"}));
  EXPECT_EQ(tools.changes(), Lines{"helm rollback web --namespace=web --history-max=5 --timeout=150s "
                                   "--server-side=true --force-conflicts"});
  ASSERT_TRUE(apply(UnlockRelease{"web", "pending-upgrade"}));
  tools.releases.at("web").status = "pending-install";
  ASSERT_TRUE(apply(UnlockRelease{"web", "pending-install"}));
  EXPECT_EQ(tools.changes().back(), "helm uninstall web --namespace=web --wait --timeout=150s");
  EXPECT_EQ(look().releases, std::vector<Release>{});
}

/// As Helm writes it.
std::string seconds_ago(int seconds) {
  const auto now =
      std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) - std::chrono::seconds(seconds);
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(now - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", int(date.year()), unsigned(date.month()),
                     unsigned(date.day()), time.hours().count(), time.minutes().count(), time.seconds().count());
}

TEST_F(HelmProviderTest, ALockThatAHelmMayStillHoldIsNotBroken) {
  installed().status = "pending-upgrade";
  tools.releases.at("web").last_deployed = seconds_ago(0);
  for (const Op& op : std::vector<Op>{UninstallRelease{"web", "web"}, UpgradeRelease{"web"}}) {
    Status status = apply(op);
    ASSERT_FALSE(status) << id_of(op);
    EXPECT_EQ(status.error().kind, ErrorKind::busy) << id_of(op);
  }
  EXPECT_TRUE(tools.changes().empty());
}

TEST_F(HelmProviderTest, UnlockingWaitsUntilNoHelmCanHoldTheLockAnyMore) {
  installed().status = "pending-upgrade";
  tools.releases.at("web").last_deployed = seconds_ago(299);
  ASSERT_TRUE(apply(UnlockRelease{"web", "pending-upgrade"}));
  EXPECT_EQ(waits, Lines{"the release web is pending-upgrade: another helm may work on it until that is 300 s old"});
  EXPECT_EQ(tools.releases.at("web").status, "deployed");
}

TEST_F(HelmProviderTest, UnlockingSomebodyElsesReleaseIsRefusedWithoutAWait) {
  installed().status = "pending-upgrade";
  tools.releases.at("web").last_deployed = seconds_ago(0);
  tools.releases.at("web").cluster_id = "another";
  Status status = apply(UnlockRelease{"web", "pending-upgrade"});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::refused);
  EXPECT_EQ(waits, Lines{});
}

TEST_F(HelmProviderTest, UnlockingIsDoneWhenTheHelmThatHeldTheLockComesToItsEnd) {
  installed().status = "pending-upgrade";
  tools.releases.at("web").last_deployed = seconds_ago(0);
  std::jthread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    tools.be_deployed("web");
  });
  ASSERT_TRUE(apply(UnlockRelease{"web", "pending-upgrade"}));
  EXPECT_TRUE(tools.changes().empty());
}

TEST_F(HelmProviderTest, UninstallingWaitsUntilNoDefinitionTerminates) {
  installed();
  tools.definitions_terminate_for = 1;
  ASSERT_TRUE(apply(UninstallRelease{"web", "web"}));
  EXPECT_EQ(waits, Lines{"the custom resource definition gadgets.example.org is still terminating"});
}

TEST_F(HelmProviderTest, AwaitingTellsWhatIsNotReady) {
  installed();
  tools.objects.push_back(deployment(0));
  std::stop_source stop;
  std::jthread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    stop.request_stop();
  });
  Status status = apply(AwaitRelease{"web"}, stop.get_token());
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::cancelled);
  EXPECT_EQ(waits, Lines{"Deployment web/web: 0 of 1 ready"});
  tools.objects.back() = deployment(1);
  EXPECT_TRUE(apply(AwaitRelease{"web"}));
  tools.releases.clear();
  Status absent = apply(AwaitRelease{"web"});
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().message, "release web is absent");
}

TEST_F(HelmProviderTest, AFailingHelmIsRejectedWithItsMessageAndWithoutSecrets) {
  tools.next_helm = {1, "", "Error: execution error at (web/all.yaml:1:2): the password hunter2 is no good\n"};
  Status status = apply(InstallRelease{"web"});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::rejected);
  EXPECT_EQ(status.error().message,
            "installing the release web: execution error at (web/all.yaml:1:2): the password (secret) is no good; "
            "correct the values of the addon");
  EXPECT_EQ(status.error().detail.find("hunter2"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(credentials() / "values-web.yaml"));
}

TEST_F(HelmProviderTest, ACutOffHelmLeavesItsOutcomeUnknownAndTheNextApplyLooks) {
  tools.next_helm_is_cut_off = true;
  Status status = apply(InstallRelease{"web"});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::outcome_unknown);
  ASSERT_TRUE(apply(InstallRelease{"web"}));
  EXPECT_EQ(tools.releases.at("web").revision, 1);
}

TEST_F(HelmProviderTest, CancelledIsCancelled) {
  std::stop_source stop;
  stop.request_stop();
  Status status = apply(InstallRelease{"web"}, stop.get_token());
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::cancelled);
  EXPECT_TRUE(tools.calls.empty());
}

}  // namespace
}  // namespace tbx
