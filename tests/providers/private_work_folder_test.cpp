#include "providers/private_work_folder.h"

#include <gtest/gtest.h>

#include <chrono>

#include "tests/support/sim_lab.h"

namespace tbx {
namespace {

namespace fs = std::filesystem;
using fs::perms;
using test::TemporaryFolder;

constexpr auto file_mode = perms::owner_read | perms::owner_write;

TEST(PrivateWorkFolder, IsForItsOwnerOnlyAndGoneAfterwards) {
  TemporaryFolder temporary;
  fs::path file;
  {
    auto folder = PrivateWorkFolder::make(temporary / "_out/lab");
    ASSERT_TRUE(folder) << folder.error().message;
    file = folder->write("config.yaml", "secret").value();
    EXPECT_EQ(fs::status(temporary / "_out/lab").permissions(), perms::owner_all);
    EXPECT_EQ(fs::status(folder->path()).permissions(), perms::owner_all);
    EXPECT_EQ(fs::status(file).permissions(), file_mode);
  }
  EXPECT_FALSE(fs::exists(file));
  EXPECT_TRUE(fs::is_empty(temporary / "_out/lab"));
}

TEST(PrivateWorkFolder, IsAnotherForEachOfSeveralAtOnce) {
  TemporaryFolder temporary;
  auto first = PrivateWorkFolder::make(temporary / "lab");
  auto second = PrivateWorkFolder::make(temporary / "lab");
  EXPECT_NE(first->path(), second->path());
}

TEST(PrivateWorkFolder, OfATbxThatWasKilledGoesAfterADay) {
  TemporaryFolder temporary;
  const fs::path old = temporary / "lab/.work-7";
  const fs::path young = temporary / "lab/.work-8";
  fs::create_directories(old);
  fs::create_directories(young);
  fs::last_write_time(old, fs::file_time_type::clock::now() - std::chrono::hours(25));
  ASSERT_TRUE(PrivateWorkFolder::make(temporary / "lab"));
  EXPECT_FALSE(fs::exists(old));
  EXPECT_TRUE(fs::exists(young)) << "somebody may be working there";
}

}  // namespace
}  // namespace tbx
