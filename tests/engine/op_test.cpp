// The table of ops: names, limits, descriptions.
#include "engine/op.h"

#include <gtest/gtest.h>

#include <set>

#include "engine/error.h"

namespace tbx {
namespace {

TEST(Op, HasOneRowOfTraitsForEachAlternative) { EXPECT_EQ(all_op_traits().size(), std::variant_size_v<Op>); }

TEST(Op, NamesAreKebabCaseAndUnique) {
  std::set<std::string_view> names;
  for (const OpTraits& traits : all_op_traits()) {
    EXPECT_TRUE(names.insert(traits.name).second) << traits.name;
    EXPECT_EQ(traits.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), std::string_view::npos) << traits.name;
  }
}

TEST(Op, DeadlinesAreSeveralTimesTheEstimates) {
  for (const OpTraits& traits : all_op_traits()) {
    EXPECT_GE(traits.deadline_seconds, 5 * traits.estimate_seconds) << traits.name;
    EXPECT_GT(traits.estimate_seconds, 0) << traits.name;
  }
}

TEST(Op, LimitsOfAKindStayWithinThoseOfItsSystem) {
  for (const OpTraits& traits : all_op_traits()) {
    EXPECT_GE(traits.parallel_limit, 1) << traits.name;
    EXPECT_LE(traits.parallel_limit, parallel_limit(traits.system)) << traits.name;
  }
}

TEST(Op, OnlyAwaitOpsAreWaits) {
  for (const OpTraits& traits : all_op_traits()) EXPECT_EQ(traits.is_wait, traits.name.starts_with("await-"));
}

TEST(Op, IdIsNameAndTarget) {
  EXPECT_EQ(id_of(StartMachine{"talos-hypv-cp-01", "4f1c"}), "start-machine/talos-hypv-cp-01");
  EXPECT_EQ(id_of(ApplyCustomResourceDefinitions{"traefik"}), "apply-custom-resource-definitions/traefik");
  EXPECT_EQ(target_of(StartMachine{"talos-hypv-cp-01", "4f1c"}), "talos-hypv-cp-01");
}

TEST(Op, DescribesItselfWithItsNumbers) {
  CreateMachine create;
  create.target = "talos-hypv-cp-01";
  create.cpu_count = 2;
  create.memory_mib = 4096;
  ApplyConfig config;
  config.target = "w";
  config.config = {{"machine/install/disk", "\"/dev/sda\""}};
  config.mode = ConfigMode::reboot;
  struct Case {
    Op op;
    std::string text;
  };
  const Case cases[] = {
      {create, "create machine talos-hypv-cp-01 (2 CPUs, 4096 MiB)"},
      {ResizeMachine{"w", "id", 1, 2048}, "resize machine w to 1 CPU, 2048 MiB"},
      {GrowDisk{"w", "C:/w.vhdx", 40}, "grow disk of w to 40 GiB"},
      {config, "apply machine config to w (1 field, with a reboot)"},
      {LabelNode{"w", {{"a", "b"}}, {}}, "label node w (1 label, 0 taints)"},
      {ApplyRoute{"grafana.talos.local", "monitoring", "grafana", 80},
       "apply route grafana.talos.local to monitoring/grafana:80"},
      {WriteHosts{"c", {"a.local", "b.local"}}, "write hosts file: a.local, b.local"},
      {WriteHosts{"c", {}}, "write hosts file: no names"},
      {AwaitRoute{"a.local", "/dashboard/"}, "wait for http://a.local/dashboard/ to answer"},
      {ApplyAddressPool{"metallb", ""}, "apply address pool of metallb (chosen from the switch's subnet)"},
  };
  for (const Case& each : cases) EXPECT_EQ(describe(each.op), each.text);
}

TEST(Error, IsRetryableOnlyWhenNothingWasChanged) {
  EXPECT_TRUE(is_retryable(ErrorKind::unreachable));
  EXPECT_TRUE(is_retryable(ErrorKind::timed_out));
  EXPECT_TRUE(is_retryable(ErrorKind::busy));
  for (ErrorKind kind : {ErrorKind::rejected, ErrorKind::malformed_answer, ErrorKind::outcome_unknown,
                         ErrorKind::refused, ErrorKind::cancelled}) {
    EXPECT_FALSE(is_retryable(kind)) << to_string(kind);
  }
  EXPECT_EQ(to_string(ErrorKind::outcome_unknown), "outcome unknown");
}

}  // namespace
}  // namespace tbx
