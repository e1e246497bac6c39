// What only a lab of real tools can show: how many of them are started, what they are told, and that tbx may be killed
// while they run.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <regex>
#include <set>

#include <fmt/format.h>

#include "providers/local_tools.h"
#include "tests/support/http_server.h"
#include "tests/support/lab.h"
#include "tests/support/living_cluster.h"

namespace tbx::test {
namespace {

namespace fs = std::filesystem;

std::string with_two_releases() { return replaced(LivingCluster::three_and_two, "[cilium]", "[cilium, metallb]"); }

class RealTools : public LivingCluster {
 protected:
  RealTools() : LivingCluster(with_two_releases()) {}
  void SetUp() override {
    if (the_lab() == nullptr) GTEST_SKIP() << "the lab is not asked for (make lab)";
  }

  /// How many of each tool a command started.
  static std::map<std::string, int> started_by(const std::string& line) {
    const std::size_t before = Lab::processes().size();
    expect(0, line);
    std::map<std::string, int> counts;
    const std::vector<std::string> all = Lab::processes();
    for (std::size_t i = before; i < all.size(); ++i) ++counts[all[i].substr(0, all[i].find(' '))];
    return counts;
  }
};

TEST_F(RealTools, StartsNoMoreProcessesForALookThanItMay) {
  std::map<std::string, int> counts = started_by("plan cluster.yaml --sim w.json");
  EXPECT_LE(counts["talosctl"], 8 + 1) << "for all nodes together, and what the client's own version is";
  EXPECT_LE(counts["kubectl"], 2 + 1 + 1 + 2 * 4) << "two for Kubernetes, one for Helm, the version, four a release";
  EXPECT_LE(counts["helm"], 1);
  counts = started_by("status cluster.yaml --sim w.json");
  EXPECT_LE(counts["kubectl"], 2 + 1 + 1) << "status compares no live objects";
}

/// Every text of the credentials that nobody else may read.
std::set<std::string> secrets_in(const fs::path& folder) {
  std::set<std::string> found;
  const std::regex secret(
      "(?:key|token|secret|aescbcEncryptionSecret|secretboxEncryptionSecret|bootstraptoken|"
      "trustdinfo|client-key-data):[ \"']*([A-Za-z0-9+/=.]{16,})");
  for (const char* name : {"secrets.yaml", "talosconfig", "kubeconfig"}) {
    std::ifstream stream(folder / name);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    for (std::sregex_iterator each(text.begin(), text.end(), secret); each != std::sregex_iterator(); ++each) {
      found.insert((*each)[1].str());
    }
  }
  return found;
}

TEST_F(RealTools, TellNobodyASecret) {
  edit("{count: 3}", "{count: 1}");
  std::string said;
  for (const std::string line :
       {"plan cluster.yaml --sim w.json", "plan cluster.yaml --sim w.json -o saved.plan",
        "apply cluster.yaml --sim w.json --yes --events journal.jsonl", "observe cluster.yaml --sim w.json",
        "status cluster.yaml --sim w.json", "drift cluster.yaml --sim w.json --format json"}) {
    const CommandResult result = expect(0, line);
    said += result.out + result.err;
  }
  for (const std::string& line : Lab::processes()) said += line + "\n";
  const std::set<std::string> secrets = secrets_in("lab/_out/ha");
  EXPECT_GE(secrets.size(), 10U);
  for (const auto& entry : fs::recursive_directory_iterator(".")) {
    const std::string path = entry.path().string();
    const bool is_of_the_lab = path.starts_with("./lab/state") || path.starts_with("./twin");
    if (!entry.is_regular_file() || is_of_the_lab) continue;
    const bool is_private =
        (fs::status(path).permissions() & (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none;
    if (!is_private) said += read(path);
    EXPECT_TRUE(is_private || !path.starts_with("./lab/_out")) << path;
  }
  for (const std::string& secret : secrets) {
    EXPECT_EQ(said.find(secret), std::string::npos) << "a secret that begins with " << secret.substr(0, 6);
  }
}

TEST_F(RealTools, FindANodeThatHangsUnknownAndTheOthersAsTheyAre) {
  the_lab()->post("/hang?node=ha-worker-01");
  const auto began = std::chrono::steady_clock::now();
  const nlohmann::json found = nlohmann::json::parse(expect(4, "observe cluster.yaml --sim w.json").out).at("observed");
  const auto took = std::chrono::steady_clock::now() - began;
  EXPECT_LT(std::chrono::duration<double>(took).count(), 2 * 20) << "two deadlines, beside the rest";
  EXPECT_EQ(found.at("talos").at("ha-worker-01").at("presence"), "unknown");
  EXPECT_EQ(found.at("talos").at("ha-worker-02").at("presence"), "present");
  EXPECT_EQ(found.at("etcd").at("members").size(), 3U);
  the_lab()->post("/unhang?node=ha-worker-01");
  applied();
}

class ChartsOfARepository : public RealTools {
 protected:
  /// A repository of one chart, packed by helm, on this machine.
  class ChartRepository {
   public:
    ChartRepository() {
      pack("one");
      server_ = std::make_unique<HttpServer>([this](const std::string& head) { return reply(head); });
    }

    /// Anew, under the same version.
    void pack(const std::string& greeting) {
      fs::create_directories("charts/hello/templates");
      write("charts/hello/Chart.yaml", "apiVersion: v2\nname: hello\nversion: 1.0.0\n");
      write("charts/hello/templates/hello.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: hello}\ndata: {greeting: " + greeting +
                ", to: {{ .Values.to | quote }}}\n");
      const auto packed = LocalTools().run({.tool = "helm", .arguments = {"package", "charts/hello", "-d", "charts"}});
      EXPECT_TRUE(packed && packed->exit_code == 0) << (packed ? packed->err : packed.error().message);
    }

    std::string address() const { return fmt::format("http://127.0.0.1:{}", server_->port()); }

   private:
    HttpReply reply(const std::string& head) const {
      const bool asks_for_index = head.starts_with("GET /index.yaml");
      const std::string body = asks_for_index ? "apiVersion: v1\nentries:\n  hello:\n  - {apiVersion: v2, name: hello, "
                                                "version: 1.0.0, urls: [hello-1.0.0.tgz]}\n"
                                              : read("charts/hello-1.0.0.tgz");
      return {fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}", body.size(), body)};
    }

    std::unique_ptr<HttpServer> server_;
  };
};

/// The embedded world knows no repositories, so that the lab's tbx is asked alone.
TEST_F(ChartsOfARepository, AreNotTakenWhenTheyWereExchangedUnderTheSameVersion) {
  ChartRepository repository;
  const auto apply = [&](int code, const std::string& to) {
    write("lab/cluster.yaml",
          replaced(
              read("lab/cluster.yaml"), "addons: [",
              fmt::format("addons: [{{name: hello, chart: hello, repo: \"{}\", version: 1.0.0, values: {{to: {}}}}}, ",
                          repository.address(), to)));
    const CommandResult result = run_tbx(
        {"apply", "lab/cluster.yaml", "--sim", "lab/w.json", "--sim-systems", "hyperv", "--pace", "20", "--yes"});
    EXPECT_EQ(result.code, code) << result.out << result.err;
    expect(0, "observe cluster.yaml --sim w.json");  // writes lab/cluster.yaml as it was
    return result;
  };
  apply(0, "you");
  apply(0, "all");
  repository.pack("two");
  EXPECT_TRUE(contains(apply(1, "me").err, "gives another hello-1.0.0.tgz than the release hello was made from"));
}

class KilledInTheLab : public CommandTest {
 protected:
  void SetUp() override {
    if (the_lab() == nullptr) GTEST_SKIP() << "the lab is not asked for (make lab)";
    write("cluster.yaml", with_two_releases());
    expect(2, "plan cluster.yaml --sim w.json --detailed-exitcode");
  }

  /// Applies again and again, each time as a process of its own that is killed after a while, a little later each time.
  /// Then lets it come to its end: one apply, and nothing is left.
  static void apply_and_kill(int times) {
    ::setenv("TBX_UNDER_TEST", TBX_PROGRAM, 1);
    for (int kill = 1; kill <= times; ++kill) {
      const auto output = LocalTools().run({.tool = "under-test",
                                            .arguments = {"apply", "lab/cluster.yaml", "--sim", "lab/w.json",
                                                          "--sim-systems", "hyperv", "--pace", "20", "--yes"},
                                            .deadline_seconds = 0.5 * kill});
      if (output) break;  // it came to its end
    }
    expect(0, "apply cluster.yaml --sim w.json --yes");
    expect(0, "plan cluster.yaml --sim w.json --detailed-exitcode");
  }
};

TEST_F(KilledInTheLab, ACreationGoesOnWhereverItWasKilledAndBootstrapsOnce) { apply_and_kill(10); }

TEST_F(KilledInTheLab, AScaleDownGoesOnWhereverItWasKilledAndLosesNoMember) {
  expect(0, "apply cluster.yaml --sim w.json --yes");
  write("cluster.yaml", replaced(with_two_releases(), "{count: 3}", "{count: 2}"));
  expect(2, "plan cluster.yaml --sim w.json --detailed-exitcode");
  apply_and_kill(10);
  EXPECT_TRUE(contains(expect(0, "status cluster.yaml --sim w.json").out, "2 members, 2 healthy"));
}

}  // namespace
}  // namespace tbx::test
