// A unit (UnitBy) on its way through the unit components: sums over holdings, by expiry where a rule needs
// them. Filled by holdings.cpp from risk rows and by the conformance runner from option inputs.
#pragma once

#include <array>
#include <vector>

#include "core/model/components.h"
#include "core/risk/statement.h"

namespace lockstep {

constexpr std::size_t scheme_components_max = 8;
constexpr u8 no_slot = 0xff;

struct Margin {
  Value initial;
  Value maintenance;
};

struct HeldOption {  // only for expiry_loss and short_minimum
  OptionType type;
  Price strike;
  Value coins;
  Margin alone;  // as a short option by itself
};

// One expiry of a unit; expiry 0: what has none.
struct ExpirySum {
  Time expiry;
  Rate years;
  Rate interest;  // per year
  Price forward;
  Value worth;                  // sum of model values, settlement asset
  Value delta;                  // coins
  std::vector<i128> scenarios;  // profits per scenario of the grid, 10^-12; empty: no options
  std::vector<std::vector<i128>> more_scenarios;  // likewise, of the scheme's further grids
  std::vector<i128> basis;                        // {up, down} of the basis row, 10^-12
  std::vector<HeldOption> options;
};

struct ExpiryDelta {
  Time expiry;  // 0: none
  Value delta;  // coins
};

// Worst-position orders: a unit as it is, and as it would be if all orders of one side filled.
enum class UnitFill : u8 { none, buys, sells };

struct UnitSum {
  u32 wallet = 0;
  InstrumentId instrument;  // UnitBy::instrument
  u32 group = 0;            // the unit that it becomes a part of; itself: of none
  AssetId base;
  Price index_price;
  bool inverse = false;
  UnitFill fill = UnitFill::none;
  Rate money_price = Rate::from_raw(rate_one);
  Value exposure;     // perpetuals and futures: signed; linear: value at the grid's price; inverse: coins
  Value delta;        // coins, signed
  Value delta_gross;  // sum of |delta| by holding
  std::vector<ExpirySum> expiries;  // by expiry
  std::vector<ExpiryDelta> deltas;  // of everything held, by expiry; only if a component looks at them
  // Whether the unit at this index of the scratch memory is one that the account has.
  bool counts(u32 index) const { return group == index && fill == UnitFill::none; }
  Margin asked;  // the unit's own requirement, once it is known
  std::array<Margin, scheme_components_max> margins;
  std::array<u16, scheme_components_max> unit_rows{};
};

// The profits of the scheme's n-th grid.
inline std::vector<i128>& scenarios_of(ExpirySum& expiry, std::size_t n) {
  if (n == 0) return expiry.scenarios;
  if (expiry.more_scenarios.size() < n) expiry.more_scenarios.resize(n);
  return expiry.more_scenarios[n - 1];
}
// Puts the profits of the scheme's n-th grid into the place where the grid's functions look, as long as it
// lives.
class GridView {
 public:
  GridView(UnitSum& unit, std::size_t n) : unit_(unit), n_(n) { swap(); }
  ~GridView() { swap(); }
  GridView(const GridView&) = delete;
  GridView& operator=(const GridView&) = delete;

 private:
  void swap() {
    if (n_ == 0) return;
    for (ExpirySum& expiry : unit_.expiries) expiry.scenarios.swap(scenarios_of(expiry, n_));
  }
  UnitSum& unit_;
  std::size_t n_;
};

void add_delta(UnitSum& unit, Time expiry, Value delta);

struct Worst {
  Value loss;
  std::size_t scenario = 0;
};
// What a unit component asks, before its rounding.  A grid looks at `scenarios`.
Margin unit_margin(const Component& component, u16 row, const UnitSum& unit);

}  // namespace lockstep
