// A build for drills: the next behaviour (core/engine/behaviour.h), so that an upgrade can be rehearsed
// between two executables that compute differently.
#include "apps/lockstep/arguments.h"
#include "core/engine/behaviour.h"

int main(int argc, char** argv) {
  lockstep::build_in_use = &lockstep::next_build;
  return lockstep::run_command_line(argc, argv);
}
