#include "core/engine/behaviour.h"

namespace lockstep {

#if defined(LOCKSTEP_DRILL_BEHAVIOUR)  // rehearses an upgrade: fees are rounded up to whole hundreds of units
u32 behaviour_newest() { return 2; }
Amount fee_under(u32 behaviour, Amount fee) {
  if (behaviour < 2 || fee <= Amount{}) return fee;
  return Amount::from_raw((fee.raw() + 99) / 100 * 100);
}
#elif defined(LOCKSTEP_DRILL_ROUNDING)  // a build that is wrong: one unit too much when a fee ends in 7
u32 behaviour_newest() { return 1; }
Amount fee_under(u32, Amount fee) { return fee.raw() % 10 == 7 ? fee + Amount::from_raw(1) : fee; }
#else
u32 behaviour_newest() { return 1; }
Amount fee_under(u32, Amount fee) { return fee; }
#endif

}  // namespace lockstep
