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
  std::vector<i128> basis;      // {up, down} of the basis row, 10^-12
  std::vector<HeldOption> options;
};

struct UnitSum {
  u32 wallet = 0;
  AssetId base;
  Price index_price;
  bool inverse = false;
  Rate money_price = Rate::from_raw(rate_one);
  Value exposure;     // perpetuals and futures: signed; linear: value at the grid's price; inverse: coins
  Value delta;        // coins, signed
  Value delta_gross;  // sum of |delta| by holding
  std::vector<ExpirySum> expiries;  // by expiry
  std::array<Margin, scheme_components_max> margins;
  std::array<u16, scheme_components_max> unit_rows{};
};

// What a unit component asks, before its rounding.
struct Worst {
  Value loss;
  std::size_t scenario = 0;
};
Margin unit_margin(const Component& component, u16 row, const UnitSum& unit);

}  // namespace lockstep
