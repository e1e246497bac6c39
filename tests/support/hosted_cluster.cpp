#include "tests/support/hosted_cluster.h"

namespace tbx::test {

void HostedCluster::SetUp() {
  if (powershell_engine().empty()) GTEST_SKIP() << no_powershell_engine;
  if (the_lab() != nullptr) GTEST_SKIP() << "the lab simulates Hyper-V";
  host_.emplace("host");
  write((host_->drive() / "iso" / "v1.12.4-amd64.iso").string(), "an image");
  write("cluster.yaml", R"(apiVersion: tbx/v1
kind: Cluster
metadata: {name: lab}
spec:
  talos: {version: v1.12.4}
  hyperv: {path: 'C:\vm', isoPath: 'C:\iso'}
  workers: {count: 1}
  addons: [cilium]
)");
}

CommandResult HostedCluster::tbx(int code, const std::string& line) {
  return expect(code, line + " --sim w.json --sim-systems talos,kubernetes,helm,access --pace 1000");
}

void HostedCluster::converge() {
  tbx(0, "apply cluster.yaml --yes");
  tbx(0, "plan cluster.yaml --detailed-exitcode");
  tbx(0, "drift cluster.yaml");
}

nlohmann::json HostedCluster::host_seen() {
  return nlohmann::json::parse(tbx(0, "observe cluster.yaml").out).at("observed").at("host");
}

}  // namespace tbx::test
