// What each command does with its arguments. One file for each.
#pragma once

#include "cli/arguments.h"
#include "cli/terminal.h"
#include "engine/exit_code.h"

namespace tbx {

ExitCode run_command(const HelpArguments& arguments, Streams& streams);
ExitCode run_command(const VersionArguments& arguments, Streams& streams);
ExitCode run_command(const InitArguments& arguments, Streams& streams);
ExitCode run_command(const ValidateArguments& arguments, Streams& streams);
ExitCode run_command(const SchemaArguments& arguments, Streams& streams);
ExitCode run_command(const PlanArguments& arguments, Streams& streams);
ExitCode run_command(const ExplainArguments& arguments, Streams& streams);
ExitCode run_command(const ApplyArguments& arguments, Streams& streams);
ExitCode run_command(const DriftArguments& arguments, Streams& streams);
ExitCode run_command(const StatusArguments& arguments, Streams& streams);
ExitCode run_command(const ObserveArguments& arguments, Streams& streams);
ExitCode run_command(const SimulateArguments& arguments, Streams& streams);
ExitCode run_command(const DestroyArguments& arguments, Streams& streams);
ExitCode run_command(const ScaleArguments& arguments, Streams& streams);
ExitCode run_command(const RemoveArguments& arguments, Streams& streams);
ExitCode run_command(const WorldArguments& arguments, Streams& streams);
ExitCode run_command(const CompletionArguments& arguments, Streams& streams);

}  // namespace tbx
