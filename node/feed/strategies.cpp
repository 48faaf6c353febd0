#include "node/feed/strategies.h"

#include <algorithm>

#include "core/pricing/convert.h"
#include "core/pricing/inverse.h"

namespace lockstep {
namespace {

constexpr int draws_max = 24;  // tries to find an option that suits; then whatever came last
constexpr std::size_t legs_max = 12;

double price_of(Price price) { return from_units(price.raw(), price_one); }

// 1..2^doublings - 1, each octave about equally likely.
i64 log_uniform(Prng& prng, u64 doublings) {
  const i64 base = i64{1} << prng.below(doublings);
  return base + static_cast<i64>(prng.below(static_cast<u64>(base)));
}

double delta_of(const OptionView& option, Time now) {
  const double years = years_of(option.expiry - now);
  return inverse_greeks(option.forward, price_of(option.strike), years, option.volatility, option.is_call)
      .net_delta;
}

struct Draw {
  Prng& prng;
  const Universe& universe;
  const OptionShelf& shelf;
  std::size_t perpetual;
  OptionBook book;

  const OptionView& option(std::size_t place) const { return universe.options[place]; }

  std::size_t any_option() {
    const u64 total = static_cast<u64>(shelf.weights.back());
    const i64 at = static_cast<i64>(prng.below(total));
    const auto it = std::upper_bound(shelf.weights.begin(), shelf.weights.end(), at);
    return shelf.places[static_cast<std::size_t>(it - shelf.weights.begin())];
  }

  template <class Suits>
  std::size_t option_that(Suits suits) {
    std::size_t place = any_option();
    for (int i = 1; i < draws_max && !suits(option(place)); ++i) place = any_option();
    return place;
  }
  std::size_t out_of_money(bool is_call) {
    return option_that([is_call](const OptionView& o) {
      return o.is_call == is_call && (price_of(o.strike) > o.forward) == is_call;
    });
  }

  i64 lots_for(std::size_t place) {
    const OptionView& o = option(place);
    const i64 tenth = o.open_interest / 10 * price_one / o.lot;
    return std::min(log_uniform(prng, 8), std::max<i64>(tenth, 1));
  }

  // A second leg in the same instrument joins the first.
  void add(bool is_option, std::size_t place, i64 lots) {
    for (OptionLeg& leg : book.legs) {
      if (leg.is_option != is_option || leg.place != place) continue;
      leg.lots += lots;
      return;
    }
    if (book.legs.size() < legs_max) book.legs.push_back({is_option, place, lots});
  }
  void add_coins_of_perpetual(double coins) {
    const double per_lot = coins_per_lot(universe, {false, perpetual, 1});
    const double lots = coins / per_lot;
    const i64 whole = to_units(lots, 1);
    if (whole != 0) add(false, perpetual, whole);
  }
};

// The neighbour of an option `steps` strikes up or down in its series, or itself at the edge.
std::size_t neighbour(const Draw& draw, std::size_t place, i64 steps) {
  const OptionView& o = draw.option(place);
  const std::vector<std::size_t>& series = draw.shelf.series.at({o.expiry, o.is_call});
  const auto it = std::find(series.begin(), series.end(), place);
  const i64 at = (it - series.begin()) + steps;
  return series[static_cast<std::size_t>(std::clamp<i64>(at, 0, static_cast<i64>(series.size()) - 1))];
}

// The option of the next later expiry (or else the next earlier) with the nearest strike.
std::size_t other_expiry(const Draw& draw, std::size_t place) {
  const OptionView& o = draw.option(place);
  const std::vector<std::size_t>* found = nullptr;
  for (const auto& [key, series] : draw.shelf.series) {
    if (key.second != o.is_call || key.first == o.expiry) continue;
    found = &series;
    if (key.first > o.expiry) break;
  }
  if (found == nullptr) return place;
  std::size_t best = found->front();
  for (const std::size_t candidate : *found) {
    const i64 distance = std::abs((draw.option(candidate).strike - o.strike).raw());
    if (distance < std::abs((draw.option(best).strike - o.strike).raw())) best = candidate;
  }
  return best;
}

void covered_calls(Draw& draw) {
  for (u64 left = 2 + draw.prng.below(2); left > 0; --left) {
    const std::size_t call = draw.out_of_money(true);
    const i64 lots = draw.lots_for(call);
    draw.add(true, call, -lots);
    draw.book.coins_covered += static_cast<double>(lots) * coins_per_lot(draw.universe, {true, call, 1});
  }
}

void strangles(Draw& draw) {
  const i64 sign = draw.prng.chance(2, 3) ? -1 : 1;
  for (u64 left = 1 + draw.prng.below(3); left > 0; --left) {
    const std::size_t call = draw.out_of_money(true);
    const i64 lots = draw.lots_for(call);
    draw.add(true, call, sign * lots);
    draw.add(true, draw.out_of_money(false), sign * lots);
  }
}

void verticals(Draw& draw) {
  for (u64 left = 1 + draw.prng.below(4); left > 0; --left) {
    const std::size_t near = draw.any_option();
    const i64 lots = draw.prng.chance(1, 2) ? draw.lots_for(near) : -draw.lots_for(near);
    draw.add(true, near, lots);
    const i64 steps = draw.prng.between(1, 5);
    draw.add(true, neighbour(draw, near, draw.option(near).is_call ? steps : -steps), -lots);
  }
  draw.book.hedged = true;
}

void calendars(Draw& draw) {
  for (u64 left = 1 + draw.prng.below(3); left > 0; --left) {
    const std::size_t near = draw.any_option();
    const i64 lots = draw.prng.chance(1, 2) ? draw.lots_for(near) : -draw.lots_for(near);
    draw.add(true, near, lots);
    draw.add(true, other_expiry(draw, near), -lots);
  }
  draw.book.hedged = true;
}

void long_puts(Draw& draw) {
  double coins = 0;
  for (u64 left = 2 + draw.prng.below(3); left > 0; --left) {
    const std::size_t put = draw.out_of_money(false);
    const i64 lots = draw.lots_for(put);
    draw.add(true, put, lots);
    coins += static_cast<double>(lots) * coins_per_lot(draw.universe, {true, put, 1});
  }
  if (draw.prng.chance(1, 2)) draw.add_coins_of_perpetual(coins / 2);  // what they protect
}

// Any options; hedged with the perpetual or not.
void random_book(Draw& draw, bool hedge) {
  double delta = 0;
  for (u64 left = 2 + draw.prng.below(legs_max - 2); left > 0; --left) {
    const std::size_t place = draw.any_option();
    const i64 lots = draw.prng.chance(1, 2) ? draw.lots_for(place) : -draw.lots_for(place);
    draw.add(true, place, lots);
    delta += static_cast<double>(lots) * coins_per_lot(draw.universe, {true, place, 1}) *
             delta_of(draw.option(place), draw.universe.now);
  }
  if (hedge) draw.add_coins_of_perpetual(-delta);
  draw.book.hedged = hedge;
}

// Coins in the account, sold forward with the perpetual.
void basis_trade(Draw& draw) {
  const double coins = static_cast<double>(log_uniform(draw.prng, 8)) / 5;
  draw.add_coins_of_perpetual(-coins);
  draw.book.coins_covered = coins;
}

void leveraged_perpetual(Draw& draw) {
  const double coins = static_cast<double>(log_uniform(draw.prng, 8)) / 10;
  draw.add_coins_of_perpetual(draw.prng.chance(11, 20) ? coins : -coins);
}

// Of one coin's option when the forward moves and its volatility jumps, more so near expiry.
double option_profit(const Universe& universe, const OptionLeg& leg, double move, bool volatility_up) {
  const OptionView& o = universe.options[leg.place];
  const Duration left = o.expiry - universe.now;
  const auto within = [&](i64 days) { return left.raw() < days * day.raw(); };
  const double jump = within(3) ? 2.2 : within(10) ? 1.8 : within(31) ? 1.6 : 1.4;
  const double volatility = volatility_up ? std::max(o.volatility * jump, 0.5) : o.volatility * 0.75;
  return inverse_value(o.forward * (1 + move), price_of(o.strike), years_of(left), volatility, o.is_call) -
         price_of(o.mark);
}

}  // namespace

OptionShelf shelf_of(const Universe& universe, u8 coin) {
  OptionShelf shelf;
  i64 total = 0;
  for (std::size_t i = 0; i < universe.options.size(); ++i) {
    const OptionView& option = universe.options[i];
    if (option.coin != coin || option.expiry - universe.now < hour) continue;
    shelf.places.push_back(i);
    shelf.weights.push_back(total += option.open_interest + 1);
    shelf.series[{option.expiry, option.is_call}].push_back(i);
  }
  for (auto& [key, series] : shelf.series) {
    std::sort(series.begin(), series.end(), [&](std::size_t a, std::size_t b) {
      return universe.options[a].strike < universe.options[b].strike;
    });
  }
  return shelf;
}

OptionBook draw_option_book(Prng& prng, const Universe& universe, const OptionShelf& shelf,
                            std::size_t perpetual) {
  Draw draw{prng, universe, shelf, perpetual, {}};
  const u64 kind = prng.below(100);
  if (shelf.places.empty()) {
    kind < 30 ? basis_trade(draw) : leveraged_perpetual(draw);
  } else if (kind < 14) {
    covered_calls(draw);
  } else if (kind < 28) {
    strangles(draw);
  } else if (kind < 42) {
    verticals(draw);
  } else if (kind < 52) {
    calendars(draw);
  } else if (kind < 64) {
    long_puts(draw);
  } else if (kind < 78) {
    random_book(draw, true);
  } else if (kind < 86) {
    random_book(draw, false);
  } else if (kind < 92) {
    basis_trade(draw);
  } else {
    leveraged_perpetual(draw);
  }
  std::vector<OptionLeg>& legs = draw.book.legs;
  legs.erase(std::remove_if(legs.begin(), legs.end(), [](const OptionLeg& leg) { return leg.lots == 0; }),
             legs.end());
  if (legs.empty()) legs.push_back({false, perpetual, 1});
  std::stable_sort(legs.begin(), legs.end(),
                   [](const OptionLeg& a, const OptionLeg& b) { return a.lots > 0 && b.lots < 0; });
  return draw.book;
}

double coins_per_lot(const Universe& universe, const OptionLeg& leg) {
  if (leg.is_option) return from_units(universe.options[leg.place].lot, price_one);
  const PerpetualView& view = universe.inverse[leg.place];
  return from_units(view.lot, price_one) / price_of(view.mark);
}

double standard_margin_guess(const Universe& universe, const std::vector<OptionLeg>& legs) {
  double margin = 0;
  for (const OptionLeg& leg : legs) {
    const double coins = static_cast<double>(leg.lots) * coins_per_lot(universe, leg);
    if (!leg.is_option) {
      const double size = coins < 0 ? -coins : coins;
      margin += size * 0.025;
    } else if (coins < 0) {
      const OptionView& o = universe.options[leg.place];
      const double strike = price_of(o.strike);
      const double out = (o.is_call ? strike - o.forward : o.forward - strike) / o.forward;
      const double base = std::max(0.15 - std::max(out, 0.0), 0.10);
      margin += -coins * (base + price_of(o.mark));
    }
  }
  return margin;
}

double portfolio_margin_guess(const Universe& universe, const std::vector<OptionLeg>& legs) {
  struct Scenario {
    double move;
    double share;  // of the loss that counts
  };
  constexpr Scenario scenarios[] = {{-0.66, 0.24}, {-0.33, 0.48}, {-0.17, 1},  {-0.08, 1}, {0, 1},
                                    {0.08, 1},     {0.17, 1},     {0.5, 0.32}, {1, 0.16}};
  double worst = 0;
  double gross = 0;
  for (const OptionLeg& leg : legs) {
    const double coins = static_cast<double>(leg.lots) * coins_per_lot(universe, leg);
    gross += coins < 0 ? -coins : coins;
  }
  for (const Scenario& scenario : scenarios) {
    for (const bool up : {false, true}) {
      double profit = 0;
      for (const OptionLeg& leg : legs) {
        const double coins = static_cast<double>(leg.lots) * coins_per_lot(universe, leg);
        profit += coins * (leg.is_option ? option_profit(universe, leg, scenario.move, up)
                                         : scenario.move / (1 + scenario.move));
      }
      worst = std::min(worst, profit * scenario.share);
    }
  }
  return -worst + 0.01 * gross;
}

double premium_paid(const Universe& universe, const std::vector<OptionLeg>& legs) {
  double paid = 0;
  for (const OptionLeg& leg : legs) {
    if (!leg.is_option) continue;
    paid += static_cast<double>(leg.lots) * coins_per_lot(universe, leg) *
            price_of(universe.options[leg.place].mark);
  }
  return paid;
}

}  // namespace lockstep
