// The files built into the binary: schemas, addon catalogue, examples, scripts.
#pragma once

#include <span>
#include <string_view>

namespace tbx {

/// A file of the source tree as it was when tbx was built.
struct EmbeddedFile {
  std::string_view
      name;  ///< what tells it from its like: "cluster" for schemas/cluster.schema.json, "sandbox" for its example
  std::string_view text;
};

/// All JSON Schemas of schemas/, sorted by name.
std::span<const EmbeddedFile> embedded_schemas();
/// All known addons of specs/catalogue/, sorted by name.
std::span<const EmbeddedFile> embedded_catalogue();
/// The cluster.yaml of each folder of examples/, sorted by name.
std::span<const EmbeddedFile> embedded_examples();
/// What is run in Windows PowerShell, of providers/hyperv/scripts/, sorted by name.
std::span<const EmbeddedFile> embedded_scripts();

/// The schema "cluster", "plan", "observed" or "events"; empty for an unknown name.
std::string_view embedded_schema(std::string_view name);
/// An example by the name of its folder; empty for an unknown name.
std::string_view embedded_example(std::string_view name);
/// A script by its file name without .ps1; empty for an unknown name.
std::string_view embedded_script(std::string_view name);

}  // namespace tbx
