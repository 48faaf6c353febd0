// A market wide enough for every rulebook: dollars, six coins, perpetuals, futures and options on each, as
// far as the rulebook takes them; and accounts drawn from it.  For property tests and benchmarks over all
// rulebooks.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/prng.h"
#include "core/engine/engine.h"

namespace lockstep::world {

struct World {
  std::unique_ptr<Engine> engine;
  std::vector<InstrumentId> instruments;  // that the rulebook takes
};

// reversed: instruments get their ids in the opposite order.
World world_of(const Rulebook& rules, bool reversed = false);

// Those of the world that an account of this scheme can hold alone.
std::vector<InstrumentId> usable(World& world, const Scheme& scheme);

struct Draw {
  std::string instrument;
  Value worth;  // signed, quote units; entered at the mark
};
// So many different instruments; with an exclusive scheme of one base asset.
std::vector<Draw> draw(World& world, const std::vector<InstrumentId>& from, const Scheme& scheme,
                       std::size_t count, Prng& prng);

// An account that holds this, on `cash` of the asset that it settles in (pooled: of the rulebook's money).
Account account_of(const World& world, const Scheme& scheme, const std::vector<Draw>& draws, Amount cash);

}  // namespace lockstep::world
