#include "tests/support/sim_lab.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "engine/look.h"
#include "providers/sim/rules.h"
#include "providers/sim/world_verbs.h"
#include "specs/mask.h"

namespace tbx::test {

namespace {

sim::WorldFile open_world(const TemporaryFolder& folder, const LabOptions& options) {
  if (options.in_file) {
    return std::move(*sim::WorldFile::open(folder / "world.json", options.seed));
  }
  sim::World world;
  world.clock.seed = options.seed;
  return sim::WorldFile::in_memory(std::move(world));
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  path_ = std::filesystem::temp_directory_path() / fmt::format("tbx-test-{:08x}", std::random_device{}());
  std::filesystem::create_directories(path_);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

SimLab::SimLab(ClusterSpec wanted, LabOptions options)
    : spec(std::move(wanted)),
      simulation(open_world(folder, options),
                 {.credentials = std::make_unique<sim::CredentialFolder>(folder / "_out"), .faults = options.faults}),
      checkers(spec) {
  owned_ = sim::make_providers(simulation);
  simulation.check_steps([this](const sim::Step& step) { checkers.after(step); });
  simulation.check_starts([this](const sim::World& world, const Op& op, const std::vector<const Op*>& running) {
    checkers.before_start(world, op, running);
  });
}

std::vector<Provider*> SimLab::providers() const {
  std::vector<Provider*> all;
  for (const auto& provider : owned_) {
    all.push_back(provider.get());
  }
  return all;
}

Observed SimLab::look() {
  auto all = providers();
  return tbx::look(all, spec);
}

Plan SimLab::plan() {
  auto key = simulation.credentials().fingerprint_key();
  return make_plan(masked(spec, key ? &*key : nullptr), look());
}

Status SimLab::apply(const Op& op) {
  Observed found = look();
  for (Provider* provider : providers()) {
    if (provider->system() == traits_of(op).system) {
      return provider->apply(op, ApplyContext{spec, found, {}}, {});
    }
  }
  return failure(ErrorKind::rejected, "no provider");
}

ConvergeResult SimLab::converge(PlanMode mode, Events* events) {
  auto all = providers();
  sim::SimRunner runner(simulation, spec);
  NoEvents silence;
  auto mask = [this](const ClusterSpec& wanted) {
    auto key = simulation.credentials().fingerprint_key();
    return masked(wanted, key ? &*key : nullptr);
  };
  Planner planner = mode == PlanMode::destroy ? Planner(make_destroy_plan) : Planner(make_plan);
  return tbx::converge(ConvergeInput{spec, all, runner, events == nullptr ? silence : *events, mask, planner, mode});
}

std::string SimLab::world(const std::string& words) {
  std::vector<std::string> split = words_of(words);
  auto said = sim::run_world_verb(simulation.file(), split);
  EXPECT_TRUE(said) << words << ": " << (said ? "" : said.error().message);
  return said.value_or("");
}

void SimLab::go_on(double seconds) { EXPECT_TRUE(simulation.go_on(state().clock.now_seconds + seconds)); }

const sim::SimMachine& SimLab::machine(const std::string& node) const {
  return state().machines.at(sim::marked_machine(state(), spec.name, node));
}

std::vector<std::string> kinds_of(const Plan& plan) {
  std::set<std::string> kinds;
  for (const Action& action : plan.actions) {
    kinds.emplace(traits_of(action.op).name);
  }
  return {kinds.begin(), kinds.end()};
}

}  // namespace tbx::test
