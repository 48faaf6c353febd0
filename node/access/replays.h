// Which signed calls of one key were made, as long as their time would still let them be made again.  See
// docs/decisions/0015-access.md for what is refused and why.
#pragma once

#include <set>
#include <string_view>
#include <utility>

#include "node/io/sha256.h"

namespace lockstep::access {

class Replays {
 public:
  enum class Seen : u8 { first, again, full };

  // Remembers the text until `until_us`, when its time is too old to be taken.  full: as many are remembered
  // as may be.  Forgetting one of them instead would let it be made again, so the new call must wait.
  Seen add(std::string_view signed_text, i64 until_us, i64 now_us, std::size_t count_max);
  std::size_t size() const { return seen_.size(); }

 private:
  // In the order in which they are forgotten.  A text has its time in it, so that it is always at one place.
  std::set<std::pair<i64, std::array<u8, 32>>> seen_;
};

}  // namespace lockstep::access
