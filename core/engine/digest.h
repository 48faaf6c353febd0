// The state hash, kept incrementally.  Every entity has a digest of its kind, its id and its encoding; the
// state hash is the sum of all digests modulo 2^128, so it does not care in which order entities changed.  A
// change only marks the entity; the digest is renewed when somebody asks, which makes a hundred changes of
// one price cost one digest.
#pragma once

#include <array>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/hash.h"
#include "core/model/state.h"

namespace lockstep {

// Tables of the State.  series, sources and observations are short and shift when rows come in: each is one
// entity as a whole.
enum class Kind : u8 {
  asset,
  house,
  index,
  instrument,
  market,
  series,
  party,
  account,
  rulebook,
  source,
  observation
};
constexpr std::size_t kind_count = 11;

struct Digests {
  struct Table {
    std::vector<Hash128> digest;
    std::vector<u8> is_dirty;
    std::vector<u32> dirty;
  };
  std::array<Table, kind_count> tables;
  Hash128 sum;
  Bytes scratch;
};

// The entity changed or is new.  For series, sources and observations `index` is 0.
void mark_dirty(Digests& digests, Kind kind, u32 index);
// Everything is new: after a restore.
void mark_all_dirty(Digests& digests, const State& state);
// Renews what is dirty and returns the sum.
Hash128 renew(Digests& digests, const State& state);

}  // namespace lockstep
