#include "core/engine/digest.h"

#include "core/wire/codec.h"

namespace lockstep {
namespace {

void encode_entity(Writer& out, const State& state, Kind kind, u32 index) {
  switch (kind) {
    case Kind::asset: return encode(out, state.assets[index]);
    case Kind::house: return encode(out, state.house[index]);
    case Kind::index: return encode(out, state.indexes[index]);
    case Kind::instrument: return encode(out, state.instruments[index]);
    case Kind::market: return encode(out, state.markets[index]);
    case Kind::series: return encode(out, state.series);
    case Kind::party: return encode(out, state.parties[index]);
    case Kind::account: return encode(out, state.accounts[index]);
    case Kind::rulebook: return encode(out, state.rulebooks[index]);
    case Kind::source: return encode(out, state.sources);
    case Kind::observation: return encode(out, state.observations);
    case Kind::replica: return encode(out, state.replicas[index]);
    case Kind::session: return encode(out, state.sessions[index]);
    case Kind::feed: return encode(out, state.feeds);
    case Kind::agreement: return encode(out, state.agreement);
  }
  LS_ASSERT(false);
}

void mark_range(Digests& digests, Kind kind, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) mark_dirty(digests, kind, static_cast<u32>(i));
}

}  // namespace

void mark_dirty(Digests& digests, Kind kind, u32 index) {
  Digests::Table& table = digests.tables[static_cast<std::size_t>(kind)];
  if (index >= table.digest.size()) {
    table.digest.resize(index + 1);
    table.is_dirty.resize(index + 1);
  }
  if (table.is_dirty[index] != 0) return;
  table.is_dirty[index] = 1;
  table.dirty.push_back(index);
}

void mark_all_dirty(Digests& digests, const State& state) {
  digests = Digests{};
  mark_range(digests, Kind::asset, state.assets.size());
  mark_range(digests, Kind::house, state.house.size());
  mark_range(digests, Kind::index, state.indexes.size());
  mark_range(digests, Kind::instrument, state.instruments.size());
  mark_range(digests, Kind::market, state.markets.size());
  mark_range(digests, Kind::series, state.series.empty() ? 0 : 1);
  mark_range(digests, Kind::party, state.parties.size());
  mark_range(digests, Kind::account, state.accounts.size());
  mark_range(digests, Kind::rulebook, state.rulebooks.size());
  mark_range(digests, Kind::source, state.sources.empty() ? 0 : 1);
  mark_range(digests, Kind::observation, state.observations.empty() ? 0 : 1);
  mark_range(digests, Kind::replica, state.replicas.size());
  mark_range(digests, Kind::session, state.sessions.size());
  mark_range(digests, Kind::feed, state.feeds.empty() ? 0 : 1);
  mark_range(digests, Kind::agreement, 1);
}

Hash128 renew(Digests& digests, const State& state) {
  // The agreement is there from the beginning, before any command has touched it.
  if (digests.tables[static_cast<std::size_t>(Kind::agreement)].digest.empty()) {
    mark_dirty(digests, Kind::agreement, 0);
  }
  for (std::size_t k = 0; k < kind_count; ++k) {
    Digests::Table& table = digests.tables[k];
    for (const u32 index : table.dirty) {
      digests.scratch.clear();
      Writer writer(digests.scratch);
      writer.integer(static_cast<u8>(k));
      writer.integer(index);
      encode_entity(writer, state, static_cast<Kind>(k), index);
      const Hash128 fresh = hash_bytes(digests.scratch);
      table.sum = table.sum - table.digest[index] + fresh;
      table.digest[index] = fresh;
      table.is_dirty[index] = 0;
    }
    table.dirty.clear();
  }
  digests.scratch.clear();
  Writer writer(digests.scratch);
  for (const Digests::Table& table : digests.tables) {
    writer.integer(table.sum.high);
    writer.integer(table.sum.low);
  }
  return hash_bytes(digests.scratch);
}

std::string_view kind_name(Kind kind) {
  static constexpr std::array<std::string_view, kind_count> names = {
      "assets",    "house",   "indexes",      "instruments", "markets",  "series", "parties",  "accounts",
      "rulebooks", "sources", "observations", "replicas",    "sessions", "feeds",  "agreement"};
  return names[static_cast<std::size_t>(kind)];
}

}  // namespace lockstep
