// tbx schema: prints one of the schemas built into the program.
#include <fmt/format.h>

#include <ostream>

#include "cli/commands.h"
#include "cli/messages.h"
#include "specs/embedded.h"

namespace tbx {

ExitCode run_command(const SchemaArguments& arguments, Streams& streams) {
  const std::string name = arguments.name.empty() ? "cluster" : arguments.name;
  const std::string_view schema = embedded_schema(name);
  if (schema.empty()) {
    say_error(streams, fmt::format("this build of tbx has no schema {}", name));
    return ExitCode::failed;
  }
  streams.out << schema;
  return ExitCode::done;
}

}  // namespace tbx
