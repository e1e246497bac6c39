#include "tests/support/lab_calls.h"

#include <set>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tbx::test {

namespace {

using nlohmann::json;

class Watch {
 public:
  std::string complaint_about(const std::string& method, const std::string& node, const json& arguments) {
    if (method == "EtcdSnapshot") has_snapshot_ = true;
    if (method == "EtcdStatus" || method == "EtcdMemberList") away_.erase(node);
    if (method == "Bootstrap" && arguments.value("recover", "") != "true" && std::exchange(is_bootstrapped_, true)) {
      return "etcd was bootstrapped a second time";
    }
    if (method == "EtcdLeaveCluster" || method == "EtcdRemoveMemberByID") {
      if (!std::exchange(has_snapshot_, false)) return "there was no snapshot before this departure";
    }
    const bool restarts = method == "Reboot" || method == "Upgrade" ||
                          (method == "ApplyConfiguration" && arguments.value("mode", "") == "REBOOT");
    if (restarts && node.find("-cp-") != std::string::npos) {
      if (!away_.empty() && !away_.contains(node)) return "it restarts before " + *away_.begin() + " was seen again";
      away_.insert(node);
    }
    return "";
  }

 private:
  bool has_snapshot_ = false;
  bool is_bootstrapped_ = false;
  std::set<std::string> away_;
};

}  // namespace

std::string complaints_about(const std::string& log) {
  Watch watch;
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    const json call = json::parse(line);
    if (call.at("code") != "OK") continue;
    const std::string method = call.at("method");
    const std::string complaint = watch.complaint_about(method.substr(method.find_last_of('/') + 1), call.at("node"),
                                                        call.value("arguments", json::object()));
    if (!complaint.empty()) return fmt::format("{}: {}", complaint, line);
  }
  return "";
}

}  // namespace tbx::test
