// Who watches an engine and adds commands of its own to the log: a calibrator.  The one that appends to the
// log asks it behind everything that came before, so what it says is at the position where it was decided.
#pragma once

#include <functional>
#include <vector>

#include "core/engine/engine.h"
#include "node/io/fault.h"

namespace lockstep {

struct Said {
  std::vector<Command> commands;  // at the engine's time
  bool behind = false;            // ask again before anything new: it has more to look at first
};

struct Companion {
  // The engine stands at the log's end.  Takes some tens of milliseconds at most.
  std::function<Result<Said, Fault>(const Engine&)> after;  // empty: there is none
  std::function<bool(const Command&)> is_mine;              // of a log's commands
};

}  // namespace lockstep
