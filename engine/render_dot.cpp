#include "engine/render_dot.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "engine/described.h"
#include "engine/graph.h"
#include "engine/plan_outline.h"
#include "engine/render_text.h"
#include "engine/text_layout.h"

namespace tbx {
namespace {

/// In quotes. Graphviz reads backslashes and entities in a label; our own line breaks become its \n.
std::string dot_string(std::string_view text) {
  std::string out = "\"";
  for (std::string_view rest = text;;) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    for (const char letter : printable(rest.substr(0, end))) {
      if (letter == '&') {
        out += "&amp;";
        continue;
      }
      if (letter == '"' || letter == '\\') out += '\\';
      out += letter;
    }
    if (end == rest.size()) return out + '"';
    out += "\\n";
    rest.remove_prefix(end + 1);
  }
}

std::string in_lines(std::string_view text) {
  constexpr std::size_t widest_line = 44;
  return fmt::format("{}", fmt::join(wrapped(printable(text), widest_line), "\n"));
}

struct Shape {
  std::string_view shape;
  std::string_view fill;
};

Shape shape_of(Impact impact) {
  switch (impact) {
    case Impact::none:
      return {"box", "white"};
    case Impact::in_place:
      return {"box", "lightyellow"};
    case Impact::restart:
      return {"hexagon", "moccasin"};
    case Impact::disruptive:
      return {"octagon", "plum1"};
    case Impact::data_loss:
      return {"doubleoctagon", "lightpink"};
  }
  return {};
}

class DotText {
 public:
  DotText(const Plan& plan, const DotOptions& options) : plan_(plan), options_(options) {
    for (std::size_t i = 0; i < options.longest_chain.size(); ++i) step_on_chain_[options.longest_chain[i]] = i + 1;
  }

  std::string render() {
    out_ = fmt::format("digraph {} {{\n", dot_string(plan_.cluster));
    out_ += fmt::format("  graph [label={}, labelloc=t, rankdir=LR, newrank=true, nodesep=0.15, ranksep=0.3]\n",
                        dot_string(heading()));
    out_ += "  graph [fontname=\"sans-serif\"]\n  node [fontname=\"sans-serif\", fontsize=11, height=0.3]\n";
    for (const PlanSection& section : outline_of(plan_, Folding::off)) append_section(section);
    append_refused();
    append_unknown();
    append_edges();
    return std::move(out_) + "}\n";
  }

 private:
  std::string heading() const {
    std::string text = plan_.cluster + ": ";
    if (plan_.converged()) return text + "nothing to do";
    text += counted(plan_.actions.size(), "action");
    if (options_.estimate_seconds > 0) text += ", about " + duration_text(options_.estimate_seconds);
    if (!plan_.refused.empty()) text += fmt::format(", {} refused", plan_.refused.size());
    if (!plan_.complete()) text += ", not complete";
    if (!options_.longest_chain.empty())
      text += fmt::format("\nnumbered, thick: the longest chain, {}", counted(options_.longest_chain.size(), "step"));
    return text;
  }

  void open_cluster(std::string_view indent, std::string_view label) {
    out_ += fmt::format("{}subgraph \"cluster_{}\" {{\n", indent, ++cluster_count_);
    out_ += fmt::format("{}  label={}\n{}  style=\"rounded\"\n", indent, dot_string(label), indent);
  }

  void append_section(const PlanSection& section) {
    open_cluster("  ", section.title);
    for (const StepGroup& group : section.groups) {
      const bool has_box = group.is_node && group.actions.size() > 1;
      if (has_box) open_cluster("    ", group.target);
      for (const ActionId id : group.actions) append_action(has_box ? "      " : "    ", id, has_box);
      if (has_box) out_ += "    }\n";
    }
    out_ += "  }\n";
  }

  void append_action(std::string_view indent, ActionId id, bool target_is_known) {
    const Action& action = plan_.actions[id];
    const bool is_blocked = std::binary_search(plan_.blocked.begin(), plan_.blocked.end(), id);
    const auto step = step_on_chain_.find(id);
    std::string label(traits_of(action.op).name);
    if (step != step_on_chain_.end()) label = fmt::format("{}. {}", step->second, label);
    if (!target_is_known) label += "\n" + target_of(action.op);
    if (action.impact != Impact::none) label += fmt::format("\n{}", label_of(action.impact));
    if (is_blocked) label += "\nblocked";
    const Shape shape = shape_of(action.impact);
    out_ += fmt::format("{}{} [label={}, shape={}, style={}, fillcolor={}, tooltip={}", indent,
                        dot_string(id_of(action)), dot_string(label), shape.shape,
                        dot_string(style_of(verb_of(action), is_blocked)), shape.fill, dot_string(action.reason));
    if (step != step_on_chain_.end()) out_ += ", penwidth=3";
    if (is_blocked) out_ += ", color=red";
    out_ += "]\n";
  }

  static std::string_view style_of(Verb verb, bool is_blocked) {
    if (is_blocked) return "filled,dotted";
    return verb == Verb::wait ? "filled,dashed" : "filled";
  }

  void append_refused() {
    if (plan_.refused.empty()) return;
    open_cluster("  ", "Refused by a rule that keeps the cluster alive");
    for (std::size_t i = 0; i < plan_.refused.size(); ++i) {
      const Refused& refused = plan_.refused[i];
      out_ += fmt::format(
          "    \"refused {}\" [label={}, shape=box, style=\"bold\", color=red, tooltip={}]\n", i + 1,
          dot_string(fmt::format("✗ {}\n{}\n[{}]", traits_of(refused.op).name, target_of(refused.op), refused.rule)),
          dot_string(refused.reason));
    }
    out_ += "  }\n";
  }

  void append_unknown() {
    if (plan_.unknown.empty()) return;
    open_cluster("  ", "Not known, which is never taken as absent");
    for (std::size_t i = 0; i < plan_.unknown.size(); ++i) {
      const Unknown& unknown = plan_.unknown[i];
      out_ += fmt::format("    \"unknown {}\" [label={}, shape=note]\n", i + 1,
                          dot_string(fmt::format("? {}\n{}", enum_name(unknown.system), in_lines(unknown.reason))));
    }
    out_ += "  }\n";
  }

  /// The chain's own are drawn even where steps that take no time imply them.
  void append_edges() {
    std::vector<Dependency> edges = without_implied(plan_.actions.size(), plan_.dependencies);
    for (const Dependency& edge : plan_.dependencies) {
      if (is_on_chain(edge)) edges.push_back(edge);
    }
    const auto order = [](const Dependency& left, const Dependency& right) {
      return left.after != right.after ? left.after < right.after : left.before < right.before;
    };
    std::sort(edges.begin(), edges.end(), order);
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    for (const Dependency& edge : edges) {
      out_ += fmt::format("  {} -> {}{}\n", dot_string(id_of(plan_.actions[edge.before])),
                          dot_string(id_of(plan_.actions[edge.after])),
                          is_on_chain(edge) ? " [penwidth=3, weight=10]" : "");
    }
  }

  bool is_on_chain(const Dependency& edge) const {
    const auto before = step_on_chain_.find(edge.before);
    const auto after = step_on_chain_.find(edge.after);
    return before != step_on_chain_.end() && after != step_on_chain_.end() && before->second + 1 == after->second;
  }

  const Plan& plan_;
  const DotOptions& options_;
  std::unordered_map<ActionId, std::size_t> step_on_chain_;  ///< counts from 1
  std::size_t cluster_count_ = 0;
  std::string out_;
};

}  // namespace

std::string plan_to_dot(const Plan& plan, const DotOptions& options) { return DotText(plan, options).render(); }

}  // namespace tbx
