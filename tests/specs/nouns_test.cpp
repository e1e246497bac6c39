// The small nouns: sizes, durations, addresses, names, versions, near misses, digests.
#include <gtest/gtest.h>

#include "specs/did_you_mean.h"
#include "specs/ip.h"
#include "specs/names.h"
#include "specs/quantity.h"
#include "specs/scalar.h"
#include "specs/sha256.h"
#include "specs/versions.h"

namespace tbx {
namespace {

template <class T>
std::string shown(const tl::expected<T, std::string>& result) {
  if (!result) return result.error();
  if constexpr (std::is_same_v<T, std::string>) return *result;
  if constexpr (std::is_integral_v<T>) return std::to_string(*result);
}

TEST(Quantity, ReadsMemoryInEvenMebibytes) {
  EXPECT_EQ(shown(parse_memory_mib("4Gi")), "4096");
  EXPECT_EQ(shown(parse_memory_mib("4096Mi")), "4096");
  EXPECT_EQ(shown(parse_memory_mib("1.5Gi")), "1536");
  EXPECT_EQ(shown(parse_memory_mib("4294967296")), "4096");
  EXPECT_EQ(shown(parse_memory_mib("4097Mi")),
            "\"4097Mi\" is not an even number of MiB, which Hyper-V asks for: the next one is 4098Mi");
  EXPECT_EQ(shown(parse_memory_mib("1")),
            "\"1\" is not an even number of MiB, which Hyper-V asks for: the next one is 2Mi");
}

TEST(Quantity, GivesADecimalUnitItsOwnMeaningAndRoundsItUp) {
  EXPECT_EQ(parse_quantity("4GB"), (Quantity{4000000000, true}));
  EXPECT_EQ(parse_quantity("4G"), parse_quantity("4GB"));
  EXPECT_EQ(shown(parse_memory_mib("4GB")), "3816");
  EXPECT_EQ(shown(parse_disk_gib("20GB")), "19");
}

TEST(Quantity, ReadsDisksInWholeGibibytes) {
  EXPECT_EQ(shown(parse_disk_gib("20Gi")), "20");
  EXPECT_EQ(shown(parse_disk_gib("1Ti")), "1024");
  EXPECT_EQ(shown(parse_disk_gib("20000Mi")), "\"20000Mi\" is no whole number of GiB: the next one is 20Gi");
}

TEST(Quantity, SaysWhatWasMeant) {
  EXPECT_EQ(shown(parse_memory_mib("4gi")), "\"4gi\" is no size: did you mean 4Gi?");
  EXPECT_EQ(shown(parse_memory_mib("4 GB")), "\"4 GB\" is no size: did you mean 4GB?");
  EXPECT_EQ(shown(parse_memory_mib("4GiB")), "\"4GiB\" is no size: did you mean 4Gi?");
  EXPECT_EQ(shown(parse_memory_mib("-4Gi")), "\"-4Gi\" is no size: write it like 4Gi, 4096Mi or 4GB");
  EXPECT_EQ(shown(parse_memory_mib("")), "\"\" is no size: write it like 4Gi, 4096Mi or 4GB");
  EXPECT_EQ(shown(parse_memory_mib("9999999999999999Ti")),
            "\"9999999999999999Ti\" is no size: it is too large, or no whole number of bytes");
}

TEST(Duration, ReadsHoursMinutesAndSecondsInThatOrder) {
  EXPECT_EQ(shown(parse_duration_seconds("90s")), "90");
  EXPECT_EQ(shown(parse_duration_seconds("1h30m")), "5400");
  EXPECT_EQ(shown(parse_duration_seconds("10")), "\"10\" is no duration: write it like 90s, 10m or 1h30m");
  EXPECT_EQ(shown(parse_duration_seconds("5s1m")), "\"5s1m\" is no duration: write it like 90s, 10m or 1h30m");
  EXPECT_EQ(shown(parse_duration_seconds("0m")), "\"0m\" is no time at all: write it like 90s, 10m or 1h30m");
  EXPECT_EQ(shown(parse_duration_seconds("25h")), "\"25h\" is more than a day: write it like 90s, 10m or 1h30m");
}

TEST(Ip, ReadsAddressesStrictly) {
  EXPECT_EQ(parse_ipv4_address("10.77.3.1"), Ipv4Address{0x0A4D0301});
  for (const char* wrong :
       {"", "10.77.3", "10.77.3.256", "10.77.3.01", "10.77.3.1 ", "10.77.3.1.2", "a.b.c.d", "1..2.3"}) {
    EXPECT_FALSE(parse_ipv4_address(wrong)) << wrong;
  }
}

TEST(Ip, CountsAndComparesNetworks) {
  const Ipv4Network network = *parse_ipv4_network("10.77.3.0/24");
  EXPECT_EQ(format_address(*nth_address(network, 11)), "10.77.3.11");
  EXPECT_FALSE(nth_address(network, 256));
  EXPECT_EQ(address_count(range_of(network)), 256U);
  EXPECT_EQ(address_count(range_of(*parse_ipv4_network("0.0.0.0/0"))), 4294967296U);
  EXPECT_TRUE(overlap(network, *parse_ipv4_network("10.77.0.0/16")));
  EXPECT_FALSE(overlap(network, *parse_ipv4_network("10.77.4.0/24")));
  EXPECT_TRUE(contains(network, *parse_ipv4_address("10.77.3.255")));
  EXPECT_EQ(format_network(network_of(*parse_ipv4_address("172.20.5.9"), 20)), "172.20.0.0/20");
}

TEST(Ip, ReadsRangesInThreeForms) {
  EXPECT_EQ(format_range(*parse_ipv4_range("172.20.0.200-172.20.0.220")), "172.20.0.200-172.20.0.220");
  EXPECT_EQ(format_range(*parse_ipv4_range("172.20.0.0/30")), "172.20.0.0-172.20.0.3");
  EXPECT_EQ(format_range(*parse_ipv4_range("172.20.0.7")), "172.20.0.7-172.20.0.7");
  EXPECT_EQ(parse_ipv4_range("172.20.0.9-172.20.0.1").error(),
            "\"172.20.0.9-172.20.0.1\" ends before it begins: swap the two addresses");
}

TEST(Names, HoldToTheRulesOfKubernetesAndWindows) {
  EXPECT_TRUE(is_dns_label("talos-hypv"));
  EXPECT_FALSE(is_dns_label("Talos"));
  EXPECT_FALSE(is_dns_label("-a"));
  EXPECT_FALSE(is_dns_label(std::string(64, 'a')));
  EXPECT_TRUE(is_dns_name("grafana.talos.local"));
  EXPECT_FALSE(is_dns_name("grafana..local"));
  EXPECT_TRUE(is_label_key("example.org/tier_1"));
  EXPECT_FALSE(is_label_key("/tier"));
  EXPECT_TRUE(is_label_value(""));
  EXPECT_FALSE(is_label_value("a b"));
  EXPECT_TRUE(is_windows_device("com1"));
  EXPECT_FALSE(is_windows_device("com10"));
}

TEST(Names, ReadTaints) {
  EXPECT_EQ(parse_taint("dedicated=db:NoExecute"), (Taint{"dedicated", "db", TaintEffect::no_execute}));
  EXPECT_EQ(parse_taint("example.org/x:PreferNoSchedule"),
            (Taint{"example.org/x", "", TaintEffect::prefer_no_schedule}));
  EXPECT_EQ(parse_taint("a=b:noschedule").error(),
            "\"noschedule\" is no effect of a taint: did you mean \"NoSchedule\"?");
}

TEST(Versions, OrderPreReleasesByNumber) {
  EXPECT_LT(*parse_version("v1.14.0-rc.9"), *parse_version("1.14.0-rc.10"));
  EXPECT_LT(*parse_version("1.14.0-rc.10"), *parse_version("1.14.0"));
  EXPECT_LT(*parse_version("1.9.10"), *parse_version("1.12.0"));
  EXPECT_FALSE(parse_version("1.12"));
  EXPECT_FALSE(parse_version("1.12.x"));
}

TEST(Versions, KnowWhichKubernetesATalosTakes) {
  EXPECT_EQ(shown(parse_talos_version("1.12.4")), "v1.12.4");
  EXPECT_EQ(shown(parse_talos_version("1.10.9")), "Talos v1.10.9 is not supported: tbx works with 1.11 to 1.14");
  EXPECT_EQ(shown(parse_talos_version("1.12")), "\"1.12\" is no Talos version: write all three numbers, like v1.12.4");
  EXPECT_EQ(shown(parse_kubernetes_version("1.35.0", "v1.12.4")), "v1.35.0");
  EXPECT_EQ(shown(parse_kubernetes_version("1.36.0", "v1.12.4")),
            "Talos v1.12.4 does not run Kubernetes v1.36.0: it takes 1.30 to 1.35");
}

TEST(DidYouMean, FindsTheNearestOfTheCandidates) {
  const std::vector<std::string> names{"cilium", "metallb", "memory", "monitoring"};
  EXPECT_EQ(did_you_mean("memroy", names), ": did you mean \"memory\"?");
  EXPECT_EQ(did_you_mean("Cillium", names), ": did you mean \"cilium\"?");
  EXPECT_EQ(did_you_mean("postgres", names), "");
  EXPECT_EQ(did_you_mean(std::string(100000, 'a'), names), "");
}

TEST(Scalar, ReadsTheCoreSchemaAndNothingElse) {
  const std::vector<std::pair<std::string, std::string>> cases{{"true", "true"},
                                                               {"yes", "\"yes\""},
                                                               {"no", "\"no\""},
                                                               {"~", "null"},
                                                               {"0o17", "15"},
                                                               {"0x1F", "31"},
                                                               {"-12", "-12"},
                                                               {"+12", "12"},
                                                               {"1.10", "1.1"},
                                                               {"1e3", "1000.0"},
                                                               {".5", "0.5"},
                                                               {"5.", "5.0"},
                                                               {"1_000", "\"1_000\""},
                                                               {"12:30", "\"12:30\""},
                                                               {"v1", "\"v1\""},
                                                               {"-", "\"-\""},
                                                               {".", "\".\""},
                                                               {"1.2.3", "\"1.2.3\""},
                                                               {"18446744073709551615", "18446744073709551615"}};
  for (const auto& [text, json] : cases) EXPECT_EQ(resolve_plain_scalar(text).dump(), json) << text;
}

TEST(Sha256, GivesTheDigestOfTheStandard) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace tbx
