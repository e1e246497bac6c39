// Drift as Markdown; declared in drift.h.
#include <fmt/format.h>

#include "engine/drift_groups.h"
#include "engine/markdown_text.h"
#include "engine/plan_outline.h"
#include "engine/render_markdown.h"

namespace tbx {
namespace {

std::string title_of(const Drift& drift) {
  if (!drift.fields.empty())
    return fmt::format("{} from the file", counted(drift.fields.size(), "field differs", "fields differ"));
  return drift.complete() && drift.refused.empty() ? "as its file says" : "nothing else differs from the file";
}

std::string value_or_nothing(std::string_view json) { return json == "null" ? "not there" : markdown_value(json); }

void add_group(std::vector<std::string>& lines, const DriftGroup& group) {
  std::string names = markdown_code(group.target);
  if (!group.as_well.empty()) names += " and, in the same way, " + markdown_text(node_ranges(group.as_well, "…"));
  lines.push_back(fmt::format("\n{}\n\n| field | is | should be | mended by |\n|---|---|---|---|\n", names));
  for (const DriftedField* field : group.fields) {
    if (field->field.empty())
      lines.push_back(fmt::format("| | {} | | {} |\n", markdown_text(field->reason), markdown_code(field->action)));
    else
      lines.push_back(fmt::format("| {} | {} | {} | {} |\n", markdown_code(field->field), value_or_nothing(field->from),
                                  value_or_nothing(field->to), markdown_code(field->action)));
  }
}

}  // namespace

std::string drift_to_markdown(const Drift& drift, std::size_t most_bytes) {
  MarkdownPage page(most_bytes);
  page.add(fmt::format("### {}: {}\n", markdown_text(drift.cluster), title_of(drift)));
  std::vector<std::string> lines;
  for (const DriftGroup& group : drift_groups(drift.fields)) add_group(lines, group);
  page.add_lines(lines, most_bytes / 2);
  page.add_lines(markdown_refused(drift.refused), most_bytes / 4);
  page.add_lines(markdown_unknown(drift.unknown), 0);
  if (!drift.fields.empty()) page.add("\n`tbx plan` shows what would be done about it, `tbx apply` does it.\n");
  return std::move(page).take();
}

}  // namespace tbx
