#include "providers/hyperv/clixml.h"

#include <gtest/gtest.h>

namespace tbx {
namespace {

const std::string start = "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">";

TEST(Clixml, GivesTheErrorsAndNoOtherStream) {
  EXPECT_EQ(errors_of_clixml("#< CLIXML\r\n" + start +
                             "<Obj S=\"progress\" RefId=\"0\"><MS><I64 N=\"SourceId\">1</I64></MS></Obj>"
                             "<S S=\"warning\">careful</S>"
                             "<S S=\"Error\">Get-VM : no such machine_x000D__x000A_</S>"
                             "<S S=\"Error\">At line:1_x000D__x000A_</S></Objs>"),
            "Get-VM : no such machine\nAt line:1");
}

TEST(Clixml, ReadsWhatIsEscaped) {
  EXPECT_EQ(errors_of_clixml(start + "<S S=\"Error\">&lt;a&gt; &amp;amp; &quot;b&apos;</S></Objs>"), "<a> &amp; \"b'");
  EXPECT_EQ(errors_of_clixml(start + "<S S=\"Error\">_x65E5_\xE6\x9C\xAC _xD83D__xDE00_ _x005F_x41_</S></Objs>"),
            "\xE6\x97\xA5\xE6\x9C\xAC \xF0\x9F\x98\x80 _x41_");
  EXPECT_EQ(errors_of_clixml(start + "<S S=\"Error\">half _xD83D_ a pair, _x12_ _xGGGG_</S></Objs>"),
            "half \xEF\xBF\xBD a pair, _x12_ _xGGGG_");
}

TEST(Clixml, TakesSeveralDocumentsAndWhatStandsBetween) {
  EXPECT_EQ(errors_of_clixml("#< CLIXML\n" + start + "<S S=\"Error\">one\n</S></Objs>plain\n#< CLIXML\n" + start +
                             "<S S=\"Error\">two</S></Objs>"),
            "one\nplain\n\ntwo");
}

TEST(Clixml, LeavesPlainTextAsItIs) {
  EXPECT_EQ(errors_of_clixml("sh: 1: <S>: not found\r\n"), "sh: 1: <S>: not found");
  EXPECT_EQ(errors_of_clixml(""), "");
}

TEST(Clixml, UnderstandsATextThatIsCutOffAtEitherEnd) {
  EXPECT_EQ(errors_of_clixml("ng was cut</S><S S=\"Error\">whole</S></Objs>"), "whole");
  EXPECT_EQ(errors_of_clixml(start + "<S S=\"Error\">whole </S><S S=\"Error\">hal"), "whole hal");
  EXPECT_EQ(errors_of_clixml(start), "");
}

}  // namespace
}  // namespace tbx
