#include "providers/kubernetes/drain_report.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "providers/json_place.h"
#include "providers/kubernetes/kubectl_json.h"

namespace tbx {

namespace {

constexpr std::size_t most_named = 3;

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// The text between quotation marks behind `start`.
std::optional<std::string_view> quoted_behind(std::string_view line, std::string_view start) {
  std::size_t at = line.find(start);
  std::size_t open = at == std::string_view::npos ? at : line.find('"', at + start.size() - 1);
  std::size_t close = open == std::string_view::npos ? open : line.find('"', open + 1);
  return close == std::string_view::npos ? std::nullopt : std::optional(line.substr(open + 1, close - open - 1));
}

void add_pod(std::vector<std::string>& pods, std::string_view line, std::string_view pod_start,
             std::string_view namespace_start) {
  auto pod = quoted_behind(line, pod_start);
  auto space = quoted_behind(line, namespace_start);
  if (pod && space) {
    pods.push_back(fmt::format("{}/{}", *space, *pod));
  }
}

/// "… (use --force to override): shop/a, shop/b, continuing command..."
void add_unmanaged(std::vector<std::string>& pods, std::string_view line) {
  constexpr std::string_view mark = "declare no controller (use --force to override): ";
  std::size_t at = line.find(mark);
  if (at == std::string_view::npos) {
    return;
  }
  line.remove_prefix(at + mark.size());
  while (!line.empty()) {
    std::string_view word = line.substr(0, line.find_first_of(",;]"));
    if (word.find('/') == std::string_view::npos || word.find(' ') != std::string_view::npos) {
      return;
    }
    pods.emplace_back(word);
    if (word.size() == line.size() || line[word.size()] != ',') {
      return;
    }
    line.remove_prefix(std::min(word.size() + 2, line.size()));
  }
}

void sort_once(std::vector<std::string>& pods) {
  std::ranges::sort(pods);
  auto rest = std::ranges::unique(pods);
  pods.erase(rest.begin(), rest.end());
}

std::string named(const std::vector<std::string>& pods) {
  auto last = pods.begin() + std::min<std::ptrdiff_t>(std::ssize(pods), most_named);
  std::string more = pods.size() > most_named ? fmt::format(" and {} more", pods.size() - most_named) : "";
  return fmt::format("{}{}", fmt::join(pods.begin(), last, ", "), more);
}

/// The budgets of the namespaces that blocked pods are in.
std::vector<std::string> budgets_of(const std::vector<std::string>& pods, const std::vector<std::string>& budgets) {
  auto space_of = [](const std::string& name) { return name.substr(0, name.find('/')); };
  std::vector<std::string> theirs;
  std::ranges::copy_if(budgets, std::back_inserter(theirs), [&](const std::string& budget) {
    return std::ranges::any_of(pods, [&](const std::string& pod) { return space_of(pod) == space_of(budget); });
  });
  return theirs;
}

}  // namespace

DrainReport parse_drain_report(std::string_view stderr_text) {
  DrainReport report;
  for (std::string_view line : lines_of(stderr_text)) {
    if (line.starts_with("error when evicting pods/") &&
        (line.find("disruption budget") != std::string_view::npos ||
         line.find("global timeout reached") != std::string_view::npos)) {
      add_pod(report.blocked, line, "pods/\"", "-n \"");
    } else if (line.starts_with("error when waiting for pod ")) {
      add_pod(report.ending, line, "pod \"", "in namespace \"");
    }
    add_unmanaged(report.unmanaged, line);
  }
  for (auto* pods : {&report.ending, &report.blocked, &report.unmanaged}) {
    sort_once(*pods);
  }
  return report;
}

Result<std::vector<std::string>> parse_exhausted_budgets(std::string_view text) {
  return parse_kubectl_list(text).map([](const nlohmann::json& list) {
    std::vector<std::string> budgets;
    for (const nlohmann::json& item : at(list, {"items"})) {
      if (at(item, {"status", "disruptionsAllowed"}) == 0) {
        budgets.push_back(
            fmt::format("{}/{}", text_at(item, {"metadata", "namespace"}), text_at(item, {"metadata", "name"})));
      }
    }
    std::ranges::sort(budgets);
    return budgets;
  });
}

std::string describe(const DrainReport& report, const std::vector<std::string>& budgets) {
  std::vector<std::string> sentences;
  auto are = [](const std::vector<std::string>& pods) { return pods.size() == 1 ? "is" : "are"; };
  if (!report.blocked.empty()) {
    std::vector<std::string> theirs = budgets_of(report.blocked, budgets);
    std::string which = theirs.empty() ? "" : fmt::format(" ({})", named(theirs));
    sentences.push_back(
        fmt::format("{} {} kept by a disruption budget{}", named(report.blocked), are(report.blocked), which));
  }
  if (!report.ending.empty()) {
    sentences.push_back(fmt::format("{} {} ending", named(report.ending), are(report.ending)));
  }
  if (!report.unmanaged.empty()) {
    sentences.push_back(fmt::format("nothing would make {} again", named(report.unmanaged)));
  }
  return fmt::format("{}", fmt::join(sentences, "; "));
}

}  // namespace tbx
