#include "node/feed/trades.h"

#include <algorithm>

#include "node/feed/contracts.h"

namespace lockstep {
namespace {

constexpr i64 basis_points_one = 10'000;

// In ledger units of the settlement asset.
Amount taker_fee(const Tradable& what, Price price, i64 lots) {
  const i128 base = i128{what.lot} * lots;  // 10^-8 of base, or of dollars if inverse
  switch (what.kind) {
    case FeeKind::option: {  // coin ledgers have 8 decimals, as lots have
      const i128 on_coins = div(base * 3, basis_points_one, Round::up);
      const i128 premium = div(base * price.raw(), price_one, Round::down);
      return Amount::from_raw(std::min(on_coins, premium / 8));
    }
    case FeeKind::inverse:
      return Amount::from_raw(mul_div(base * 5, price_one, i128{price.raw()} * basis_points_one, Round::up));
    case FeeKind::linear: {
      const i128 value = base * price.raw();  // 10^-16
      return Amount::from_raw(
          mul_div(value, 5, pow10(value_decimals - dollar_decimals) * basis_points_one, Round::up));
    }
  }
  LS_ASSERT(false);
  return {};
}

}  // namespace

Tradable tradable(const OptionView& view) {
  return {view.instrument, FeeKind::option, view.lot, view.tick, view.mark};
}

Tradable tradable(const PerpetualView& view) {
  return {view.instrument, view.inverse ? FeeKind::inverse : FeeKind::linear, view.lot, view.tick, view.mark};
}

Tradable find_tradable(const Universe& universe, InstrumentId instrument) {
  const auto before = [](const OptionView& option, InstrumentId id) { return option.instrument < id; };
  const auto option = std::lower_bound(universe.options.begin(), universe.options.end(), instrument, before);
  if (option != universe.options.end() && option->instrument == instrument) return tradable(*option);
  for (const auto* views : {&universe.inverse, &universe.linear}) {
    for (const PerpetualView& view : *views) {
      if (view.instrument == instrument) return tradable(view);
    }
  }
  return {};
}

u8 coin_of(const Universe& universe, const PerpetualView& view) {
  for (u8 coin = 0; coin < universe.coins.size(); ++coin) {
    if (universe.coins[coin] == view.base) return coin;
  }
  LS_ASSERT(false);
  return 0;
}

Fill fill_at_mark(AccountId account, const Tradable& what, i64 lots) {
  LS_ASSERT(lots != 0);
  Fill fill;
  fill.account = account;
  fill.instrument = what.instrument;
  fill.side = lots > 0 ? Side::buy : Side::sell;
  fill.price = on_tick(what.mark, what.tick);
  fill.lots = Lots::from_raw(lots > 0 ? lots : -lots);
  fill.fee = taker_fee(what, fill.price, fill.lots.raw());
  return fill;
}

}  // namespace lockstep
