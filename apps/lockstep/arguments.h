// The command line: names of verbs and options, their help, and the call of the verb.  The one wrapper around
// CLI11.
#pragma once

namespace lockstep {

// Returns the exit code of the process.
int run_command_line(int argc, const char* const* argv);

}  // namespace lockstep
