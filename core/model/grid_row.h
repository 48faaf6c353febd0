// Parameters of a scenario grid: moves of price and volatility, and what a profit or loss counts for.
//
// Numbers: Rate 10^-12, Value 10^-16 of the asset named in the comment.
#pragma once

#include <string>
#include <vector>

#include "core/model/holding_rows.h"

namespace lockstep {

// Worst loss of a unit over price moves x three volatilities, and over extreme moves with volatility up, of
// which only the share extreme_range/|move| counts and the dampener is forgiven.  Volatility v of an option
// with d days left:
//   up max(v (1 + volatility_up (30/d)^p), volatility_up_min)   down max(v (1 - volatility_down (30/d)^p), 0)
//   p = power_short if d < 30, else power_long; d is at least days_min.
// One scenario written out.  share: of the unit's profit that counts (tails).  skew_*: move is 0 and
// volatility turns about the forward (Skew); each expiry then counts with its own worst rotation.
enum class VolatilityMove : u8 { same, up, down, skew_linear, skew_absolute };
struct ListedScenario {
  Rate move;
  VolatilityMove volatility = VolatilityMove::same;
  Rate share = Rate::from_raw(rate_one);
  Rate volatility_move;  // nonzero: times (1 + this), instead of the row's up and down
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("move", s.move), f("volatility", s.volatility), f("share", s.share);
    f("volatility_move", s.volatility_move);
  }
};

// What an expiry's value V is worth in a scenario: times long_base exp(-T (r long_rate + long_add)) if V >=
// 0, else min(1/D, short_base / exp(-T (r short_rate + short_add))).  on false: V as it is.  positive_only:
// losses as they are.
struct ExpiryDiscount {
  bool on = false;
  bool positive_only = false;
  Rate long_base, long_rate, long_add;
  Rate short_base, short_rate, short_add;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("on", s.on), f("positive_only", s.positive_only), f("long_base", s.long_base);
    f("long_rate", s.long_rate), f("long_add", s.long_add), f("short_base", s.short_base);
    f("short_rate", s.short_rate), f("short_add", s.short_add);
  }
};

// derive.md 6.6: multiplier 1 + clamp(k cap/kstar), cap = per_sqrt_year sqrt(T) + base, kstar = max(k_min,
// sqrt(T) width (level + sqrt(T) level_per_sqrt_year)).
struct Skew {
  Rate linear_base, absolute_base;
  Rate linear_per_sqrt_year, absolute_per_sqrt_year;
  Rate k_min, width, level, level_per_sqrt_year;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("linear_base", s.linear_base), f("absolute_base", s.absolute_base);
    f("linear_per_sqrt_year", s.linear_per_sqrt_year), f("absolute_per_sqrt_year", s.absolute_per_sqrt_year);
    f("k_min", s.k_min), f("width", s.width), f("level", s.level);
    f("level_per_sqrt_year", s.level_per_sqrt_year);
  }
};

struct GridRow {
  RowKey key;
  std::vector<Rate> moves;  // rising, 0 among them, all above -100 %
  Rate volatility_up;
  Rate volatility_down;
  Rate volatility_up_min;
  Rate power_short;
  Rate power_long;
  Rate days_min;
  std::vector<Rate> extreme_moves;
  Rate extreme_range;
  Value dampener;                      // quote units
  std::vector<ListedScenario> listed;  // after the grid and the extreme moves
  u16 tail = 1;  // mean of the worst `tail` scenarios (1: the worst); with fewer losses the rest counts as 0
  PriceUse price = PriceUse::mark;        // of perpetuals and futures
  Rate gains = Rate::from_raw(rate_one);  // share of a unit's profit that counts against other units' losses,
                                          // where a pool expression names the grid
  ExpiryDiscount discount;
  Skew skew;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("key", s.key), f("moves", s.moves), f("volatility_up", s.volatility_up);
    f("volatility_down", s.volatility_down), f("volatility_up_min", s.volatility_up_min);
    f("power_short", s.power_short), f("power_long", s.power_long), f("days_min", s.days_min);
    f("extreme_moves", s.extreme_moves), f("extreme_range", s.extreme_range), f("dampener", s.dampener);
    f("listed", s.listed), f("tail", s.tail), f("price", s.price), f("gains", s.gains);
    f("discount", s.discount), f("skew", s.skew);
  }
};

}  // namespace lockstep
