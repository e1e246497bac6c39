// Holds the law of the source tree (design: folders, sizes, one place for each library), and shows that each rule
// fires.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/support/tidy_rules.h"

namespace tbx::tidy {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

SourceTree real_tree() {
  const fs::path root = TBX_SOURCE_DIR;
  SourceTree tree;
  for (const auto* folder : {"specs", "engine", "providers", "cli", "tests"}) {
    if (!fs::exists(root / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const auto name = entry.path().filename().string();
      const bool is_source = name.ends_with(".h") || name.ends_with(".cpp");
      if (!is_source && name != "README.md") continue;
      tree[entry.path().lexically_relative(root).generic_string()] = is_source ? read(entry.path()) : "";
    }
  }
  return tree;
}

std::string repeated(const std::string& line, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += line;
  return text;
}

const std::string header_start = "// What it is for.\n#pragma once\n";

/// "file:line rule" of each violation, apart from the READMEs that planted trees do not have.
std::vector<std::string> fired(const SourceTree& tree) {
  std::vector<std::string> found;
  for (const auto& violation : check_tree(tree)) {
    if (violation.rule == "readme") continue;
    found.push_back(violation.file + ":" + std::to_string(violation.line) + " " + violation.rule);
  }
  return found;
}

using Lines = std::vector<std::string>;

TEST(Tidy, TheSourceTreeKeepsTheLaw) {
  const auto tree = real_tree();
  EXPECT_TRUE(tree.contains("tests/tidy_test.cpp"));
  for (const auto& violation : check_tree(tree)) ADD_FAILURE() << to_string(violation);
}

TEST(Tidy, AProperTreeRaisesNothing) {
  EXPECT_EQ(check_tree({{"specs/README.md", ""},
                        {"specs/a.h", header_start + "#include <string>\n"},
                        {"specs/a.cpp", "#include \"specs/a.h\"\n\nint f() { return 1; }\n"},
                        {"docs/any.cpp", "\t"}}),
            std::vector<Violation>{});
}

TEST(Tidy, AMessageNamesFileLineAndRule) {
  EXPECT_EQ(to_string({"specs/a.h", 3, "tab", "why"}), "specs/a.h:3: tab: why");
}

TEST(Tidy, FiresOnAnIncludeAgainstTheDirection) {
  const auto including = [](const std::string& path) { return "// x\n#include \"" + path + "\"\n"; };
  EXPECT_EQ(fired({{"specs/a.cpp", including("engine/plan.h")}}), Lines{"specs/a.cpp:2 include-direction"});
  EXPECT_EQ(fired({{"engine/a.cpp", including("providers/sim/world.h")}}), Lines{"engine/a.cpp:2 include-direction"});
  EXPECT_EQ(fired({{"engine/a.cpp", including("providers/command.h")}}), Lines{"engine/a.cpp:2 include-direction"});
  EXPECT_EQ(fired({{"providers/sim/a.cpp", including("cli/wire.h")}}),
            Lines{"providers/sim/a.cpp:2 include-direction"});
  EXPECT_EQ(fired({{"providers/sim/a.cpp", including("providers/talos/parse.h")}}),
            Lines{"providers/sim/a.cpp:2 include-direction"});
  EXPECT_EQ(fired({{"cli/a.cpp", including("tests/support/a.h")}}), Lines{"cli/a.cpp:2 include-direction"});
  EXPECT_EQ(fired({{"specs/a.cpp", including("b.h")}}), Lines{"specs/a.cpp:2 include-path"});
}

TEST(Tidy, AcceptsIncludesAlongTheDirection) {
  EXPECT_EQ(fired({{"engine/a.cpp", "#include \"engine/plan.h\"\n#include \"specs/ip.h\"\n"},
                   {"providers/sim/a.cpp", "#include \"providers/sim/b.h\"\n#include \"providers/c.h\"\n"},
                   {"cli/a.cpp", "#include \"providers/sim/b.h\"\n#include \"cli/b.h\"\n#include \"engine/b.h\"\n"},
                   {"tests/specs/a_test.cpp", "#include \"cli/b.h\"\n#include \"providers/sim/b.h\"\n"}}),
            Lines{});
}

TEST(Tidy, FiresOnFilesThatGrewTooLong) {
  EXPECT_EQ(fired({{"specs/a.h", header_start + repeated("int x;\n", 148)}}), Lines{"specs/a.h:150 header-size"});
  EXPECT_EQ(fired({{"specs/a.h", header_start + repeated("int x;\n", 147)}}), Lines{});
  EXPECT_EQ(fired({{"specs/a.cpp", repeated("int x;\n", 500)}}), Lines{"specs/a.cpp:500 source-size"});
  EXPECT_EQ(fired({{"specs/a.cpp", repeated("int x;\n", 499)}}), Lines{});
}

TEST(Tidy, FiresOnAFunctionThatGrewTooLong) {
  const auto function = [](int lines) {
    return "void f(int a,\n       int b) {\n" + repeated("  g();\n", lines - 3) + "}\n";
  };
  EXPECT_EQ(fired({{"engine/a.cpp", "\n" + function(71)}}), Lines{"engine/a.cpp:2 function-size"});
  EXPECT_EQ(fired({{"engine/a.cpp", "\n" + function(70) + function(70)}}), Lines{});
  EXPECT_EQ(fired({{"engine/a.h", header_start + "class A : public B {\n public:\n  bool operator==(A) const {\n" +
                                      repeated("    g();\n", 80) + "  }\n};\n"}}),
            Lines{"engine/a.h:5 function-size"});
  EXPECT_EQ(fired({{"tests/a_test.cpp", "namespace x {\nTEST(A, B) {\n" + repeated("  g();\n", 80) + "}\n}\n"}}),
            Lines{"tests/a_test.cpp:2 function-size"});
}

TEST(Tidy, FindsFunctionsAndNothingElse) {
  const std::string text =
      "namespace a::b {\n"
      "template <class T, int N = 2>\n"
      "struct S { int x{1}; };\n"
      "const std::array<int, 2> table = {1, 2};\n"
      "#define BROKEN {\n"
      "// void commented() {\n"
      "const char* s = \"{\"; const char c = '{'; const int n = 1'000;\n"
      "const char* raw = R\"x(\nvoid quoted() {\n)x\";\n"
      "template <class T>\n"
      "void f(T t = T{}) {\n"
      "  if (t) { auto g = [&](int i) { return i; }; }\n"
      "}\n"
      "enum class E { x };\n"
      "int last() { return 1; }\n"
      "}\n";
  const auto found = functions_of(text);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].first_line, 11);
  EXPECT_EQ(found[0].last_line, 14);
  EXPECT_EQ(found[1].head, "int last() ");
}

TEST(Tidy, FiresOnWhatALineMayNotHold) {
  const std::string unfinished = std::string("TO") + "DO";
  EXPECT_EQ(fired({{"cli/a.cpp", repeated("x", 121) + "\n"}}), Lines{"cli/a.cpp:1 line-length"});
  EXPECT_EQ(fired({{"cli/a.cpp", "// " + repeated("ü", 117) + "\n"}}), Lines{});
  EXPECT_EQ(fired({{"cli/a.cpp", "\n\tint x;\n"}}), Lines{"cli/a.cpp:2 tab"});
  EXPECT_EQ(fired({{"cli/a.cpp", "int x;\r\n"}}), Lines{"cli/a.cpp:1 line-end"});
  EXPECT_EQ(fired({{"cli/a.cpp", "\n// " + unfinished + ": later\n"}}), Lines{"cli/a.cpp:2 unfinished"});
  EXPECT_EQ(fired({{"cli/a.cpp", "auto t = \"/tmp/" + repeated("X", 6) + "\";\n"}}), Lines{});
  EXPECT_EQ(fired({{"cli/a.cpp", "\nint x;"}}), Lines{"cli/a.cpp:2 final-newline"});
}

TEST(Tidy, FiresOnAHeaderWithoutItsFirstTwoLines) {
  EXPECT_EQ(fired({{"specs/a.h", "#pragma once\nint x;\n"}}), Lines{"specs/a.h:1 first-line-comment"});
  EXPECT_EQ(fired({{"specs/a.h", "// What it is for.\nint x;\n"}}), Lines{"specs/a.h:1 pragma-once"});
}

TEST(Tidy, FiresOnALibraryOutsideItsOnePlace) {
  const auto including = [](const std::string& path) { return "#include <" + path + ">\n"; };
  EXPECT_EQ(fired({{"engine/a.cpp", including("valijson/schema.hpp")}}), Lines{"engine/a.cpp:1 library-place"});
  EXPECT_EQ(fired({{"cli/a.cpp", including("boost/graph/topological_sort.hpp")}}), Lines{"cli/a.cpp:1 library-place"});
  EXPECT_EQ(fired({{"engine/a.cpp", including("boost/beast/http.hpp")}}), Lines{"engine/a.cpp:1 library-place"});
  EXPECT_EQ(fired({{"providers/child_process.cpp", including("boost/process/v2.hpp")},
                   {"providers/a.cpp", including("boost/process/v2/process.hpp")}}),
            Lines{"providers/a.cpp:1 library-place"});
  EXPECT_EQ(fired({{"engine/a.cpp", including("CLI/CLI.hpp")}}), Lines{"engine/a.cpp:1 library-place"});
  EXPECT_EQ(fired({{"cli/a.cpp", including("CLI/CLI.hpp")}, {"cli/b.cpp", including("CLI/App.hpp")}}),
            Lines{"cli/b.cpp:1 library-place"});
  EXPECT_EQ(fired({{"providers/sim/a.cpp", including("yaml-cpp/yaml.h")}}),
            Lines{"providers/sim/a.cpp:1 library-place"});
  EXPECT_EQ(fired({{"specs/a.cpp", including("yaml-cpp/yaml.h")}, {"specs/b.cpp", including("yaml-cpp/yaml.h")}}),
            Lines{});
  EXPECT_EQ(fired({{"specs/a.cpp", including("valijson/a.hpp") + including("valijson/b.hpp")}}), Lines{});
}

TEST(Tidy, FiresOnAFolderWithoutAReadme) {
  EXPECT_EQ(check_tree({{"providers/sim/a.cpp", "\n"}, {"engine/a.cpp", "\n"}, {"engine/README.md", ""}}),
            (std::vector<Violation>{{"providers/sim", 1, "readme", "the folder has no README.md"}}));
}

}  // namespace
}  // namespace tbx::tidy
