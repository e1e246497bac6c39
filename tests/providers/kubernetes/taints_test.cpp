// One list of taints, many who write it.
#include "providers/kubernetes/taints.h"

#include <gtest/gtest.h>

namespace tbx {
namespace {

using nlohmann::json;

const json cordon = {{"key", "node.kubernetes.io/unschedulable"}, {"effect", "NoSchedule"}, {"timeAdded", "now"}};
const json database = {{"key", "dedicated"}, {"value", "db"}, {"effect", "NoSchedule"}};

TEST(Taints, AreOursWhenTheAnnotationNamesThem) {
  EXPECT_EQ(own_taints({database, cordon}, "dedicated=db:NoSchedule,gone=:NoExecute"),
            std::vector<std::string>{"dedicated=db:NoSchedule"});
  EXPECT_EQ(own_taints({database, cordon}, ""), std::vector<std::string>{});
  EXPECT_EQ(own_taints(json(), "dedicated=db:NoSchedule"), std::vector<std::string>{});
}

TEST(Taints, ComeAndGoWithoutTouchingAnybodyElses) {
  json quiet = {{"key", "quiet"}, {"effect", "PreferNoSchedule"}};
  EXPECT_EQ(merged_taints({database, cordon}, "dedicated=db:NoSchedule", {"quiet=:PreferNoSchedule"}),
            json::array({cordon, quiet}));
  EXPECT_EQ(merged_taints({database, cordon}, "", {}), json::array({database, cordon})) << "not ours to take";
  EXPECT_EQ(merged_taints(json(), "", {"dedicated=db:NoSchedule"}), json::array({database}));
}

TEST(Taints, StayAsTheyAreWhenTheyAreWanted) {
  EXPECT_EQ(merged_taints({cordon, database}, "dedicated=db:NoSchedule", {"dedicated=db:NoSchedule"}),
            json::array({cordon, database}));
}

TEST(Taints, GiveWayToOneOfTheSameKeyAndEffect) {
  json web = {{"key", "dedicated"}, {"value", "web"}, {"effect", "NoSchedule"}};
  EXPECT_EQ(merged_taints(json::array({database}), "", {"dedicated=web:NoSchedule"}), json::array({web}));
}

TEST(Taints, ChangeOnlyFromTheListThatWasRead) {
  EXPECT_EQ(taints_patch(json::array({database}), json::array()).dump(),
            R"([{"op":"test","path":"/spec/taints","value":[{"effect":"NoSchedule","key":"dedicated","value":"db"}]},)"
            R"({"op":"add","path":"/spec/taints","value":[]}])");
  EXPECT_EQ(taints_patch(json(), json::array({database}))[0]["value"], json()) << "there was none";
}

}  // namespace
}  // namespace tbx
