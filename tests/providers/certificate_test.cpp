#include "providers/certificate.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "specs/document.h"
#include "tests/support/recorded.h"

namespace tbx::test {
namespace {

using std::chrono::sys_days;
using namespace std::chrono_literals;

nlohmann::json recorded_yaml(const std::string& file) {
  return read_yaml(make_source(file, talosctl_output(file)), DocumentCount::one).documents.at(0).value;
}

std::string kubeconfig_certificate() {
  return recorded_yaml("emulator/kubeconfig.out")["users"][0]["user"]["client-certificate-data"];
}

TEST(Certificate, EndsWhenOpensslSaysSoToo) {
  const std::string certificate = recorded_yaml("config/talosconfig")["contexts"]["demo"]["crt"];
  EXPECT_EQ(certificate_ends_at(certificate), sys_days(2027y / 11 / 23) + 3h + 46min + 36s);
  EXPECT_EQ(certificate_ends_at(kubeconfig_certificate()), sys_days(2027y / 11 / 23) + 3h + 48min + 14s);
}

TEST(Certificate, ThatIsNoneHasNoEnd) {
  const std::string certificate = kubeconfig_certificate();
  for (const std::string& text : {std::string(), std::string("%%"), std::string("AAAA"), certificate.substr(0, 200)}) {
    EXPECT_FALSE(certificate_ends_at(text)) << text;
  }
}

TEST(Certificate, CutShortAnywhereIsReadWithoutHarm) {
  const std::string certificate = kubeconfig_certificate();
  for (std::size_t length = 0; length < certificate.size(); length += 4) {
    (void)certificate_ends_at(certificate.substr(0, length));
  }
}

}  // namespace
}  // namespace tbx::test
