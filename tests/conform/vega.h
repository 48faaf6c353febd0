// The adapters of Vega that have files of their own.
#pragma once

#include "tests/conform/conform.h"

namespace lockstep::conform::vega {

Answer disposal_size(const Vector& vector);
Answer disposal_sequence(const Vector& vector);
Answer loss_socialisation(const Vector& vector);

}  // namespace lockstep::conform::vega
