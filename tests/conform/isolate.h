// Runs work in a child process, so that a vector which stops the program (an assertion, a crash, minutes of
// work) is one failed vector and not the end of all.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/int.h"

namespace lockstep::conform {

struct Outcome {
  bool finished = false;
  std::string text;  // what work() returned; not finished: what stopped it
};

constexpr unsigned seconds_max = 60;  // of one item

// work(0) .. work(count - 1), in order.  After an item that stops its process the rest runs in a fresh one.
std::vector<Outcome> run_isolated(std::size_t count, const std::function<std::string(std::size_t)>& work);

}  // namespace lockstep::conform
