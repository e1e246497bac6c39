// The world's file: nothing is lost, nothing torn is believed, and two processes can live in it.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "providers/sim/rules.h"
#include "providers/sim/world_json.h"
#include "providers/sim/world_verbs.h"
#include "tests/support/converged_world.h"
#include "tests/support/sim_lab.h"

namespace tbx::sim {
namespace {

using test::SimLab;
using test::TemporaryFolder;

std::string text_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_text(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

WorldFile open(const std::filesystem::path& path) {
  auto file = WorldFile::open(path);
  EXPECT_TRUE(file) << (file ? "" : file.error().message);
  return std::move(*file);
}

void run(WorldFile& file, const std::string& words) {
  std::vector<std::string> split = test::words_of(words);
  auto said = run_world_verb(file, split);
  EXPECT_TRUE(said) << (said ? "" : said.error().message);
}

TEST(WorldFile, OneThatIsNotThereIsAnEmptyHostAndStaysAway) {
  TemporaryFolder folder;
  WorldFile file = open(folder / "w.json");
  EXPECT_EQ(file.world(), World{});
  run(file, "show");
  EXPECT_FALSE(std::filesystem::exists(folder / "w.json"));
}

TEST(WorldFile, AConvergedWorldComesBackTheSame) {
  SimLab lab(test::small_cluster(3, 2, "cilium, metallb, traefik"), {.in_file = true});
  ASSERT_EQ(lab.converge().exit_code, ExitCode::done);
  EXPECT_EQ(open(lab.folder / "world.json").world(), lab.state());
  ASSERT_TRUE(lab.simulation.file().fold());
  std::string folded = text_of(lab.folder / "world.json");
  EXPECT_EQ(std::ranges::count(folded, '\n'), 1);
  EXPECT_EQ(open(lab.folder / "world.json").world(), lab.state());
}

TEST(WorldFile, EveryPrefixOfItIsAWorldThatWasOnceSo) {
  TemporaryFolder folder;
  {
    WorldFile file = open(folder / "w.json");
    run(file, "foreign-machine one");
    run(file, "foreign-machine two");
    run(file, "readdress");
  }
  std::string whole = text_of(folder / "w.json");
  std::size_t machines_before = 0;
  for (std::size_t size = 0; size <= whole.size(); size += 7) {
    write_text(folder / "cut.json", whole.substr(0, size));
    std::size_t machines = open(folder / "cut.json").world().machines.size();
    EXPECT_GE(machines, machines_before);
    machines_before = machines;
  }
  EXPECT_EQ(machines_before, 2);
}

TEST(WorldFile, ATornLineIsCutOffBeforeTheNextOne) {
  TemporaryFolder folder;
  {
    WorldFile file = open(folder / "w.json");
    run(file, "foreign-machine one");
    run(file, "foreign-machine two");
  }
  std::string whole = text_of(folder / "w.json");
  write_text(folder / "w.json", whole.substr(0, whole.size() - 10));
  WorldFile file = open(folder / "w.json");
  run(file, "foreign-machine three");
  EXPECT_EQ(open(folder / "w.json").world(), file.world());
  EXPECT_EQ(file.world().machines.size(), 2);
}

TEST(WorldFile, TwoProcessesSeeWhatTheOtherDid) {
  TemporaryFolder folder;
  WorldFile left = open(folder / "w.json");
  run(left, "foreign-machine one");
  WorldFile right = open(folder / "w.json");
  run(right, "foreign-machine two");
  run(left, "hide talos");
  EXPECT_EQ(left.world().machines.size(), 2);
  ASSERT_TRUE(left.fold());
  run(right, "power-off one");
  ASSERT_TRUE(left.refresh().value());
  EXPECT_EQ(left.world(), right.world());
  EXPECT_EQ(open(folder / "w.json").world(), left.world());
}

TEST(WorldFile, WhatIsRemovedStaysRemoved) {
  TemporaryFolder folder;
  WorldFile file = open(folder / "w.json");
  run(file, "foreign-machine one");
  run(file, "delete-machine one");
  EXPECT_TRUE(open(folder / "w.json").world().machines.empty());
}

TEST(WorldFile, SaysWhatIsWrongWithAFile) {
  TemporaryFolder folder;
  auto message = [&](const std::string& text) {
    write_text(folder / "w.json", text);
    auto file = WorldFile::open(folder / "w.json");
    std::string full = file ? "" : file.error().message;
    return full.substr(std::min(full.size(), (folder / "w.json").string().size() + 1));
  };
  EXPECT_EQ(message("hello\n"), "is not a world file of tbx");
  EXPECT_EQ(message("{\"a\": 1}\n"), "is not a world file of tbx");
  EXPECT_EQ(message("hello"), "is not a world file of tbx");
  EXPECT_EQ(message("{\"tbxWorld\":99,\"world\":{}}\n"),
            "is a world of format 99, and this version of tbx reads format 1: use the tbx that made it, or begin a new "
            "one");
  EXPECT_EQ(message("{\"tbxWorld\":1,\"world\":{\"clock\":5}}\n"), "is damaged: an object is expected");
  EXPECT_EQ(message("{\"tbxWorld\":1,\"world\":{}}\nnonsense\n"), "is damaged: a line is no JSON object");
  EXPECT_EQ(message(""), "");
}

TEST(WorldFile, AFolderIsNoWorld) {
  TemporaryFolder folder;
  auto file = WorldFile::open(folder / "");
  ASSERT_FALSE(file);
  EXPECT_NE(file.error().message.find("is a folder"), std::string::npos);
}

TEST(WorldJson, AChangeOfOnePartLeavesTheOthers) {
  World before;
  before.machines["a 1"].name = "a";
  World after = before;
  after.machines["b 2"].name = "b";
  after.machines.erase("a 1");
  ASSERT_TRUE(
      apply_changes(changes_text(after, {{EntityKind::machine, "", "a 1"}, {EntityKind::machine, "", "b 2"}}), before));
  EXPECT_EQ(before, after);
}

}  // namespace
}  // namespace tbx::sim
