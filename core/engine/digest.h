// The state hash as a tree, kept incrementally: root, sections, entities.  Every entity has a digest of its
// kind, its id and its encoding; a section's hash is the sum of its digests modulo 2^128, so it does not care
// in which order entities changed; the root hashes the sections.  Two replicas that differ compare sections,
// then the digests of one section, and know the entity.  A change only marks the entity; the digest is
// renewed when somebody asks, which makes a hundred changes of one price cost one digest.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/hash.h"
#include "core/model/state.h"

namespace lockstep {

// Tables of the State.  series, sources, observations and feeds shift when rows come in: each is one
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
  observation,
  replica,
  session,
  feed,
  agreement
};
constexpr std::size_t kind_count = 15;

struct Digests {
  struct Table {
    std::vector<Hash128> digest;
    std::vector<u8> is_dirty;
    std::vector<u32> dirty;
    Hash128 sum;  // the section
  };
  std::array<Table, kind_count> tables;
  Bytes scratch;
};

// The entity changed or is new.  For series, sources, observations, feeds and the agreement `index` is 0.
void mark_dirty(Digests& digests, Kind kind, u32 index);
// Everything is new: after a restore.
void mark_all_dirty(Digests& digests, const State& state);
// Renews what is dirty and returns the hash of all sections.
Hash128 renew(Digests& digests, const State& state);

std::string_view kind_name(Kind kind);

}  // namespace lockstep
