// Vectors that are certainly wrong, with the proof.  They still count as failed: a list that turned failures
// into passes would prove whatever it was asked to.
#pragma once

#include <array>
#include <string_view>

namespace lockstep::conform {

struct KnownWrong {
  std::string_view id;
  std::string_view proof;
};

inline constexpr std::array<KnownWrong, 0> known_wrong{};

}  // namespace lockstep::conform
