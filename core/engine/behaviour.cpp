#include "core/engine/behaviour.h"

namespace lockstep {
namespace {

Amount fee_as_charged(u32, Amount fee) { return fee; }

Amount fee_of_next(u32 behaviour, Amount fee) {
  if (behaviour < 2 || fee <= Amount{}) return fee;
  return Amount::from_raw((fee.raw() + 99) / 100 * 100);
}

Amount fee_of_wrong(u32, Amount fee) { return fee.raw() % 10 == 7 ? fee + Amount::from_raw(1) : fee; }

}  // namespace

const Build this_build{1, fee_as_charged};
const Build next_build{2, fee_of_next};
const Build wrong_build{1, fee_of_wrong};

}  // namespace lockstep
