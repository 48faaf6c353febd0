// A build for drills that rounds wrongly (core/engine/behaviour.h): the others must find it out.
#include "apps/lockstep/arguments.h"
#include "core/engine/behaviour.h"

int main(int argc, char** argv) {
  lockstep::build_in_use = &lockstep::wrong_build;
  return lockstep::run_command_line(argc, argv);
}
