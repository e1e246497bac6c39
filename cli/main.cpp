// The process: its streams, its signals, the only catch-all, and the exit codes.
#include <cstdio>
#include <exception>
#include <ostream>
#include <string_view>

#include "cli/interrupt.h"
#include "cli/run.h"
#include "specs/version.h"

int main(int argc, char** argv) {
  // Before anything is constructed: scripts ask often.
  if (argc == 2 && std::string_view(argv[1]) == "--version") {
    const std::string_view version = tbx::version();
    std::printf("tbx %.*s\n", static_cast<int>(version.size()), version.data());
    return 0;
  }
  try {
    tbx::handle_interrupts();
    tbx::Streams streams = tbx::standard_streams();
    const tbx::ExitCode code = tbx::run({argv + 1, argv + argc}, streams);
    if (streams.out.flush()) return static_cast<int>(code);
    std::fprintf(stderr, "error: the output could not be written\n");
    return static_cast<int>(tbx::strongest({code, tbx::ExitCode::failed}));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: tbx has a bug: %s\nPlease report it, with the command that you ran.\n", error.what());
  } catch (...) {
    std::fprintf(stderr, "error: tbx has a bug: an exception without a message\n");
  }
  return static_cast<int>(tbx::ExitCode::failed);
}
