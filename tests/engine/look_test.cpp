// What is looked at, and in which order.
#include "engine/look.h"

#include <gtest/gtest.h>

namespace tbx {
namespace {

using enum System;

/// Writes down that it was asked, and knows or does not know.
class Asked : public Provider {
 public:
  Asked(System system, std::vector<System>& order) : system_(system), order_(order) {}
  System system() const override { return system_; }
  void observe(const ClusterSpec&, const Scope& scope, Observed& found) override {
    order_.push_back(system_);
    scopes.push_back(scope);
    if (system_ == hyperv) found.host.presence = Presence::present;
    if (system_ == talos) found.etcd.presence = Presence::present;
  }
  Status apply(const Op&, const ApplyContext&, std::stop_token) override { return {}; }
  std::vector<Scope> scopes;

 private:
  System system_;
  std::vector<System>& order_;
};

class Look : public testing::Test {
 protected:
  Look() {
    spec.name = "c";
    for (const char* name : {"c-cp-01", "c-cp-02", "c-worker-01"}) {
      spec.nodes.emplace_back();
      spec.nodes.back().name = name;
      spec.nodes.back().role = spec.nodes.size() < 3 ? Role::control_plane : Role::worker;
    }
  }

  ClusterSpec spec;
  std::vector<System> order;
  Asked a{access, order}, b{helm, order}, c{hyperv, order}, d{kubernetes, order}, e{talos, order};
  Provider* providers[5] = {&a, &b, &c, &d, &e};
};

TEST_F(Look, AsksTheSystemsInTheirOrder) {
  Observed found = look(providers, spec);
  EXPECT_EQ(order, (std::vector<System>{hyperv, talos, kubernetes, helm, access}));
  EXPECT_TRUE(c.scopes.at(0).whole);
  EXPECT_EQ(found.host.presence, Presence::present);
}

TEST_F(Look, AsksOnlyTheSystemsThatAnOpNeeds) {
  Observed found;
  look_again(StartMachine{"c-worker-01", ""}, PlanMode::converge, providers, spec, found);
  EXPECT_EQ(order, std::vector<System>{hyperv});
  EXPECT_FALSE(c.scopes.at(0).whole);
  EXPECT_EQ(c.scopes.at(0).nodes, std::vector<std::string>{"c-worker-01"});
}

TEST_F(Look, AsksEtcdFirstWhereTheApiMayNotBeThereYet) {
  Observed found;
  look_again(InstallRelease{"traefik"}, PlanMode::converge, providers, spec, found);
  EXPECT_EQ(order, (std::vector<System>{hyperv, talos, kubernetes, helm}));
  order.clear();
  look_again(InstallRelease{"traefik"}, PlanMode::converge, providers, spec, found);
  EXPECT_EQ(order, (std::vector<System>{hyperv, kubernetes, helm}));
}

TEST_F(Look, KeepsWhatIsOutOfScope) {
  Observed found;
  found.helm.releases.emplace_back();
  look_again(StartMachine{"c-worker-01", ""}, PlanMode::converge, providers, spec, found);
  EXPECT_EQ(found.helm.releases.size(), 1U);
}

TEST_F(Look, ScopesToAllControlPlanesWhereMembershipMatters) {
  const std::vector<std::string> control_planes{"c-cp-01", "c-cp-02"};
  for (const Op& op : {Op{BootstrapEtcd{"c-cp-01"}}, Op{StopMachine{"c-cp-02", ""}}, Op{ApplyConfig{"c-cp-01", {}}}}) {
    Scope scope = scope_of(op, spec);
    EXPECT_TRUE(scope.membership) << id_of(op);
    EXPECT_EQ(scope.nodes, control_planes) << id_of(op);
  }
  Scope removed = scope_of(DeleteMachine{"c-cp-03", ""}, spec);
  EXPECT_TRUE(removed.membership);
  EXPECT_EQ(removed.nodes, (std::vector<std::string>{"c-cp-01", "c-cp-02", "c-cp-03"}));
}

TEST_F(Look, ScopesToTheNodeOrReleaseOtherwise) {
  Scope node = scope_of(StopMachine{"c-worker-01", ""}, spec);
  EXPECT_FALSE(node.membership);
  EXPECT_EQ(node.nodes, std::vector<std::string>{"c-worker-01"});
  Scope release = scope_of(UpgradeRelease{"traefik"}, spec);
  EXPECT_EQ(release.releases, std::vector<std::string>{"traefik"});
  EXPECT_EQ(release.nodes, (std::vector<std::string>{"c-cp-01", "c-cp-02"}));
  EXPECT_FALSE(release.live_objects);
}

TEST_F(Look, TakesAFreshLookForWhatTakesAwayOrConcernsEtcdsMembership) {
  for (const Op& op :
       {Op{StopMachine{"c-worker-01", ""}}, Op{DeleteDisk{"c-worker-01", ""}}, Op{DeleteNode{"c-worker-01", ""}},
        Op{DrainNode{"c-worker-01"}}, Op{BootstrapEtcd{"c-cp-01"}}, Op{ApplyConfig{"c-cp-01", {}}}}) {
    EXPECT_EQ(scope_of(op, spec).max_age_seconds, 0) << id_of(op);
  }
  EXPECT_GT(scope_of(StartMachine{"c-worker-01", ""}, spec).max_age_seconds, 0);
  EXPECT_GT(scope_of(InstallRelease{"traefik"}, spec).max_age_seconds, 0);
}

TEST_F(Look, NeedsOnlyHostAndHostsFileToDestroy) {
  EXPECT_EQ(facts_needed(DeleteMachine{"c-cp-01", "id"}, PlanMode::destroy), std::vector<System>{hyperv});
  EXPECT_EQ(facts_needed(WriteHosts{"c", {}}, PlanMode::destroy), (std::vector<System>{hyperv, access}));
  EXPECT_EQ(facts_needed(DeleteMachine{"c-cp-01", "id"}), (std::vector<System>{hyperv, talos}));
}

TEST_F(Look, NamesTheUnknownFactAnOpDependsOn) {
  Observed found;
  found.host.presence = Presence::present;
  found.kubernetes.reason = "connection refused";
  EXPECT_EQ(why_unknown(StartMachine{"c-cp-01", ""}, PlanMode::converge, spec, found), "");
  EXPECT_EQ(why_unknown(LabelNode{"c-cp-01", {}, {}}, PlanMode::converge, spec, found),
            "Kubernetes could not be observed: connection refused");
  found.talos_presence = Presence::present;
  EXPECT_EQ(why_unknown(StopMachine{"c-cp-01", ""}, PlanMode::converge, spec, found), "etcd could not be observed");
  EXPECT_EQ(why_unknown(StopMachine{"c-cp-01", ""}, PlanMode::destroy, spec, found), "");
  EXPECT_EQ(why_unknown(StopMachine{"c-worker-01", ""}, PlanMode::converge, spec, found), "");
}

}  // namespace
}  // namespace tbx
