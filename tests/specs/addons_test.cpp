// Addons and routes: the catalogue, values laid over one another, order, readiness, dashboards.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "specs/catalogue.h"
#include "specs/merge_values.h"
#include "tests/support/spec_text.h"

namespace tbx::test {
namespace {

using nlohmann::json;
using Lines = std::vector<std::string>;

const std::string platform = "addons: [cilium, metallb, traefik, monitoring]\n";

json values_of(const ClusterSpec& spec, std::string_view addon) { return json::parse(addon_of(spec, addon).values); }

Lines gates_of(const AddonSpec& addon) {
  Lines gates;
  for (const ReadyGate& gate : addon.ready) gates.push_back(gate.kind + " " + gate.namespace_name + "/" + gate.name);
  return gates;
}

TEST(Catalogue, KnowsThePlatformAndTheUsualRest) {
  EXPECT_EQ(catalogue_names(),
            (Lines{"cert-manager", "cilium", "local-path", "metallb", "metrics-server", "monitoring", "traefik"}));
  EXPECT_EQ(dashboard_names(), (Lines{"grafana", "hubble", "prometheus", "traefik"}));
}

TEST(Catalogue, PinsEveryChartAndWaitsForSomething) {
  for (const CatalogueEntry& entry : catalogue()) {
    EXPECT_FALSE(entry.addon.version.empty()) << entry.addon.name;
    EXPECT_EQ(entry.addon.repo.empty(), entry.addon.chart.starts_with("oci://")) << entry.addon.name;
    EXPECT_FALSE(entry.gates.empty()) << entry.addon.name;
  }
}

TEST(Addons, ComeInOrderWithoutAnyDependencyWritten) {
  const ClusterSpec spec = spec_of(load_keys(platform));
  EXPECT_EQ(addon_of(spec, "cilium").after, Lines{});
  EXPECT_EQ(addon_of(spec, "metallb").after, Lines{"cilium"});
  EXPECT_EQ(addon_of(spec, "traefik").after, (Lines{"cilium", "metallb"}));
  EXPECT_EQ(addon_of(spec, "monitoring").after, (Lines{"cilium", "traefik"}));
}

TEST(Addons, ComeAfterTheNetworkEvenWhenTbxDoesNotKnowThem) {
  const ClusterSpec spec =
      spec_of(load_keys("addons: [cilium, {name: own, chart: own, repo: https://example.org, version: 1.0.0}]"));
  EXPECT_EQ(addon_of(spec, "own").after, Lines{"cilium"});
  EXPECT_EQ(addon_of(spec, "own").namespace_name, "own");
}

TEST(Addons, BringTalosValues) {
  const json values = values_of(spec_of(load_keys(platform)), "cilium");
  EXPECT_EQ(value_at(values, "k8sServicePort"), 7445);
  EXPECT_EQ(value_at(values, "cgroup.autoMount.enabled"), false);
  EXPECT_EQ(value_at(values, "defaultLBServiceIPAM"), "none");
}

TEST(Addons, LetAControlPlaneAnnounceAddressesOnlyWhereThereIsNoWorker) {
  const std::string addons = "addons: [metallb]";
  EXPECT_EQ(value_at(values_of(spec_of(load_keys(addons)), "metallb"), "speaker.ignoreExcludeLB"), true);
  EXPECT_TRUE(value_at(values_of(spec_of(load_keys(addons + "\nworkers: {}")), "metallb"), "speaker.ignoreExcludeLB")
                  .is_null());
}

TEST(Addons, MergeValuesOverTheFileOverTheCatalogue) {
  const ClusterSpec spec =
      spec_of(load_keys("addons: [{name: metallb, valuesFile: m.yaml, values: {speaker: {frr: {enabled: true}, "
                        "resources: null}}}]\nworkers: {}",
                        {{"m.yaml", "speaker: {frr: {enabled: nothing}, extra: [1]}\ncontroller: {replicas: 2}\n"}}));
  const json values = values_of(spec, "metallb");
  EXPECT_EQ(values["speaker"], json::parse(R"({"frr": {"enabled": true}, "extra": [1]})"));
  EXPECT_EQ(value_at(values, "controller.replicas"), 2);
  EXPECT_EQ(value_at(values, "controller.resources.requests.cpu"), "20m");
}

TEST(MergeValues, ReplacesListsAndHandsNullsForUnknownValuesToHelm) {
  json values = json::parse(R"({"a": [1, 2], "b": {"c": 1, "d": 2}, "e": 1})");
  merge_values(values, json::parse(R"({"a": [3], "b": {"c": null}, "e": {"f": 1}, "g": null})"));
  EXPECT_EQ(values, json::parse(R"({"a": [3], "b": {"d": 2}, "e": {"f": 1}, "g": null})"));
  merge_values(values, json::parse(R"({"g": null})"));
  EXPECT_TRUE(values.contains("g"));
}

TEST(Addons, WaitOnlyForWhatTheValuesLeaveOn) {
  const ClusterSpec spec = spec_of(load_keys("addons: [{name: cilium, values: {hubble: {ui: {enabled: false}}}}]"));
  EXPECT_EQ(gates_of(addon_of(spec, "cilium")),
            (Lines{"DaemonSet kube-system/cilium", "Deployment kube-system/cilium-operator",
                   "Deployment kube-system/hubble-relay"}));
}

TEST(Addons, TakeTheirGatesAlongIntoAnotherNamespace) {
  const ClusterSpec spec = spec_of(load_keys("addons: [{name: metallb, namespace: lb, ready: [Service lb/webhook]}]"));
  EXPECT_EQ(gates_of(addon_of(spec, "metallb")),
            (Lines{"Deployment lb/metallb-controller", "DaemonSet lb/metallb-speaker", "Service lb/webhook"}));
  EXPECT_TRUE(addon_of(spec, "metallb").namespace_privileged);
}

TEST(Addons, AreLeftOutWhereTheyAreNotEnabled) {
  EXPECT_TRUE(spec_of(load_keys("addons: [{name: cilium, enabled: false}]")).addons.empty());
}

TEST(Addons, KeepThePoolOfMetallb) {
  EXPECT_EQ(spec_of(load_keys("addons: [{name: metallb, pool: 172.20.0.0/28}]")).metallb_pool, "172.20.0.0/28");
}

TEST(Addons, TakeAChartFromAFolder) {
  const Files files{{"charts/own/Chart.yaml", "name: own"}};
  const ClusterSpec spec = spec_of(load_keys("addons: [{name: own, chart: ./charts/own}]", files));
  EXPECT_EQ(addon_of(spec, "own").chart, "./charts/own");
  EXPECT_EQ(addon_of(spec, "own").version, "");
}

TEST(Routes, LeadToDashboardsKnownByName) {
  const ClusterSpec spec = spec_of(load_keys(platform + "routes: {t.lab.local: traefik, g.lab.local: grafana}"));
  RouteSpec grafana;
  grafana.host = "g.lab.local";
  grafana.dashboard = "grafana";
  grafana.service_namespace = "monitoring";
  grafana.service = "monitoring-grafana";
  grafana.addon = "monitoring";
  grafana.user = "admin";
  grafana.password_hint = "adminPassword in the addon's values (default: admin)";
  EXPECT_EQ(spec.routes[0], grafana);
  EXPECT_EQ(spec.routes[1].path, "/dashboard/");
  EXPECT_TRUE(spec.routes[1].served_by_ingress_itself);
  EXPECT_EQ(value_at(values_of(spec, "traefik"), "ingressRoute.dashboard.matchRule"), "Host(`t.lab.local`)");
}

TEST(Routes, LeadToAServiceOfTheUsersOwn) {
  const ClusterSpec spec = spec_of(load_keys(platform + "routes: {a.lab.local: {service: web/shop, port: 8080}}"));
  EXPECT_EQ(spec.routes[0].service_namespace, "web");
  EXPECT_EQ(spec.routes[0].service, "shop");
  EXPECT_EQ(spec.routes[0].port, 8080);
}

TEST(AddonProblems, OfNamesAndCharts) {
  EXPECT_EQ(problems_in("addons: [cillium]"),
            Lines{"5:12: error: there is no known addon \"cillium\": did you mean \"cilium\"?"});
  EXPECT_EQ(
      problems_in("addons: [postgres]"),
      Lines{"5:12: error: there is no known addon \"postgres\": give it a chart, or take one of these: cert-manager, "
            "cilium, local-path, metallb, metrics-server, monitoring, traefik"});
  EXPECT_EQ(problems_in("addons: [cilium, cilium]"),
            Lines{"5:20: error: the addon \"cilium\" is listed already, in line 5"});
  EXPECT_EQ(
      problems_in("addons: [{name: own, chart: own, version: 1.0.0}]"),
      Lines{"5:31: error: the chart \"own\" has no repository: add repo, or write oci://… or a folder like ./own"});
  EXPECT_EQ(problems_in("addons: [{name: own, chart: oci://example.org/own}]"),
            Lines{"5:31: error: the addon \"own\" needs a version, so that each apply gives the same"});
  EXPECT_EQ(problems_in("addons: [{name: own, chart: ./own}]"),
            Lines{"5:31: error: there is no chart in \"./own\": \"./own/Chart.yaml\" can't be read"});
  EXPECT_EQ(problems_in("addons: [{name: cilium, pool: 10.0.0.1}]"),
            Lines{"5:27: error: cilium gives out no addresses: only metallb takes a pool"});
  EXPECT_EQ(
      problems_in("addons: [traefik]"),
      Lines{
          "5:12: warning: traefik waits for an address of a load balancer, and none is among the addons: add metallb"});
}

TEST(AddonProblems, OfOrderAndReadiness) {
  EXPECT_EQ(
      problems_in("addons: [cilium, {name: metallb, after: [cilum, metallb]}]"),
      (Lines{"5:44: error: metallb can't come after \"cilum\", which is not among the addons: did you mean \"cilium\"?",
             "5:51: error: metallb can't come after itself"}));
  EXPECT_EQ(problems_in("addons: [{name: cilium, enabled: false}, {name: metallb, after: [cilium]}]"),
            Lines{"5:68: error: metallb can't come after cilium, which is not enabled"});
  EXPECT_EQ(problems_in("addons: [metallb, {name: traefik, after: [monitoring]}, monitoring]"),
            Lines{"5:44: error: these addons wait for one another: traefik after monitoring after traefik"});
  EXPECT_EQ(
      problems_in("addons: [{name: cilium, ready: [Deploymnt a/b, Deployment]}]"),
      (Lines{"5:35: error: \"Deploymnt\" is nothing that tbx can wait for: did you mean \"Deployment\"?",
             "5:50: error: \"Deployment\" names nothing to wait for: write it like \"Deployment namespace/name\""}));
}

TEST(AddonProblems, OfValueFilesStandInThoseFiles) {
  const std::string keys = "addons: [{name: cilium, valuesFile: v.yaml}]";
  EXPECT_EQ(problems_in(keys), Lines{"5:39: error: \"v.yaml\" can't be read: there is no such file"});
  EXPECT_EQ(problems_in(keys, {{"v.yaml", "a: 1\na: 2\n"}}),
            Lines{"v.yaml:2:1: error: the key \"a\" is given twice: first in line 1, column 1"});
  EXPECT_EQ(problems_in(keys, {{"v.yaml", "- a\n"}}),
            Lines{"v.yaml:1:1: error: Helm values have to be a mapping, and this is none"});
}

TEST(RouteProblems, NameTheAddonThatIsMissing) {
  EXPECT_EQ(problems_in("addons: [cilium, metallb, traefik]\nroutes: {grafana.talos.local: grafana}"),
            Lines{"6:33: error: route grafana.talos.local needs the addon monitoring: add it to addons"});
  EXPECT_EQ(problems_in("addons: [cilium]\nroutes: {h.lab.local: hubble}"),
            Lines{"6:3: error: routes need an ingress: add traefik to addons"});
  EXPECT_EQ(problems_in(platform + "routes: {h.lab.local: hubbel}"),
            Lines{"6:25: error: there is no known dashboard \"hubbel\": did you mean \"hubble\"?"});
  EXPECT_EQ(problems_in(platform + "routes: {Grafana: grafana, a.b: {service: x, port: 80}}"),
            (Lines{"6:12: error: \"Grafana\" is no host name: write it in lower case, like grafana.talos.local",
                   "6:45: error: \"x\" is no service: write it as namespace/name"}));
}

TEST(RouteProblems, NameTheValueThatSwitchesADashboardOff) {
  EXPECT_EQ(
      problems_in("addons: [metallb, traefik, {name: monitoring, values: {grafana: {enabled: false}}}]\n"
                  "routes: {g.lab.local: grafana}"),
      Lines{"6:25: error: route g.lab.local leads to what grafana.enabled switches off in the values of monitoring"});
}

}  // namespace
}  // namespace tbx::test
