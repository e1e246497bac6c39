// Text for a terminal: widths, wrapping, and what is made of text that comes from outside.
#include "engine/text_layout.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/support/property.h"

namespace tbx {
namespace {

using Lines = std::vector<std::string>;

TEST(TextLayout, CountsColumnsNotBytes) {
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("größe …"), 7u);
  EXPECT_EQ(display_width("日本"), 4u);
  EXPECT_EQ(display_width("e\xCC\x81"), 1u) << "a combining accent takes no column";
}

TEST(TextLayout, WrapsAtSpacesAndCutsOnlyWhatIsTooLong) {
  EXPECT_EQ(wrapped("one two three", 8), (Lines{"one two", "three"}));
  EXPECT_EQ(wrapped("abcdefghij", 4), (Lines{"abcd", "efgh", "ij"}));
  EXPECT_EQ(wrapped("a 日本語 b", 4), (Lines{"a", "日本", "語 b"}));
  EXPECT_EQ(wrapped("", 4), (Lines{""}));
}

TBX_PROPERTY(TextLayout, NoWrappedLineIsTooWideAndNoWordIsLost, 1000, (const std::vector<std::string>& words)) {
  std::string text;
  for (const std::string& word : words) text += printable(word) + " ";
  const int width = *rc::gen::inRange(2, 30);
  std::string letters;
  for (const std::string& line : wrapped(text, static_cast<std::size_t>(width))) {
    RC_ASSERT(display_width(line) <= static_cast<std::size_t>(width));
    letters += line;
  }
  std::erase(letters, ' ');
  std::erase(text, ' ');
  RC_ASSERT(letters == text);
}

TEST(TextLayout, TakesTheSteeringOutOfForeignText) {
  EXPECT_EQ(printable("a\x1b[31mred\nline\x07"), "a [31mred line ");
  EXPECT_EQ(printable("cut \xE2\x82"), "cut \xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(printable("turned \xE2\x80\xAE round"), "turned   round") << "no text direction from outside";
  EXPECT_EQ(printable("größe"), "größe");
}

TEST(TextLayout, ShortensWithAnEllipsis) {
  EXPECT_EQ(shortened("abcdef", 6, {}), "abcdef");
  EXPECT_EQ(shortened("abcdefg", 6, {}), "abcde…");
  EXPECT_EQ(shortened("abcdefg", 6, {.ascii = true}), "abc...");
}

TEST(TextLayout, ColoursOnlyWhereAskedTo) {
  EXPECT_EQ(painted(Ink::red, "no", {}), "no");
  EXPECT_EQ(painted(Ink::red, "no", {.colour = true}), "\x1b[31mno\x1b[0m");
  EXPECT_EQ(painted(Ink::red, "", {.colour = true}), "");
}

TEST(TextLayout, SaysDurationsInTheUnitsOfPeople) {
  EXPECT_EQ(duration_text(0), "0 s");
  EXPECT_EQ(duration_text(59.6), "1 min");
  EXPECT_EQ(duration_text(580), "9 min 40 s");
  EXPECT_EQ(duration_text(4320), "1 h 12 min");
}

}  // namespace
}  // namespace tbx
