// What every command that looks at a cluster begins with: the spec, the outside, the folder of its credentials.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "cli/terminal.h"
#include "cli/wire.h"
#include "engine/converge.h"
#include "specs/load.h"

namespace tbx {

struct Session {
  std::string spec_file;
  std::string command_line;          ///< to run it again: "tbx apply cluster.yaml --sim world.json"
  ClusterSpec spec;                  ///< with its secrets
  std::vector<ValueOrigin> origins;  ///< where the spec's values were written
  Sources sources;                   ///< the texts of the spec and what lies beside it, as they were read
  std::filesystem::path folder;      ///< _out/<cluster> beside the spec
  Outside outside;
  Mask mask;
};

/// `command`: its name, such as "apply". Says on stderr what is wrong; empty then.
std::optional<Session> open_session(const std::string& spec_file, const SimArguments& sim, const std::string& command,
                                    const Streams& streams);

/// _out/<cluster> beside the spec.
std::filesystem::path credentials_folder(const std::string& spec_file, const ClusterSpec& spec);

/// Secrets into fingerprints, by the key that lies in `folder` at that time.
Mask mask_with_secrets_of(const std::filesystem::path& folder);

/// A look at everything, or at what `providers` see. Says on stderr when it takes long.
Observed look_at(const Session& session, std::span<Provider* const> providers, const Streams& streams,
                 const Scope& scope = {});

}  // namespace tbx
