// lockstep: one binary, one verb a call.  docs/command-line.md has them all.
#include "apps/lockstep/arguments.h"

int main(int argc, char** argv) { return lockstep::run_command_line(argc, argv); }
