#include "providers/helm/live_objects.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include <fmt/format.h>

#include "providers/helm/live_comparison.h"
#include "providers/helm/rendered_objects.h"

namespace tbx {

namespace {

using nlohmann::json;

using Objects = std::map<ObjectName, json>;

/// Of a look at many objects, a request each.
constexpr double seconds_for_objects = 90;

/// An object as a release rendered it.
struct Wanted {
  std::string release;  ///< key_of
  ObjectName name;
  json object;
};

std::string list_of(const std::vector<const Wanted*>& wanted, bool whole) {
  json items = json::array();
  for (const Wanted* each : wanted) {
    // To be found an object needs no more than its name, and a Secret is not sent around for nothing.
    items.push_back(whole ? each->object
                          : json{{"apiVersion", each->object.value("apiVersion", "")},
                                 {"kind", each->name.kind},
                                 {"metadata", {{"name", each->name.name}, {"namespace", each->name.namespace_name}}}});
  }
  return json{{"apiVersion", "v1"}, {"kind", "List"}, {"items", std::move(items)}}.dump();
}

/// One object is printed as itself, several as a list.
Objects objects_in(const std::string& answer) {
  Objects objects;
  json parsed = json::parse(answer, nullptr, false);
  if (!parsed.is_object()) return objects;
  const bool is_list = parsed.contains("items") && parsed["items"].is_array();
  json items = is_list ? std::move(parsed["items"]) : json::array({std::move(parsed)});
  for (json& item : items) {
    const ObjectName name = object_name(item);
    objects[name] = std::move(item);
  }
  return objects;
}

/// An object of the whole cluster has no namespace, whatever was asked for.
const json* find_object(const Objects& objects, ObjectName name) {
  auto place = objects.find(name);
  if (place == objects.end()) {
    name.namespace_name.clear();
    place = objects.find(name);
  }
  return place == objects.end() ? nullptr : &place->second;
}

/// `no matches for kind "Gadget" in version "example.org/v1"`
std::string unknown_kind_line(const Wanted& wanted) {
  return fmt::format("no matches for kind \"{}\" in version \"{}\"", wanted.name.kind,
                     wanted.object.value("apiVersion", ""));
}

/// `The Deployment "web" is invalid: …field is immutable`, or, where it is one of several errors, `Deployment.apps
/// "web" is invalid: …`.
bool is_called_immutable(const Wanted& wanted, const std::string& text) {
  for (const std::string& line :
       {fmt::format("The {} \"{}\" is invalid", wanted.name.kind, wanted.name.name),
        fmt::format("{}{}{} \"{}\" is invalid", wanted.name.kind, wanted.name.group.empty() ? "" : ".",
                    wanted.name.group, wanted.name.name)}) {
    if (text.find(line) != std::string::npos) return true;
  }
  return false;
}

class Look {
 public:
  Look(const Kubectl& kubectl, const std::string& address, const FingerprintKey* key, std::stop_token stop)
      : kubectl_(kubectl), address_(address), key_(key), stop_(std::move(stop)) {}

  LiveLook at(const std::vector<const ReleaseRecord*>& records) {
    for (const ReleaseRecord* record : records) take(*record);
    std::vector<const Wanted*> all;
    for (const Wanted& each : wanted_) all.push_back(&each);
    if (all.empty() || !read_live(all)) return std::move(look_);
    const std::vector<const Wanted*> living = tell_absent(all);
    if (!living.empty() && !compare(living, nullptr)) {
      for (const ReleaseRecord* record : records) compare_alone(key_of(*record), living);
    }
    for (auto& [release, drift] : look_.drift) std::ranges::sort(drift, {}, &LiveDrift::field);
    return std::move(look_);
  }

 private:
  void take(const ReleaseRecord& record) {
    look_.drift[key_of(record)];
    auto objects = rendered_objects(record);
    if (!objects) return not_compared(fmt::format("release {}: {}", record.name, objects.error().message));
    for (json& object : *objects) {
      ObjectName name = object_name(object);
      wanted_.push_back({key_of(record), std::move(name), std::move(object)});
    }
  }

  void not_compared(const std::string& what) { look_.not_compared += (look_.not_compared.empty() ? "" : "; ") + what; }

  Result<CommandOutput> call(std::vector<std::string> arguments, std::string input) {
    ToolCall call = kubectl_.look(address_, std::move(arguments));
    call.input = std::move(input);
    call.deadline_seconds = seconds_for_objects;
    return kubectl_.run(call, stop_);
  }

  /// Kinds that the API does not know make kubectl fail after it printed the rest.
  bool read_live(const std::vector<const Wanted*>& all) {
    auto output = call({"get", "--filename=-", "--ignore-not-found", "--show-managed-fields", "--output=json"},
                       list_of(all, false));
    if (!output) {
      not_compared(output.error().message);
      return false;
    }
    unknown_kinds_ = output->err;
    live_ = objects_in(output->out);
    const bool is_about_kinds = output->err.find("no matches for kind") != std::string::npos;
    if (output->exit_code != 0 && !is_about_kinds) {
      not_compared(classify_kubernetes_failure(output->err, "kubectl get").error.message);
      return false;
    }
    return true;
  }

  std::vector<const Wanted*> tell_absent(const std::vector<const Wanted*>& all) {
    std::vector<const Wanted*> living;
    std::set<std::pair<std::string, std::string>> told_kinds;
    for (const Wanted* each : all) {
      if (find_object(live_, each->name) != nullptr) {
        living.push_back(each);
      } else if (unknown_kinds_.find(unknown_kind_line(*each)) == std::string::npos) {
        look_.drift[each->release].push_back(absent_object(each->name));
      } else if (told_kinds.emplace(each->release, unknown_kind_line(*each)).second) {
        look_.drift[each->release].push_back(absent_kind(each->object));
      }
    }
    return living;
  }

  /// False when the API server refused any of it; what it said is then in `said`.
  bool compare(const std::vector<const Wanted*>& living, std::string* said) {
    auto output = call({"apply", "--server-side", "--dry-run=server", "--force-conflicts", "--field-manager=helm",
                        "--filename=-", "--output=json"},
                       list_of(living, true));
    const bool succeeded = output && output->exit_code == 0;
    if (!succeeded && said != nullptr) *said = output ? output->err : output.error().message;
    if (!succeeded) return false;
    const Objects applied = objects_in(output->out);
    for (const Wanted* each : living) {
      const json* after = find_object(applied, each->name);
      if (after == nullptr) continue;
      for (LiveDrift& drift : live_differences(each->object, *find_object(live_, each->name), *after, key_)) {
        look_.drift[each->release].push_back(std::move(drift));
      }
    }
    return true;
  }

  /// A release by itself, then without the objects that can't be changed back.
  void compare_alone(const std::string& release, const std::vector<const Wanted*>& living) {
    std::vector<const Wanted*> own;
    std::ranges::copy_if(living, std::back_inserter(own), [&](const Wanted* each) { return each->release == release; });
    std::string said;
    if (own.empty() || compare(own, &said)) return;
    std::vector<const Wanted*> rest;
    for (const Wanted* each : own) {
      if (is_called_immutable(*each, said)) {
        look_.drift[release].push_back(immutable_object(each->name));
      } else {
        rest.push_back(each);
      }
    }
    const bool is_smaller = rest.size() < own.size();
    if (is_smaller && (rest.empty() || compare(rest, &said))) return;
    not_compared(classify_kubernetes_failure(said, fmt::format("release {} can't be compared with what lives", release))
                     .error.message);
  }

  const Kubectl& kubectl_;
  std::string address_;
  const FingerprintKey* key_;
  std::stop_token stop_;
  std::vector<Wanted> wanted_;
  std::string unknown_kinds_;  ///< what kubectl said of them
  Objects live_;
  LiveLook look_;
};

}  // namespace

std::string key_of(const ReleaseRecord& record) { return record.namespace_name + "/" + record.name; }

LiveLook look_at_live_objects(const Kubectl& kubectl, const std::string& address,
                              const std::vector<const ReleaseRecord*>& records, const FingerprintKey* key,
                              std::stop_token stop) {
  return Look(kubectl, address, key, std::move(stop)).at(records);
}

}  // namespace tbx
