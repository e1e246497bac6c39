// What each command does with its options. One file for each.
#pragma once

#include "cli/arguments.h"
#include "cli/terminal.h"
#include "engine/exit_code.h"

namespace tbx {

ExitCode run_command(const HelpOptions& options, Streams& streams);
ExitCode run_command(const VersionOptions& options, Streams& streams);
ExitCode run_command(const InitOptions& options, Streams& streams);
ExitCode run_command(const ValidateOptions& options, Streams& streams);
ExitCode run_command(const SchemaOptions& options, Streams& streams);
ExitCode run_command(const PlanOptions& options, Streams& streams);
ExitCode run_command(const ApplyOptions& options, Streams& streams);
ExitCode run_command(const DriftOptions& options, Streams& streams);
ExitCode run_command(const StatusOptions& options, Streams& streams);
ExitCode run_command(const ObserveOptions& options, Streams& streams);
ExitCode run_command(const DestroyOptions& options, Streams& streams);
ExitCode run_command(const WorldOptions& options, Streams& streams);
ExitCode run_command(const CompletionOptions& options, Streams& streams);

}  // namespace tbx
