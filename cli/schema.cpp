// tbx schema: prints one of the schemas built into the program.
#include <ostream>

#include "cli/commands.h"
#include "specs/embedded.h"

namespace tbx {

ExitCode run_command(const SchemaArguments& arguments, Streams& streams) {
  streams.out << embedded_schema(arguments.name.empty() ? "cluster" : arguments.name);
  return ExitCode::done;
}

}  // namespace tbx
