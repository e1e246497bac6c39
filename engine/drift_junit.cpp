// Drift as JUnit's XML; declared in drift.h.
#include <map>
#include <set>

#include <fmt/format.h>

#include "engine/described.h"
#include "engine/drift_groups.h"
#include "engine/render_text.h"
#include "engine/xml_text.h"

namespace tbx {
namespace {

struct TestCase {
  std::string thing;    ///< what it is about: the case's class name
  std::string name;     ///< what was compared
  std::string element;  ///< "failure", "error", "skipped"; empty: passed
  std::string type;
  std::string message;  ///< one line
  std::string text;     ///< more; may be empty
};

TestCase case_of(const DriftedField& field) {
  const std::string name = field.field.empty() ? "as a whole" : field.field;
  constexpr std::size_t longest_value = 2000;
  return {field.target,
          name,
          "failure",
          "drift",
          difference_text(field, {}),
          fmt::format("{}: {}{}\nReason: {}\nMended by: {}", field.target, field.field.empty() ? "" : field.field + " ",
                      difference_text(field, {}, longest_value), field.reason, field.action)};
}

TestCase case_of(const Refused& refused) {
  const std::string what = describe(refused.op);
  return {target_of(refused.op),
          what,
          "failure",
          refused.rule,
          refused.reason,
          fmt::format("{} is refused by the rule {}: {}", what, refused.rule, refused.reason)};
}

/// `number`: counts from 1 within the system, since the names of cases are to differ.
TestCase case_of(const Unknown& unknown, std::size_t number) {
  const std::string system(enum_name(unknown.system));
  const std::string name = number == 1 ? "could be observed" : fmt::format("could be observed ({})", number);
  return {system,
          name,
          "error",
          "unknown",
          unknown.reason,
          fmt::format("{}: {} {}", system, as_sentence(unknown.reason), meaning_of_unknown(unknown.system))};
}

/// Everything that the file names, nodes first; the cluster itself for what is not about one of them.
std::vector<std::string> things_of(const ClusterSpec& wanted) {
  std::vector<std::string> things;
  for (const NodeSpec& node : wanted.nodes) things.push_back(node.name);
  for (const AddonSpec& addon : wanted.addons) things.push_back(addon.name);
  for (const RouteSpec& route : wanted.routes) things.push_back(route.host);
  return things;
}

std::vector<TestCase> cases_of(const Drift& drift, const ClusterSpec& wanted) {
  std::vector<TestCase> cases;
  for (const DriftedField& field : drift.fields) cases.push_back(case_of(field));
  for (const Refused& refused : drift.refused) cases.push_back(case_of(refused));
  std::map<System, std::size_t> unknown_of;
  for (const Unknown& unknown : drift.unknown) cases.push_back(case_of(unknown, ++unknown_of[unknown.system]));
  std::set<std::string> told;
  for (const TestCase& each : cases) told.insert(each.thing);
  std::vector<std::string> things = things_of(wanted);
  things.push_back(drift.cluster);
  for (const std::string& thing : things) {
    if (!told.insert(thing).second) continue;
    if (drift.complete())
      cases.push_back({thing, "as the file says", "", "", "", ""});
    else
      cases.push_back({thing, "as the file says", "skipped", "", "not everything could be observed", ""});
  }
  return cases;
}

std::size_t count_of(const std::vector<TestCase>& cases, std::string_view element) {
  std::size_t count = 0;
  for (const TestCase& each : cases) count += each.element == element ? 1 : 0;
  return count;
}

void append_case(std::string& out, const TestCase& each) {
  out +=
      fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"0\"", xml_text(each.thing), xml_text(each.name));
  if (each.element.empty()) {
    out += "/>\n";
    return;
  }
  out += fmt::format(">\n      <{}", each.element);
  if (!each.type.empty()) out += fmt::format(" type=\"{}\"", xml_text(each.type));
  // A line break in an attribute would be read as a blank.
  out += fmt::format(" message=\"{}\"", xml_text(printable(each.message)));
  out += each.text.empty() ? "/>\n" : fmt::format(">{}</{}>\n", xml_text(each.text), each.element);
  out += "    </testcase>\n";
}

}  // namespace

std::string drift_to_junit(const Drift& drift, const ClusterSpec& wanted) {
  const std::vector<TestCase> cases = cases_of(drift, wanted);
  const std::string totals =
      fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"0\"", cases.size(),
                  count_of(cases, "failure"), count_of(cases, "error"), count_of(cases, "skipped"));
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  // `skipped` has no place in <testsuites>.
  out += fmt::format("<testsuites>\n  <testsuite name=\"{}\" {}>\n", xml_text(drift.cluster), totals);
  for (const TestCase& each : cases) append_case(out, each);
  return out + "  </testsuite>\n</testsuites>\n";
}

}  // namespace tbx
