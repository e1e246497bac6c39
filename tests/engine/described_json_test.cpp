// Described structs to JSON and back: names, types, and what is said when a document has another shape.
#include "engine/described_json.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "engine/json_writer.h"
#include "tests/support/property.h"

namespace tbx {
namespace {

using nlohmann::json;

enum class Colour { dark_red, blue };
BOOST_DESCRIBE_ENUM(Colour, dark_red, blue)

struct Inner {
  std::string namespace_name;
  std::vector<int> numbers;
  bool operator==(const Inner&) const = default;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (namespace_name, numbers))

struct Outer {
  Colour colour = Colour::blue;
  bool flag = true;
  std::uint8_t small = 7;
  double ratio = 0.5;
  std::optional<std::string> note;
  std::map<std::string, Inner> inner;
  bool operator==(const Outer&) const = default;
};
BOOST_DESCRIBE_STRUCT(Outer, (), (colour, flag, small, ratio, note, inner))

/// "path: message", or "read" when it has the shape.
std::string outcome(std::string_view document) {
  try {
    Outer value;
    from_json_value(boost::json::parse(document), value);
    return "read";
  } catch (const ShapeError& error) {
    return error.path + ": " + error.what();
  }
}

TEST(DescribedJson, WritesMembersByTheirNamesAndEnumeratorsWithDashes) {
  const Outer value{Colour::dark_red, false, 1, 2, std::nullopt, {{"a", {"kube-system", {1, 2}}}}};
  EXPECT_EQ(to_json_value(value), json::parse(R"({"colour": "dark-red", "flag": false, "small": 1, "ratio": 2.0,
      "note": null, "inner": {"a": {"namespace": "kube-system", "numbers": [1, 2]}}})"));
}

TEST(DescribedJson, KeepsTheDefaultOfAKeyThatIsMissing) {
  Outer value;
  from_json_value(boost::json::parse(R"({"colour": "dark-red"})"), value);
  EXPECT_EQ(value.colour, Colour::dark_red);
  EXPECT_EQ(value.small, 7);
  EXPECT_TRUE(value.flag);
}

TEST(DescribedJson, NamesThePlaceOfAKeyThatIsNotKnown) {
  EXPECT_EQ(outcome(R"({"inner": {"a/b": {"nummbers": []}}})"),
            R"(/inner/a~1b/nummbers: the key "nummbers" is not known here)");
}

TEST(DescribedJson, NamesThePlaceOfAValueOfAnotherType) {
  EXPECT_EQ(outcome(R"({"inner": {"a": {"numbers": [1, "2"]}}})"),
            R"(/inner/a/numbers/1: expected a whole number, found "2")");
  EXPECT_EQ(outcome(R"({"colour": "green"})"), R"(/colour: expected one of: dark-red, blue, found "green")");
  EXPECT_EQ(outcome(R"({"flag": 1})"), "/flag: expected true or false, found 1");
  EXPECT_EQ(outcome(R"({"small": 1.5})"), "/small: expected a whole number, found 1.5");
  EXPECT_EQ(outcome(R"({"note": []})"), "/note: expected a text, found a list");
  EXPECT_EQ(outcome("[]"), ": expected an object, found a list");
}

TEST(DescribedJson, DoesNotCutNumbersThatAreTooLarge) {
  EXPECT_EQ(outcome(R"({"small": 255})"), "read");
  EXPECT_EQ(outcome(R"({"small": 256})"), "/small: the number 256 is out of range");
  EXPECT_EQ(outcome(R"({"small": -1})"), "/small: the number -1 is out of range");
  EXPECT_EQ(outcome(R"({"small": 18446744073709551615})"), "/small: the number 18446744073709551615 is out of range");
}

TBX_PROPERTY(DescribedJson, TheWriterSaysTheSameAsTheDocument, 500,
             (const std::vector<std::string>& texts, bool flag)) {
  Outer value;
  value.flag = flag;
  for (const std::string& text : texts) value.inner[text] = {text, {static_cast<int>(text.size())}};
  const json through_writer = json::parse(to_json_text(value));
  const json through_document = json::parse(to_json_value(value).dump(-1, ' ', false, json::error_handler_t::replace));
  RC_ASSERT(through_writer == through_document);
}

TEST(JsonWriter, EmbedsJsonAsItIsAndAnythingElseAsText) {
  const auto raw = [](std::string_view text) {
    std::string out;
    append_json_raw(out, text);
    return out;
  };
  EXPECT_EQ(raw("null"), "null");
  EXPECT_EQ(raw("12"), "12");
  EXPECT_EQ(raw("\"off\""), "\"off\"");
  EXPECT_EQ(raw("{\"b\": 1,\n \"a\": [2.5]}"), R"({"b":1,"a":[2.5]})");
  EXPECT_EQ(raw("012"), "\"012\"");
  EXPECT_EQ(raw("no JSON"), "\"no JSON\"");
  EXPECT_EQ(raw(""), "\"\"");
  EXPECT_EQ(raw("\"a\"b\""), R"("\"a\"b\"")");
}

TEST(JsonWriter, ReplacesWhatIsNoUtf8) {
  std::string out;
  append_json_string(out, "a\xff\"\n");
  EXPECT_EQ(out, "\"a\xEF\xBF\xBD\\\"\\n\"");
}

}  // namespace
}  // namespace tbx
