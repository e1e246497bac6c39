// Each script of tbx on its straight way and on that of each of its errors, in a real PowerShell engine against a host
// that keeps state; and how many of their lines were executed by that.
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "specs/quantity.h"
#include "tests/support/traced_scripts.h"

namespace tbx::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// One test in several parts: all run in one process, since what was executed is counted there.
class HostScripts : public TracedScripts {
 protected:
  void make_machine() {
    host().reset();
    EXPECT_EQ(say("disk-create"), "created");
    EXPECT_EQ(say("machine-create"), "created");
    know_machine(look().at("machines").at(0).at("id"));
  }

  void disks();
  void disks_of_others();
  void making();
  void going_on_with_half_made();
  void settings();
  void starting_and_stopping();
  void starting_without_the_image();
  void deleting();
  void looking();
  void looking_at_what_is_odd();
  void looking_at_a_switch_on_which_nobody_speaks();
  void locking();
};

void HostScripts::disks() {
  host().reset();
  EXPECT_EQ(say("disk-create"), "created");
  EXPECT_TRUE(is_there("C/vm/tbx/lab/n1/n1.vhdx"));
  EXPECT_EQ(say("disk-create"), "kept");
  EXPECT_EQ(say("disk-grow"), "kept");
  EXPECT_EQ(say("disk-grow", {{"sizeBytes", 20 * gibibyte}}), "grown");
  expect_thrown("TBX_NOT_OURS C:\\vm\\other.vhdx does not lie in", "disk-grow", {{"path", "C:\\vm\\other.vhdx"}});
  expect_thrown("is not the disk of n1", "disk-grow", {{"path", "C:\\vm\\tbx\\lab\\n1\\data.vhdx"}});
  expect_thrown("TBX_NOT_OURS", "disk-grow", {{"clusterId", "c2"}});
  expect_thrown("TBX_NOT_OURS", "disk-delete", {{"clusterId", "c2"}});
  put("C/vm/tbx/lab/n1/n1_0.avhdx", "");
  expect_thrown("has a checkpoint", "disk-delete");
  expect_thrown("has a checkpoint", "disk-grow", {{"sizeBytes", 30 * gibibyte}});
  fs::remove(host().drive() / "vm/tbx/lab/n1/n1_0.avhdx");
  EXPECT_EQ(say("disk-delete"), "deleted");
  EXPECT_FALSE(is_there("C/vm/tbx/lab"));
  EXPECT_EQ(say("disk-delete"), "absent");
}

void HostScripts::disks_of_others() {
  host().reset();
  control({"orphan-disk", "C:\\vm\\tbx\\lab\\n1\\n1.vhdx"});
  expect_thrown("is in the way: Remove-Item -LiteralPath 'C:\\vm\\tbx\\lab\\n1\\n1.vhdx'", "disk-create");
  expect_thrown("does not carry the mark of this cluster", "disk-delete");
  fs::remove(host().drive() / "vm/tbx/lab/n1/n1.vhdx");
  for (const std::string& mark : {mark_of("c2"), mark_of("c1", "n2"), std::string("{broken")}) {
    put("C/vm/tbx/lab/n1/tbx-mark.json", mark);
    expect_thrown("carries the mark of another cluster, or a broken one", "disk-create");
    EXPECT_EQ(say("disk-delete"), "deleted") << "there is none any more";
    EXPECT_TRUE(is_there("C/vm/tbx/lab/n1/tbx-mark.json")) << "the mark of others stays";
  }
}

void HostScripts::making() {
  host().reset();
  expect_thrown("does not carry the mark", "machine-create");
  put("C/vm/tbx/lab/n1/tbx-mark.json", mark_of("c1"));
  expect_thrown("TBX_ABSENT there is no disk", "machine-create");
  EXPECT_EQ(say("disk-create"), "created");
  expect_thrown("TBX_ABSENT there is no boot image", "machine-create", {{"image", "v9-amd64"}});
  expect_thrown("TBX_ABSENT the host has no switch Nowhere", "machine-create", {{"switchName", "Nowhere"}});
  EXPECT_EQ(say("machine-create"), "created");
  EXPECT_EQ(say("machine-create"), "kept");
  const json machine = look().at("machines").at(0);
  EXPECT_EQ(json::parse(machine.at("mark").get<std::string>()).at("bios_guid"), machine.at("guid"));
  EXPECT_EQ(machine.at("mac"), "020000000A01");
}

void HostScripts::going_on_with_half_made() {
  make_machine();
  control({"set", "n1", "notes="});
  EXPECT_TRUE(look().at("machines").at(0).at("isHalfMade"));
  EXPECT_EQ(say("machine-create", {{"image", ""}}), "created") << "it goes on";
  control({"set", "n1", "notes=", "state=Running"});
  EXPECT_EQ(say("machine-create"), "created") << "of one that runs only the notes are written";
  control({"twin-machine", "n1"});
  control({"set", "n1", "notes=", "state=Off"});
  expect_thrown("there are 2 VMs without notes", "machine-create");
  make_machine();
  control({"set", "n1", "notes=", "state=Running"});
  control({"detach-disks", "n1"});
  expect_thrown("is Running without a disk: turn it off", "machine-create");
  make_machine();
  control({"set", "n1", "notes=", "biosGuid="});
  expect_thrown("does not show the GUID", "machine-create");
}

void HostScripts::settings() {
  make_machine();
  EXPECT_EQ(say("machine-resize"), "kept");
  EXPECT_EQ(say("machine-resize", {{"cpus", 4}}), "resized");
  expect_thrown("TBX_ABSENT there is no VM with the ID other", "machine-resize", {{"machineId", "other"}});
  expect_thrown("TBX_NOT_OURS", "machine-resize", {{"clusterId", "c2"}});
  EXPECT_EQ(say("machine-mark"), "marked");
  control({"set", "n1", "notes="});
  EXPECT_EQ(say("machine-mark"), "marked") << "the folder says whose it is";
  control({"set", "n1", "notes=", "path=C:\\elsewhere"});
  expect_thrown("TBX_NOT_OURS", "machine-mark");
  make_machine();
  EXPECT_EQ(say("machine-start"), "Running");
  expect_thrown("TBX_BUSY the VM n1 is Running", "machine-resize", {{"cpus", 8}});
}

void HostScripts::starting_and_stopping() {
  make_machine();
  EXPECT_EQ(say("machine-start"), "Running");
  EXPECT_TRUE(contains(look().at("disks").at(0).at("mark"), "was_booted"));
  EXPECT_EQ(say("machine-start"), "Running") << "twice is once";
  EXPECT_EQ(say("machine-stop", {{"how", "ask"}}), "Stopping");
  EXPECT_EQ(say("machine-stop", {{"how", "turn-off"}}), "Off");
  EXPECT_EQ(say("machine-stop", {{"how", "ask"}}), "Off");
  EXPECT_EQ(say("machine-stop", {{"how", "ask"}, {"machineId", "other"}}), "Absent");
  for (const char* state : {"Saved", "Paused"}) {
    control({"set", "n1", std::string("state=") + state});
    EXPECT_EQ(say("machine-start"), "Running");
    control({"set", "n1", std::string("state=") + state});
    EXPECT_EQ(say("machine-stop", {{"how", "ask"}}), "Running") << "it has to run to shut down";
  }
  EXPECT_EQ(say("machine-stop", {{"how", "turn-off"}}), "Off");
  control({"set", "n1", "state=Saved"});
  EXPECT_EQ(say("machine-stop", {{"how", "turn-off"}}), "Off") << "what it held in its saved memory is lost";
  EXPECT_EQ(say("machine-start"), "Running");
  control({"set", "n1", "withoutIntegration=true"});
  EXPECT_EQ(say("machine-stop", {{"how", "ask"}}), "Running") << "nobody is there who could be asked";
  control({"critical", "n1"});
  expect_thrown("TBX_CRITICAL the VM n1 is RunningCritical", "machine-start");
}

void HostScripts::starting_without_the_image() {
  make_machine();
  fs::rename(host().drive() / "iso/v1-amd64.iso", host().drive() / "iso/away.iso");
  expect_thrown("the boot image C:\\iso\\v1-amd64.iso is gone: bring it back", "machine-start");
  fs::rename(host().drive() / "iso/away.iso", host().drive() / "iso/v1-amd64.iso");
  EXPECT_EQ(say("machine-start"), "Running");
  EXPECT_EQ(say("machine-stop", {{"how", "turn-off"}}), "Off");
  fs::rename(host().drive() / "iso/v1-amd64.iso", host().drive() / "iso/away.iso");
  EXPECT_EQ(say("machine-start"), "Running") << "its disk was booted: it needs none any more";
  EXPECT_EQ(run("@{path = [string](Hyper-V\\Get-VMDvdDrive -VMName n1).Path}").at("path"), "");
  fs::rename(host().drive() / "iso/away.iso", host().drive() / "iso/v1-amd64.iso");
}

void HostScripts::deleting() {
  make_machine();
  expect_thrown("is in use by the VM n1", "disk-delete");
  expect_thrown("TBX_NOT_OURS", "machine-delete", {{"clusterId", "c2"}});
  control({"checkpoint", "n1"});
  expect_thrown("has the checkpoint Checkpoint", "machine-delete");
  make_machine();
  EXPECT_EQ(say("machine-start"), "Running");
  expect_thrown("TBX_BUSY", "machine-delete");
  control({"set", "n1", "state=Off"});
  control({"critical", "n1"});
  EXPECT_EQ(say("machine-delete"), "deleted");
  EXPECT_EQ(say("machine-delete"), "absent");
  control({"foreign-machine", "n9"});
  EXPECT_EQ(say("disk-delete"), "deleted");
  EXPECT_FALSE(is_there("C/vm/tbx/lab")) << "nothing is left over";
  make_machine();
  control({"move-disk", "n1", "D:\\away\\n1.vhdx"});
  expect_thrown("change hyperv.path back; else move the disk", "machine-delete");
  control({"move-disk", "n1", "D:\\vm\\tbx\\lab\\n1\\n1.vhdx"});
  expect_thrown("is out of reach: bring its drive back", "machine-delete", {{"root", "D:\\vm"}});
  make_machine();
  control({"twin-machine", "n1", "other"});
  control({"move-disk", "other", "C:\\away\\gone.avhdx"});
  EXPECT_EQ(say("machine-delete"), "deleted");
  expect_thrown("TBX_BUSY whether the VM other needs the disk", "disk-delete");
}

void HostScripts::looking() {
  make_machine();
  EXPECT_EQ(say("machine-start"), "Running");
  control({"set", "n1", "upTicks=1"});
  const json seen = look();
  EXPECT_EQ(seen.at("vmms"), "Running");
  EXPECT_EQ(seen.at("arch"), "amd64");
  EXPECT_EQ(seen.at("administrator"), true);
  EXPECT_EQ(seen.at("images"), json({"v1-amd64", "v2-amd64"}));
  EXPECT_EQ(seen.at("switch"), (json{{"present", true}, {"address", "172.28.16.1"}, {"prefix", 20}}));
  EXPECT_EQ(
      std::ranges::count(seen.at("neighbours"), "02-00-00-00-0A-01", [](const json& each) { return each.at("mac"); }),
      1);
  EXPECT_EQ(seen.at("disks").at(0).at("size"), 10 * gibibyte);
  EXPECT_EQ(seen.at("machines").at(0).at("disks"), json({"C:\\vm\\tbx\\lab\\n1\\n1.vhdx"}));
  EXPECT_EQ(look({{"switchName", "Nowhere"}}).at("switch"), json({{"present", false}}));
  EXPECT_EQ(look({{"switchName", "Nowhere"}}).at("machines").at(0).at("switch"), "Default Switch");
  EXPECT_EQ(look({{"root", ""}}).at("disks").at(0).at("path"), "C:\\vm\\tbx\\lab\\n1\\n1.vhdx")
      << "a disk of ours that lies elsewhere";
  host().reset();
  EXPECT_EQ(look().at("machines"), json::array());
  control({"vmms-stopped"});
  EXPECT_EQ(look().at("vmms"), "Stopped");
  control({"host", "vmms="});
  EXPECT_EQ(look().at("vmms"), "Absent");
}

void HostScripts::looking_at_what_is_odd() {
  make_machine();
  control({"checkpoint", "n1"});
  EXPECT_EQ(look().at("machines").at(0).at("disks"), json({"C:\\vm\\tbx\\lab\\n1\\n1.vhdx"}))
      << "the disk behind the checkpoint";
  control({"fault", "Get-VHD", "2", "OperationFailed", "In use (0x80070020)"});
  EXPECT_EQ(look().at("disks").at(0).at("size"), -1) << "it is there, whatever its size";
  make_machine();
  EXPECT_EQ(say("machine-start"), "Running");
  fs::rename(host().drive() / "vm/tbx/lab/n1", host().drive() / "away");
  EXPECT_EQ(look().at("disks").at(0).at("size"), -1) << "a VM that runs has a disk, whatever can be seen of it";
  control({"set", "n1", "state=Off"});
  EXPECT_EQ(look().at("disks").size(), 0U) << "it is gone";
  control({"move-disk", "n1", "D:\\gone\\n1.vhdx"});
  EXPECT_EQ(look().at("disks").at(0).at("size"), -1) << "its drive is not there, so nobody knows that it is gone";
  make_machine();
  control({"set", "n1", "notes=", "name=other"});
  EXPECT_EQ(look().at("machines").at(0).at("mark"), "") << "the folder's mark is that of n1";
  put("C/vm/tbx/lab/n1/tbx-mark.json", "{broken");
  EXPECT_EQ(look().at("machines").at(0).at("mark"), "");
  make_machine();
  fs::create_directories(host().drive() / "vm/tbx/lab/empty");
  control({"set", "n1", "notes=", "path="});
  EXPECT_EQ(look().at("machines").at(0).at("mark"), "");
  make_machine();
  control({"twin-machine", "n1", "other"});
  control({"set", "other", "notes="});
  control({"move-disk", "other", "C:\\away\\other.avhdx"});
  EXPECT_EQ(look().at("machines").at(1).at("disks"), json({"C:\\away\\other.avhdx"}))
      << "checkpoints of other people's VMs are not opened";
  control({"private-switch", "Alone"});
  EXPECT_EQ(look({{"switchName", "Alone"}}).at("switch"), (json{{"present", true}, {"address", ""}, {"prefix", 0}}));
  run("$env:PROCESSOR_ARCHITECTURE = 'ARM64'");
  EXPECT_EQ(look().at("arch"), "arm64");
  run("$env:PROCESSOR_ARCHITECTURE = 'AMD64'");
}

void HostScripts::looking_at_a_switch_on_which_nobody_speaks() {
  host().reset();
  control({"quiet-switch", "LAN", StandInHost::own_loopback_address()});
  const json changed{{"switchName", "LAN"}};
  EXPECT_EQ(say("disk-create"), "created");
  EXPECT_EQ(say("machine-create", changed), "created");
  know_machine(look().at("machines").at(0).at("id"));
  EXPECT_EQ(say("machine-start"), "Running");
  const auto is_seen = [&](const json& seen) {
    return std::ranges::count(seen.at("neighbours"), "02-00-00-00-0A-01",
                              [](const json& each) { return each.at("mac"); }) == 1;
  };
  EXPECT_FALSE(is_seen(look(changed))) << "it has just been started";
  control({"set", "n1", "upTicks=1"});
  EXPECT_FALSE(is_seen(look())) << "the Default Switch is too large to speak to each address of it";
  run("$global:TbxGreeted = [DateTime]::UtcNow");
  EXPECT_FALSE(is_seen(look(changed))) << "not all the time";
  run("$global:TbxGreeted = $null");
  EXPECT_TRUE(is_seen(look(changed))) << "the host spoke to it";
}

void HostScripts::locking() {
  host().reset();
  const json mine{{"token", "a"}, {"from", "tbx apply"}, {"process", 0}, {"release", false}};
  const auto as = [&](const json& changed) {
    json all = mine;
    if (changed.is_object()) all.update(changed);
    return ask("lock", all);
  };
  EXPECT_EQ(as({}).at("taken"), true);
  EXPECT_EQ(as({}).at("taken"), true) << "again by the same one";
  const json refused = as({{"token", "b"}});
  EXPECT_EQ(refused.at("taken"), false) << "a process that Windows can't see is taken to live";
  EXPECT_EQ(refused.at("from"), "tbx apply");
  as({{"token", "b"}, {"release", true}});
  EXPECT_TRUE(is_there("C/vm/tbx/lab/lock.json")) << "somebody else's is not given back";
  as({{"release", true}});
  EXPECT_FALSE(is_there("C/vm/tbx/lab"));

  EXPECT_EQ(as({{"process", 2'000'000'000}}).at("taken"), true);
  const auto change_lock = [&](const std::string& key, const json& value) {
    json lock = json::parse(read((host().drive() / "vm/tbx/lab/lock.json").string()));
    lock[key] = value;
    put("C/vm/tbx/lab/lock.json", lock.dump());
  };
  EXPECT_EQ(as({{"token", "b"}, {"process", ::getpid()}}).at("taken"), true) << "its holder is dead";
  EXPECT_EQ(as({}).at("isKnown"), true) << "this one lives";
  change_lock("started", 1);
  EXPECT_EQ(as({}).at("taken"), true) << "its number was given to another process";
  EXPECT_EQ(as({{"token", "b"}, {"process", ::getpid()}}).at("taken"), false);
  as({{"release", true}});
  EXPECT_EQ(as({{"token", "b"}, {"process", ::getpid()}}).at("taken"), true);
  run("$env:COMPUTERNAME = 'OTHER'");
  EXPECT_EQ(as({}).at("isKnown"), false) << "of another computer nothing is known";
  EXPECT_EQ(as({}).at("file"), "C:\\vm\\tbx\\lab\\lock.json");
  put("C/vm/tbx/lab/lock.json", "{broken");
  EXPECT_EQ(as({}).at("taken"), true);
  run("$global:held = [IO.File]::Open('C:\\vm\\tbx\\lab\\lock.json', 'Open', 'ReadWrite', 'None')");
  EXPECT_EQ(as({}).at("who"), "somebody") << "who judges its holder right now";
  run("$global:held.Dispose()");
  as({{"release", true}});
}

TEST_F(HostScripts, GoTheirWaysAndAllTheirErrorsAndNoLineIsLeftOut) {
  disks();
  disks_of_others();
  making();
  going_on_with_half_made();
  settings();
  starting_and_stopping();
  starting_without_the_image();
  deleting();
  looking();
  looking_at_what_is_odd();
  looking_at_a_switch_on_which_nobody_speaks();
  locking();
  EXPECT_GT(expect_executed(95, all_scripts_but("image-fetch")), 300U);
}

}  // namespace
}  // namespace tbx::test
