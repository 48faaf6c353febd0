// An exact quotient of two integers.  A venue that quotes a liquidation price rounds once, to its tick and
// in a direction of its own; whatever rounded before that would move some prices by a tick.
#pragma once

#include <optional>

#include "core/base/wide.h"

namespace lockstep::liquidation {

// numerator / denominator in lowest terms, denominator > 0.
struct Ratio {
  i128 numerator = 0;
  i128 denominator = 1;
};

// None of them if the denominator is 0, or a part of the result does not fit 128 bits.
std::optional<Ratio> ratio(i128 numerator, i128 denominator);
std::optional<Ratio> product(Ratio a, Ratio b);
std::optional<Ratio> difference(Ratio a, Ratio b);

// To an integer.
i128 to_integer(Ratio ratio, Round round);

}  // namespace lockstep::liquidation
