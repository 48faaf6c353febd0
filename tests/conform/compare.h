// Compares what an adapter answers with what a vector expects, field by field.
#pragma once

#include <string>

#include "tests/conform/conform.h"

namespace lockstep::conform {

// The first difference, or nothing.  A field is named by its way down: `isolated.3.margin`,
// `per_update[0]`. Every expected field must be answered; an answer may have more fields, but a list no more
// items.
std::string first_difference(const Vector& vector, const Answer& answer);

}  // namespace lockstep::conform
