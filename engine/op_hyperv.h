// The ops of Hyper-V: images, disks, machines and their marks; see op.h.
#pragma once

#include <cstdint>
#include <string>

#include "engine/observed_host.h"

namespace tbx {

struct DownloadImage {
  std::string target;
  bool operator==(const DownloadImage&) const = default;
};
struct CreateDisk {
  std::string target;
  std::int64_t size_gib = 0;
  Mark mark;
  bool operator==(const CreateDisk&) const = default;
};
struct GrowDisk {
  std::string target;
  std::string path;
  std::int64_t size_gib = 0;
  bool operator==(const GrowDisk&) const = default;
};
struct DeleteDisk {
  std::string target;
  std::string path;
  bool replaces_node = false;  ///< the user asked for this node to be made anew
  bool operator==(const DeleteDisk&) const = default;
};
struct CreateMachine {
  std::string target;
  int cpu_count = 0;
  std::int64_t memory_mib = 0;
  std::string switch_name;
  std::string image;
  Mark mark;  ///< bios_guid is empty when the host is to choose it
  bool operator==(const CreateMachine&) const = default;
};
struct ResizeMachine {
  std::string target;
  std::string machine_id;
  int cpu_count = 0;
  std::int64_t memory_mib = 0;
  bool operator==(const ResizeMachine&) const = default;
};
struct StartMachine {
  std::string target;
  std::string machine_id;
  bool operator==(const StartMachine&) const = default;
};
struct StopMachine {
  std::string target;
  std::string machine_id;
  bool operator==(const StopMachine&) const = default;
};
struct DeleteMachine {
  std::string target;
  std::string machine_id;
  bool replaces_node = false;  ///< the user asked for this node to be made anew
  bool operator==(const DeleteMachine&) const = default;
};
struct MarkBootstrapping {
  std::string target;
  bool operator==(const MarkBootstrapping&) const = default;
};
struct MarkBootstrapped {
  std::string target;
  bool operator==(const MarkBootstrapped&) const = default;
};
struct AwaitAddress {
  std::string target;
  bool operator==(const AwaitAddress&) const = default;
};

}  // namespace tbx
