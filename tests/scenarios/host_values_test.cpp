// What stands in a file, and what opens the cluster, on their way to PowerShell: values go as data only, secrets never.
#include <set>

#include "providers/hyperv/host_scripts.h"
#include "providers/hyperv/powershell_envelope.h"
#include "specs/embedded.h"
#include "tests/support/hosted_cluster.h"

namespace tbx::test {
namespace {

using nlohmann::json;

class ValueOnItsWay : public HostedCluster {
 protected:
  /// Five kinds of single quotes, what expands, what ends a command, wildcards, and letters of everywhere.
  static std::string hostile() {
    return "a' \xE2\x80\x98"
           "b\xE2\x80\x99; throw 'broken out' ;\xE2\x80\x9A\xE2\x80\x9B $(throw 'run') ${x} `n & [x] "
           "\xE6\x97\xA5\xE6\x9C\xAC #";
  }

  void expect_fixed_scripts_and_command_lines() const {
    std::set<std::string> scripts;
    for (const EmbeddedFile& file : embedded_scripts()) scripts.insert(host_script(file.name));
    for (const auto& request : host().requests()) EXPECT_TRUE(scripts.contains(request.script)) << request.script;
    std::string fixed;
    for (const std::string& argument : powershell_arguments()) fixed += (fixed.empty() ? "" : " ") + argument;
    for (const std::string& line : host().command_lines()) EXPECT_EQ(line, fixed);
    EXPECT_FALSE(host().requests().empty());
  }
};

TEST_F(ValueOnItsWay, ArrivesUnchangedAndNeverStandsInAScriptOrACommandLine) {
  const std::string folder = "C:\\vm " + hostile();
  const std::string name = hostile() + "*? \"\n" + std::string(300, 'x');
  json spec = {{"apiVersion", "tbx/v1"},
               {"kind", "Cluster"},
               {"metadata", {{"name", "lab"}}},
               {"spec",
                {{"hyperv", {{"path", folder}, {"isoPath", "C:\\iso"}, {"switch", name}}},
                 {"workers", {{"count", 1}}},
                 {"addons", json::array({{{"name", "cilium"}, {"values", {{"note", name}}}}})}}}};
  write("cluster.yaml", spec.dump());
  host().control({"rename-switch", name});
  host().control({"foreign-machine", "other"});
  host().control({"set", "other", "notes=" + name});
  host().forget_requests();
  converge();
  EXPECT_TRUE(std::filesystem::exists(host().drive() / folder.substr(3) / "tbx/lab/lab-cp-01/lab-cp-01.vhdx"));
  expect_fixed_scripts_and_command_lines();
  for (const auto& request : host().requests()) EXPECT_EQ(request.arguments.at("root"), folder);
  const json machines = host_seen().at("machines");
  EXPECT_EQ(machines.size(), 3U);
  EXPECT_EQ(machines.at(0).at("switch_name"), name);
  const std::string in_json = json(json(name).dump()).dump();
  EXPECT_TRUE(contains(read("w.json"), in_json.substr(1, in_json.size() - 2))) << "the values of a chart";
  tbx(0, "destroy cluster.yaml --yes");
}

TEST_F(ValueOnItsWay, IsRefusedAsANameOrALabel) {
  const std::string spec = read("cluster.yaml");
  for (const std::string& change :
       {"metadata: {name: \"" + std::string("l$(x)\"}"), std::string("metadata: {name: \"[x]*?\"}"),
        std::string("metadata: {name: \"a;b\"}")}) {
    write("cluster.yaml", replaced(spec, "metadata: {name: lab}", change));
    EXPECT_TRUE(contains(expect(1, "validate cluster.yaml").err, "can't name a cluster"));
  }
  write("cluster.yaml", replaced(spec, "{count: 1}", "{count: 1, labels: {note: \"$(x)\"}}"));
  EXPECT_TRUE(contains(expect(1, "validate cluster.yaml").err, "label"));
}

/// All texts of a YAML file that are long enough to be no word, such as keys and tokens.
std::vector<std::string> long_words_of(const std::string& text) {
  std::vector<std::string> found;
  std::istringstream stream(text);
  for (std::string word; stream >> word;) {
    if (word.size() >= 20) found.push_back(word);
  }
  return found;
}

TEST_F(ValueOnItsWay, IsNoSecret) {
  converge();
  std::string sent;
  for (const auto& request : host().requests()) sent += request.script + request.arguments.dump();
  for (const std::string& line : host().command_lines()) sent += line;
  const std::string kept = read("host/host.json");
  for (const char* file : {"secrets.yaml", "talosconfig", "kubeconfig"}) {
    const std::vector<std::string> secrets = long_words_of(read(std::string("_out/lab/") + file));
    EXPECT_FALSE(secrets.empty()) << file;
    for (const std::string& secret : secrets) {
      EXPECT_EQ(sent.find(secret), std::string::npos) << "from " << file;
      EXPECT_EQ(kept.find(secret), std::string::npos) << "from " << file;
    }
  }
}

}  // namespace
}  // namespace tbx::test
