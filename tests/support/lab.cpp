#include "tests/support/lab.h"

#define BOOST_PROCESS_V2_SEPARATE_COMPILATION
#include <boost/asio.hpp>
#include <boost/process/v2.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <regex>
#include <thread>

#ifdef __linux__
#include <sys/prctl.h>
#endif

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "providers/local_tools.h"
#include "tests/support/lab_calls.h"
#include "tests/support/same_observed.h"

namespace tbx::test {

namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using Words = std::vector<std::string>;

/// The machines of the lab are faster than real ones; what Hyper-V is simulated to do keeps pace.
constexpr const char* lab_speed = "3";
constexpr const char* pace = "20";
constexpr auto time_to_start = std::chrono::seconds(30);
constexpr auto time_to_settle = std::chrono::seconds(60);

std::string text_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

fs::path programs() {
  const char* folder = std::getenv("TBX_LAB_BIN");
  return folder == nullptr ? "" : folder;
}

/// A part of the loopback device that hardly anybody else uses at the moment.
std::string any_subnet() {
  std::random_device random;
  return fmt::format("127.{}.{}.0/20", 20 + random() % 40, 16 * (random() % 16));
}

/// The public charts are not there: the lab has small ones of the same names. One of the test's own lies a folder
/// above.
std::string with_charts_of_the_lab(const std::string& spec) {
  static const std::map<std::string, std::string> charts{{"cilium", "cilium"},
                                                         {"metallb", "metallb"},
                                                         {"traefik", "traefik"},
                                                         {"metrics-server", "metrics-server"},
                                                         {"local-path", "local-path-provisioner"},
                                                         {"cert-manager", "cert-manager"},
                                                         {"monitoring", "kube-prometheus-stack"}};
  std::smatch list;
  if (!std::regex_search(spec, list, std::regex("\\n  addons:.*(?:\\n   .*)*"))) return spec;
  std::string addons = std::regex_replace(list.str(), std::regex("chart: \\./charts/"), "chart: ../charts/");
  for (const auto& [name, chart] : charts) {
    const std::string in_flow = fmt::format("name: {}, chart: ./charts/{}", name, chart);
    addons = std::regex_replace(addons, std::regex(fmt::format("name: {}(?=,)", name)), in_flow);
    addons = std::regex_replace(addons, std::regex(fmt::format("- name: {}(?=\\n|$)", name)),
                                fmt::format("- name: {}\n      chart: ./charts/{}", name, chart));
    addons = std::regex_replace(addons, std::regex(fmt::format("(\\[|, |- ){}(?=[,\\]\\n]|$)", name)),
                                fmt::format("$1{{{}}}", in_flow));
  }
  const std::regex named_in_after("(after: \\[[^\\]]*)\\{name: ([a-z-]+), chart: [^}]*\\}");
  while (std::regex_search(addons, named_in_after)) addons = std::regex_replace(addons, named_in_after, "$1$2");
  return list.prefix().str() + addons + list.suffix().str();
}

/// The words with the files of another folder in place of the test's own.
Words in_folder(const std::string& folder, Words words) {
  for (std::string& word : words) {
    if (word == "cluster.yaml" || word == "w.json") word = folder + "/" + word;
  }
  return words;
}

/// What the spec names lies beside it.
void copy_values_files(const std::string& folder) {
  for (const auto& entry : fs::directory_iterator(".")) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".yaml") && name != "cluster.yaml") {
      fs::copy_file(entry.path(), fs::path(folder) / name, fs::copy_options::overwrite_existing);
    }
  }
}

constexpr const char* process_log = "lab/processes.log";

std::string edit_hosts() {
  std::string text = text_of("lab/hosts");
  const std::size_t line = text.find('\n', text.find("# >>> tbx")) + 1;
  text.replace(line, text.find(' ', line) - line, "10.0.0.99");
  std::ofstream("lab/hosts") << text;
  return "";
}

/// Lets tbx start a script in a tool's place that writes down its command line and becomes the tool.
void watch(const std::string& tool) {
  const fs::path script = fs::absolute("lab/" + tool);
  std::ofstream(script) << fmt::format("#!/bin/sh\nprintf '%s\\n' \"{} $*\" >>'{}'\nexec '{}' \"$@\"\n", tool,
                                       fs::absolute(process_log).string(), (programs() / tool).string());
  fs::permissions(script, fs::perms::owner_all);
  std::string variable = "TBX_" + tool;
  std::ranges::transform(variable, variable.begin(), [](unsigned char c) { return std::toupper(c); });
  ::setenv(variable.c_str(), script.c_str(), 1);
}

}  // namespace

class Lab::Process {
 public:
  Process() : context_(), log_(std::fopen("lab/lab.log", "w")), lab_(context_, program(), arguments(), io(), Ends{}) {
    const auto deadline = std::chrono::steady_clock::now() + time_to_start;
    while (text_of("lab/lab.log").find("ready") == std::string::npos) {
      if (std::chrono::steady_clock::now() > deadline || !lab_.running()) {
        throw std::runtime_error("the lab does not start: " + text_of("lab/lab.log"));
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }

  ~Process() {
    boost::system::error_code ignored;
    lab_.request_exit(ignored);
    lab_.wait(ignored);
    std::fclose(log_);
  }

  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// Asks the lab's control socket; fails the test when it refuses.
  void post(const std::string& target) {
    const std::string answer = asked(target);
    EXPECT_TRUE(is_done(answer)) << target << ": " << answer;
  }

  /// Until Kubernetes, too, has noticed which machines are gone.
  void settle() {
    const auto deadline = std::chrono::steady_clock::now() + time_to_settle;
    std::string answer = asked("/settled");
    while (!is_done(answer) && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      answer = asked("/settled");
    }
    EXPECT_TRUE(is_done(answer)) << answer;
  }

 private:
  static bool is_done(const std::string& answer) { return answer.find(" 204 ") != std::string::npos; }

  std::string asked(const std::string& target) {
    asio::local::stream_protocol::socket socket(context_);
    socket.connect({fs::absolute("lab/state/control.sock").string()});
    asio::write(socket, asio::buffer(fmt::format("POST {} HTTP/1.0\r\nHost: lab\r\n\r\n", target)));
    std::string answer;
    boost::system::error_code end;
    asio::read(socket, asio::dynamic_buffer(answer), end);
    return answer;
  }

  /// A test that is killed takes its lab with it.
  struct Ends {
    template <class Launcher>
    boost::system::error_code on_exec_setup(Launcher&, const boost::filesystem::path&, const char* const*(&)) const {
#ifdef __linux__
      ::prctl(PR_SET_PDEATHSIG, SIGTERM);
#endif
      return {};
    }
  };

  static boost::filesystem::path program() { return (programs() / "lab").string(); }
  static Words arguments() {
    return {"--world",   "lab/w.json", "--tbx",   TBX_PROGRAM, "--state",
            "lab/state", "--speed",    lab_speed, "--tools",   programs().string()};
  }
  boost::process::v2::process_stdio io() { return {nullptr, log_, log_}; }

  asio::io_context context_;
  std::FILE* log_;
  boost::process::v2::process lab_;
};

bool Lab::is_asked_for() { return !programs().empty(); }

Lab::Lab() {
  fs::create_directory("lab");
  fs::create_directory("twin");
  fs::create_directory_symlink(TBX_SOURCE_DIR "/tests/lab/charts", "lab/charts");
  for (const char* tool : {"talosctl", "kubectl", "helm"}) watch(tool);
  ::setenv("TBX_HOSTS_FILE", fs::absolute("lab/hosts").c_str(), 1);
  std::ofstream("lab/hosts") << "127.0.0.1 localhost\n";
}

Lab::~Lab() {
  process_.reset();
  if (fs::exists("lab/state/calls.jsonl")) {
    EXPECT_EQ(complaints_about(text_of("lab/state/calls.jsonl")), "");
    EXPECT_EQ(text_of("lab/state/anomalies.json"), "") << "what no healthy cluster sees";
  }
  if (testing::Test::HasFailure() && std::getenv("TBX_LAB_KEEP") != nullptr) {
    fs::copy(".", std::getenv("TBX_LAB_KEEP"), fs::copy_options::recursive | fs::copy_options::skip_symlinks);
  }
}

std::vector<std::string> Lab::processes() {
  std::ifstream log(process_log);
  Words lines;
  for (std::string line; std::getline(log, line);) lines.push_back(line);
  return lines;
}

void Lab::post(const std::string& target) { process_->post(target); }

void Lab::start() {
  if (!process_) {
    EXPECT_EQ(run_tbx({"world", "lab/w.json", "readdress", any_subnet()}).code, 0);
    process_ = std::make_unique<Process>();
  }
}

CommandResult Lab::run(Words words, int code, const std::string& input, Stage stage) {
  start();
  const std::string command = words.at(0);
  if (command == "world") {
    const CommandResult twin = run_tbx(in_folder("twin", words));
    EXPECT_EQ(twin.code, code) << twin.err;
    return {0, disturb(words.at(2), Words(words.begin() + 3, words.end())), ""};
  }
  const std::string spec = text_of("cluster.yaml");
  std::ofstream("twin/cluster.yaml") << spec;
  std::ofstream("lab/cluster.yaml") << with_charts_of_the_lab(spec);
  if (fs::exists("charts") && !fs::exists("twin/charts")) {
    fs::create_directory_symlink(fs::absolute("charts"), "twin/charts");
  }
  copy_values_files("twin");
  copy_values_files("lab");
  if (command == "apply" || command == "destroy") {
    Words twin = in_folder("twin", words);
    if (auto events = std::ranges::find(twin, "--events"); events != twin.end()) *std::next(events) = "twin/journal";
    EXPECT_EQ(run_tbx(twin, input, stage).code, code) << "in the twin";
  }
  Words lab = in_folder("lab", words);
  lab.insert(lab.end(), {"--sim-systems", "hyperv", "--pace", pace});
  const CommandResult result = run_tbx(lab, input, stage);
  if (command == "plan" && code == 0 && result.code == 0 &&
      std::ranges::find(words, "--detailed-exitcode") != words.end()) {
    expect_same_observed();
  }
  return result;
}

std::string Lab::disturb(const std::string& verb, const Words& arguments) {
  auto run_tool = [](const std::string& tool, Words tool_arguments) {
    tool_arguments.push_back("--kubeconfig=" + (*fs::directory_iterator("lab/_out")).path().string() + "/kubeconfig");
    const auto output = LocalTools().run({.tool = tool, .arguments = tool_arguments});
    EXPECT_TRUE(output && output->exit_code == 0) << (output ? output->err : output.error().message);
    return output ? output->out : "";
  };
  if (verb == "delete-node") return run_tool("kubectl", {"delete", "node", arguments.at(0)});
  if (verb == "uninstall") return run_tool("helm", {"uninstall", arguments.at(0), "--namespace", arguments.at(0)});
  if (verb == "edit-hosts") return edit_hosts();
  if (verb == "edit-release" && arguments.size() == 1) {
    const std::string& name = arguments.at(0);
    return run_tool("kubectl", {"scale", "deployment", name, "--namespace", name, "--replicas=3"});
  }
  if (verb == "edit-release") {
    const std::string& name = arguments.at(0);
    return run_tool("helm", {"upgrade", name, "lab/charts/" + name, "--namespace", name, "--reuse-values", "--set",
                             arguments.at(1)});
  }
  if (verb == "raise-alarm") {
    process_->post(fmt::format("/alarm?node={}&type=NOSPACE", arguments.at(0)));
    alarmed_.push_back(arguments.at(0));
    return "";
  }
  if (verb == "clear-alarms") {
    for (const std::string& node : alarmed_) process_->post(fmt::format("/alarm?node={}&type=NONE", node));
    return "";
  }
  Words words{"world", "lab/w.json", verb};
  words.insert(words.end(), arguments.begin(), arguments.end());
  if (verb == "readdress" && arguments.empty()) words.push_back(any_subnet());
  const CommandResult result = run_tbx(words);
  EXPECT_EQ(result.code, 0) << result.err;
  process_->settle();
  return result.out;
}

void Lab::expect_same_observed() {
  const CommandResult lab = run_tbx({"observe", "lab/cluster.yaml", "--sim", "lab/w.json", "--sim-systems", "hyperv"});
  const CommandResult twin = run_tbx({"observe", "twin/cluster.yaml", "--sim", "twin/w.json"});
  EXPECT_EQ(differences(comparable(lab.out), comparable(twin.out)), "");
}

}  // namespace tbx::test
