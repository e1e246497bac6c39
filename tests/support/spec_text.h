// Short ways for tests to load a spec and to say what came of it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "specs/load.h"

namespace tbx::test {

/// Files beside the spec, by their path.
using Files = std::map<std::string, std::string>;

/// What a spec begins with; `spec:` is its line 4, so that what follows starts in line 5.
inline const std::string beginning = "apiVersion: tbx/v1\nkind: Cluster\nmetadata: {name: lab}\nspec:\n";

/// Loads the text as cluster.yaml, with these files beside it and no others.
LoadedSpec load_text(std::string_view text, const Files& files = {}, const LoadOptions& options = {});

/// Loads the keys of `spec`, each line indented by two.
LoadedSpec load_keys(std::string_view keys, const Files& files = {}, const LoadOptions& options = {});

/// The spec, after a test failure with the problems when there is none.
ClusterSpec spec_of(const LoadedSpec& loaded);

/// `line:column: error: message` of each problem, with the file's name where it is another than cluster.yaml.
std::vector<std::string> problems_of(const LoadedSpec& loaded);

/// The same for keys of `spec`.
std::vector<std::string> problems_in(std::string_view keys, const Files& files = {});

const NodeSpec& node_of(const ClusterSpec& spec, std::string_view name);
const AddonSpec& addon_of(const ClusterSpec& spec, std::string_view name);

}  // namespace tbx::test
