// What one client of the option venue holds: a strategy made of legs.  Legs are drawn from the chain with
// its open interest as weight, sizes are roughly log-uniform and at most a tenth of an option's open interest
// (but one lot).
#pragma once

#include <map>

#include "node/feed/portfolios.h"

namespace lockstep {

// place: into universe.options, or universe.inverse.  lots: signed.
struct OptionLeg {
  bool is_option = true;
  std::size_t place = 0;
  i64 lots = 0;
};

struct OptionBook {
  std::vector<OptionLeg> legs;  // long ones first
  bool hedged = false;          // portfolio margin suits it
  double coins_covered = 0;     // coins that the strategy keeps in the account: covered calls, basis
};

// The options of one coin, by series and by weight.
struct OptionShelf {
  std::vector<std::size_t> places;  // into universe.options
  std::vector<i64> weights;         // running sums of open interest, +1 each so that all can be drawn
  std::map<std::pair<Time, bool>, std::vector<std::size_t>> series;  // (expiry, is_call): by strike
};
OptionShelf shelf_of(const Universe& universe, u8 coin);

// `perpetual`: place of the coin's perpetual in universe.inverse.  The shelf may be empty; then the book has
// perpetuals only.  Never empty.
OptionBook draw_option_book(Prng& prng, const Universe& universe, const OptionShelf& shelf,
                            std::size_t perpetual);

// Coins of the underlying in one lot of a leg's instrument.
double coins_per_lot(const Universe& universe, const OptionLeg& leg);

// A rough estimate of initial margin in coin, only to size deposits: the engine's number is the one that
// counts.  standard: short-option formula and a rate on perpetuals.  portfolio: worst of a coarse grid.
double standard_margin_guess(const Universe& universe, const std::vector<OptionLeg>& legs);
double portfolio_margin_guess(const Universe& universe, const std::vector<OptionLeg>& legs);

// Coins paid for long options minus coins received for short ones.
double premium_paid(const Universe& universe, const std::vector<OptionLeg>& legs);

}  // namespace lockstep
