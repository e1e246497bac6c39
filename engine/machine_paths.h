// Paths of the machines that something was planned on, taken out of what leaves them.
#pragma once

#include <string>
#include <string_view>

#include "engine/observed.h"
#include "specs/cluster_spec.h"

namespace tbx {

/// `C:\Users\ann\VMs\tbx\lab\lab-cp-01\disk.vhdx` as `(folder:1f40fc92da24)\tbx\lab\lab-cp-01\disk.vhdx`: which folder
/// of the machine it is shows as a digest, so that equal and moved can be told apart. Of a file that is not in a folder
/// of tbx only the name stays. What is no absolute path stays as it is.
std::string without_machine_folder(std::string_view path);

/// A sentence with every absolute path in it replaced by `(path)`.
std::string without_machine_paths(std::string_view sentence);

/// Disks by digest, and no path in what explains the facts. A plan made from it has the same steps.
Observed without_machine_paths(Observed found);

/// The folders and local charts that the file names by an absolute path, by digest.
ClusterSpec without_machine_paths(ClusterSpec spec);

}  // namespace tbx
