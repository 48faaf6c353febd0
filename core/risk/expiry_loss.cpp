#include "core/risk/expiry_loss.h"

namespace lockstep {
namespace {

// What the options pay when the expiry settles at a price, down.
Value payoff(const std::vector<HeldOption>& options, i64 settlement) {
  Value sum;
  for (const HeldOption& option : options) {
    const i64 above = settlement - option.strike.raw();
    const i64 gain = option.type == OptionType::call ? above : -above;
    if (gain > 0) sum += Value::from_raw(mul_div(option.coins.raw(), gain, price_one, Round::down));
  }
  return sum;
}

// Calls written that no call held stands behind, coins.
Value unpaired_calls(const std::vector<HeldOption>& options) {
  Value net;
  for (const HeldOption& option : options) {
    if (option.type == OptionType::call) net += option.coins;
  }
  return max(-net, Value{});
}

}  // namespace

Value worst_payoff(const std::vector<HeldOption>& options) {
  Value worst = min(payoff(options, 0), Value{});
  for (const HeldOption& option : options) worst = min(worst, payoff(options, option.strike.raw()));
  return -worst;
}

Margin expiry_loss(const ExpiryLossRow& row, const ExpirySum& expiry) {
  Margin alone;
  for (const HeldOption& option : expiry.options) {
    alone.initial += option.alone.initial;
    alone.maintenance += option.alone.maintenance;
  }
  const Value worst = worst_payoff(expiry.options);
  const Value unpaired = Value::from_raw(
      mul_div(unpaired_calls(expiry.options).raw(), expiry.forward.raw(), price_one, Round::up));
  return {
      .initial = min(alone.initial, worst + scale(unpaired, row.unpaired_initial, Round::up)),
      .maintenance = min(alone.maintenance, worst + scale(unpaired, row.unpaired_maintenance, Round::up))};
}

Margin expiry_loss_margin(const ExpiryLossRow& row, const UnitSum& unit) {
  Margin sum;
  for (const ExpirySum& expiry : unit.expiries) {
    const Margin margin = expiry_loss(row, expiry);
    sum.initial += margin.initial;
    sum.maintenance += margin.maintenance;
  }
  return sum;
}

}  // namespace lockstep
