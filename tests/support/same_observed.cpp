#include "tests/support/same_observed.h"

#include <algorithm>
#include <array>
#include <regex>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tbx::test {

namespace {

using nlohmann::json;

struct LeftOut {
  const char* ends_with;  ///< of the pointer's part before a number or the end
  const char* why;
};

/// Fields that only one of the two worlds can know.
constexpr std::array left_out{
    LeftOut{"/leader", "etcd elects whom it likes"},
    LeftOut{"/boot_id", "each start draws one, and a world starts its machines at its own time"},
    LeftOut{"/switch_subnet", "the lab's machines have addresses of the loopback device"},
    LeftOut{"/switch_gateway", "the same"},
    LeftOut{"/address_pool", "it is chosen from the switch's subnet"},
    LeftOut{"/ingress_address", "the same"},
    LeftOut{"/detail", "the words of a real web server"},
    LeftOut{"/chart", "the lab installs its own small charts from a folder"},
};

/// Exchanges what a world drew for itself by names.
class Names {
 public:
  explicit Names(const json& found) {
    for (const json& machine : found.at("host").at("machines")) {
      const std::string name = machine.at("name");
      add(machine, "id", "VM", name);
      add(machine, "bios_guid", "GUID", name);
      add(machine, "mac", "MAC", name);
      add(machine, "dhcp_address", "address", name);
    }
    for (const json& member : found.at("etcd").at("members")) add(member, "id", "member", member.at("node"));
    for (const json& node : found.at("kubernetes").at("nodes")) add(node, "uid", "UID", node.at("name"));
    add(found.at("credentials"), "cluster_id", "cluster", "");
    add(found.at("kubernetes"), "ingress_address", "ingress", "");
    // The longest first: an address may begin another one.
    std::ranges::sort(names_, {}, [](const auto& each) { return -static_cast<int>(each.first.size()); });
  }

  std::string in(std::string text) const {
    for (const auto& [value, name] : names_) {
      for (std::size_t at = text.find(value); at != std::string::npos; at = text.find(value, at + name.size())) {
        text.replace(at, value.size(), name);
      }
    }
    return text;
  }

 private:
  void add(const json& object, const char* field, const std::string& what, const std::string& of) {
    const std::string value = object.value(field, "");
    if (!value.empty()) names_.emplace_back(value, fmt::format("<{} {}>", what, of));
  }

  std::vector<std::pair<std::string, std::string>> names_;
};

/// Each world keys its fingerprints of secrets with secrets of its own.
std::string without_fingerprints(const std::string& text) {
  static const std::regex fingerprint("secret:[0-9a-f]{12}");
  return std::regex_replace(text, fingerprint, "secret:<fingerprint>");
}

/// Lists of addresses are sorted by what was drawn.
void sort_texts(json& value) {
  if (value.is_array() && std::ranges::all_of(value, [](const json& each) { return each.is_string(); })) {
    std::sort(value.begin(), value.end());
  }
  if (value.is_structured()) {
    for (json& each : value) sort_texts(each);
  }
}

bool is_left_out(std::string pointer) {
  while (!pointer.empty() && (std::isdigit(static_cast<unsigned char>(pointer.back())) != 0)) pointer.pop_back();
  if (pointer.ends_with('/')) pointer.pop_back();
  return std::ranges::any_of(left_out, [&](const LeftOut& each) { return pointer.ends_with(each.ends_with); });
}

}  // namespace

std::map<std::string, std::string> comparable(const std::string& snapshot) {
  json found = json::parse(snapshot).at("observed");
  const Names names(found);
  // Sorted by what each world drew.
  for (const char* list : {"/etcd/members", "/host/machines", "/host/disks"}) {
    json& entries = found[json::json_pointer(list)];
    std::sort(entries.begin(), entries.end(), [](const json& left, const json& right) {
      return left.value("node", left.value("name", "")) < right.value("node", right.value("name", ""));
    });
  }
  json named = json::parse(without_fingerprints(names.in(found.dump())));
  sort_texts(named);
  const json flat = named.flatten();
  std::map<std::string, std::string> fields;
  for (const auto& [pointer, value] : flat.items()) {
    if (!is_left_out(pointer)) fields[pointer] = value.dump();
  }
  return fields;
}

std::string differences(const std::map<std::string, std::string>& lab, const std::map<std::string, std::string>& twin) {
  std::string text;
  for (const auto& [pointer, value] : lab) {
    auto other = twin.find(pointer);
    if (other == twin.end()) {
      text += fmt::format("{}: {} in the lab only\n", pointer, value);
    } else if (other->second != value) {
      text += fmt::format("{}: {} in the lab, {} in its twin\n", pointer, value, other->second);
    }
  }
  for (const auto& [pointer, value] : twin) {
    if (!lab.contains(pointer)) text += fmt::format("{}: {} in its twin only\n", pointer, value);
  }
  return text;
}

}  // namespace tbx::test
