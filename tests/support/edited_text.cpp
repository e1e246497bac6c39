#include "tests/support/edited_text.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "specs/encoding.h"

namespace tbx::test {
namespace {

SpecLocation nothing_beside() {
  const auto read = [](const std::filesystem::path&) -> tl::expected<std::string, std::string> {
    return tl::unexpected<std::string>("there is no such file");
  };
  return {"cluster.yaml", read};
}

std::string with_crlf(const std::string& text) {
  std::string result;
  for (const char c : text) result += c == '\n' ? "\r\n" : std::string(1, c);
  return result;
}

std::string without_last_break(const std::string& text) {
  const std::size_t end = text.find_last_not_of("\r\n");
  return text.substr(0, end == std::string::npos ? 0 : end + 1);
}

}  // namespace

std::string edited(std::string_view bytes, const std::vector<PoolNumbers>& wanted) {
  const auto result = edit_pools(bytes, nothing_beside(), wanted);
  if (result) return result->bytes;
  std::string text;
  for (const Problem& problem : result.error().problems) {
    if (problem.severity == Problem::warning) continue;
    text += fmt::format("{}:{}: {}\n", problem.line, problem.column, problem.message);
  }
  return text;
}

std::vector<std::string> written_by_all_editors(const std::string& text) {
  const std::string crlf = with_crlf(text);
  return {text,
          crlf,
          without_last_break(text),
          without_last_break(with_crlf(text)),
          encode_text(text, "\xEF\xBB\xBF"),
          encode_text(crlf, "\xFF\xFE"),
          encode_text(text, "\xFE\xFF")};
}

void expect_edits(const std::vector<EditCase>& cases) {
  for (const EditCase& each : cases) {
    const std::vector<std::string> before = written_by_all_editors(each.before);
    const std::vector<std::string> after = written_by_all_editors(each.after);
    for (std::size_t i = 0; i < before.size(); ++i) {
      const std::string result = edited(before[i], each.wanted);
      EXPECT_EQ(result, after[i]) << each.name << ", encoding " << i;
      if (i == 0 && result != after[i]) break;  // the others say nothing new then
      EXPECT_EQ(edited(after[i], each.wanted), after[i]) << each.name << ", made twice, encoding " << i;
    }
  }
}

}  // namespace tbx::test
