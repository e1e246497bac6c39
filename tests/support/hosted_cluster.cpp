#include "tests/support/hosted_cluster.h"

#include <unistd.h>

#include <map>

#include <fmt/format.h>

namespace tbx::test {

namespace fs = std::filesystem;

namespace {

/// Folders of clusters that this process has made, deleted at its end.
class KeptFolders {
 public:
  ~KeptFolders() {
    std::error_code ignored;
    for (const auto& [name, folder] : folders_) fs::remove_all(folder, ignored);
  }
  void forget(const std::string& name) { folders_.erase(name); }
  /// Where one of this name is kept; made, and then empty, on the first call.
  fs::path of(const std::string& name, bool& is_new) {
    const fs::path folder = fs::temp_directory_path() / fmt::format("tbx_kept_{}_{}", ::getpid(), name);
    is_new = folders_.emplace(name, folder).second;
    if (is_new) fs::create_directories(folder);
    return folder;
  }

 private:
  std::map<std::string, fs::path> folders_;
};

/// All but the program and the logs of a stand-in host, which belong to their folder.
void copy_cluster(const fs::path& from, const fs::path& to) {
  const auto all = fs::copy_options::recursive | fs::copy_options::overwrite_existing;
  for (const char* part : {"cluster.yaml", "w.json", "_out", "host/host.json", "host/drives/C/vm"}) {
    fs::create_directories((to / part).parent_path());
    if (fs::exists(to / part) && fs::is_directory(to / part)) fs::remove_all(to / part);
    if (fs::exists(from / part)) fs::copy(from / part, to / part, all);
  }
}

}  // namespace

void HostedCluster::SetUp() {
  if (powershell_engine().empty()) GTEST_SKIP() << no_powershell_engine;
  if (the_lab() != nullptr) GTEST_SKIP() << "the lab simulates Hyper-V";
  host_.emplace("host");
  for (const char* arch : {"amd64", "arm64"}) {
    write((host_->drive() / "iso" / (std::string("v1.12.4-") + arch + ".iso")).string(), "an image");
  }
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

void HostedCluster::converge_or_copy(const std::string& name) {
  static KeptFolders kept;
  bool is_new = false;
  const fs::path folder = kept.of(name, is_new);
  if (is_new) {
    tbx(0, "apply cluster.yaml --yes");
    if (HasFailure()) kept.forget(name);
    copy_cluster(".", folder);
  } else {
    copy_cluster(folder, ".");
  }
}

nlohmann::json HostedCluster::host_seen() {
  return nlohmann::json::parse(tbx(0, "observe cluster.yaml").out).at("observed").at("host");
}

}  // namespace tbx::test
