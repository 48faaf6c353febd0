// Does this process compute as elementary.h needs?  A build with the wrong flags or a library that switched
// the processor's rounding mode would not crash; it would quietly disagree with the other replicas.  Every
// process asks once at start, and every thread that prices asks when it begins; a false answer must stop it.
#pragma once

#include "core/base/int.h"

namespace lockstep::math {

// Nearest-even rounding, subnormals neither flushed nor read as zero, no contraction into fused multiply-add,
// and the elementary functions give their reference bits.
bool arithmetic_is_exact();

// FNV-1a (64 bit) over the bits of exp, log, normal_cdf and normal_quantile at 4 x 1,000 fixed inputs: equal
// on all replicas, whatever compiler, optimisation level and processor they have.
u64 elementary_fingerprint();
inline constexpr u64 elementary_fingerprint_expected = 0xbec37b7858585938;

}  // namespace lockstep::math
