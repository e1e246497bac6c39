// Keys of a cluster file by the paths that people write: controlPlane.memory, workers[big].taints, addons.traefik.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "specs/document.h"

namespace tbx {

/// A place of the file, whether something is written there or not.
struct SpecPlace {
  std::string path;                ///< as people write it, from the root: "spec.workers[big].taints"
  std::string pointer;             ///< JSON pointer; of what is not written, where it would stand
  std::vector<std::string> names;  ///< from the root; items of lists by theirs: spec, workers, big, taints
  std::string description;         ///< by the schema; empty where it says nothing
  std::string default_value;       ///< by the schema, as JSON text; empty: it names none
  bool is_written = false;
};

/// Whether a word begins with a key that a cluster file may have at the top or below `spec`.
bool is_spec_path(std::string_view word);

/// `: did you mean "controlPlane"?` for a word that begins like a path and is none; empty where nothing is near.
std::string near_spec_key(std::string_view word);

/// The error says which key is unknown, and what is near. Below `values` any key may be missing in the file.
tl::expected<SpecPlace, std::string> find_spec_place(const Document& document, std::string_view path);

/// "cluster.yaml:12:5": where the value at a JSON pointer is written, or what holds it.
std::string place_text(const Document& document, std::string_view pointer);

}  // namespace tbx
