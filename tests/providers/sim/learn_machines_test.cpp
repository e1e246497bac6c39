// With a real Hyper-V the simulated systems learn of its machines from what it reports.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "engine/look.h"
#include "tests/support/converged_world.h"
#include "tests/support/sim_lab.h"

namespace tbx::sim {
namespace {

/// A host that reports what it is told to.
class ToldHost : public Provider {
 public:
  System system() const override { return System::hyperv; }
  void observe(const ClusterSpec&, const Scope&, Observed& found) override { found.host = host; }
  Status apply(const Op&, const ApplyContext&, std::stop_token) override { return {}; }
  HostState host;
};

struct Mixed {
  Mixed()
      : spec(test::small_cluster(1, 1)),
        simulation(WorldFile::in_memory(),
                   {.credentials = std::make_unique<CredentialFolder>(folder / "_out"),
                    .systems = {System::talos, System::kubernetes, System::helm, System::access},
                    .faults = {},
                    .pace = 1'000'000}),
        simulated(make_providers(simulation)) {
    host.host = test::converged_world(spec).host;
  }

  Observed look() {
    std::vector<Provider*> all{&host};
    for (const auto& provider : simulated) {
      all.push_back(provider.get());
    }
    return tbx::look(all, spec);
  }

  test::TemporaryFolder folder;
  ClusterSpec spec;
  ToldHost host;
  Simulation simulation;
  std::vector<std::unique_ptr<Provider>> simulated;
};

TEST(LearnMachines, TheyComeStartAndGoAsTheHostSays) {
  Mixed mixed;
  mixed.host.host.machines[1].power = Power::off;
  Observed found = mixed.look();
  EXPECT_EQ(found.talos.at("demo-cp-01").presence, Presence::present);
  EXPECT_EQ(found.talos.at("demo-worker-01").presence, Presence::absent);
  EXPECT_EQ(found.talos.at("demo-worker-01").reason, "machine demo-worker-01 is off");
  mixed.host.host.machines[1].power = Power::running;
  EXPECT_EQ(mixed.look().talos.at("demo-worker-01").presence, Presence::present);
  mixed.host.host.machines.erase(mixed.host.host.machines.begin());
  EXPECT_EQ(mixed.look().talos.at("demo-cp-01").presence, Presence::absent);
  EXPECT_EQ(mixed.simulation.world().machines.size(), 1U);
}

TEST(LearnMachines, AnActionKnowsOfAMachineThatTheHostHasJustSeen) {
  Mixed mixed;
  Observed found;
  const ApplyContext context{mixed.spec, found, [](const std::string&) {}};
  Provider& talos = *mixed.simulated.front();
  ASSERT_TRUE(talos.apply(GenerateSecrets{"demo"}, context, {}));
  found.host = mixed.host.host;
  const std::string own = mixed.simulation.credentials().observe().cluster_id;
  for (Machine& machine : found.host.machines) machine.mark.cluster_id = own;
  (void)talos.apply(WriteTalosconfig{"demo"}, context, {});  // it may boot yet
  std::this_thread::sleep_for(std::chrono::milliseconds(20));  // five hours there
  EXPECT_TRUE(talos.apply(WriteTalosconfig{"demo"}, context, {}));
}

TEST(LearnMachines, AnUnknownHostTeachesNothing) {
  Mixed mixed;
  mixed.look();
  mixed.host.host = {};
  Observed found = mixed.look();
  EXPECT_EQ(found.talos.at("demo-cp-01").presence, Presence::unknown);
  EXPECT_EQ(mixed.simulation.world().machines.size(), 2U);
}

}  // namespace
}  // namespace tbx::sim
