#include "core/funding/variation.h"

namespace lockstep {

i128 variation(i128 size, i128 before, std::span<const Trade> trades, i128 now) {
  i128 sum = mul_div(size, now - before, 1, Round::zero);
  for (const Trade& trade : trades) sum += mul_div(trade.size, now - trade.price, 1, Round::zero);
  return sum;
}

i128 whole_part(i128 n, i128 unit) { return div(n, unit, Round::zero); }

i128 average_entry(i128 entry, i128 size, Trade trade) {
  const i128 after = size + trade.size;
  if (after == 0) return 0;
  const bool opposite = size != 0 && (size > 0) != (trade.size > 0);
  if (opposite && (size > 0) == (after > 0)) return entry;
  const i128 now = abs(opposite ? after : trade.size);
  return div(abs(size) * entry + now * trade.price, abs(size) + now, Round::down);
}

}  // namespace lockstep
