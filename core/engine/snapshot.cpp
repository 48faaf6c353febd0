// A snapshot is the State's tables, encoded one after the other, behind a magic number and the schema
// version. Nothing derived is saved; it is rebuilt, and it depends on the State alone.
#include "core/engine/context.h"
#include "core/wire/codec.h"

namespace lockstep {
namespace {

constexpr u32 snapshot_magic = 0x504E534C;  // "LSNP"

bool consistent(const State& s) {
  return s.house.size() == s.assets.size() && s.markets.size() == s.instruments.size();
}

}  // namespace

void save(const Engine& engine, Bytes& out) {
  const State& s = engine.state;
  Writer writer(out);
  writer.integer(snapshot_magic);
  writer.integer(schema_version);
  writer.integer(s.time.raw());
  writer.integer(s.position);
  encode(writer, s.assets);
  encode(writer, s.house);
  encode(writer, s.indexes);
  encode(writer, s.rulebooks);
  encode(writer, s.instruments);
  encode(writer, s.markets);
  encode(writer, s.series);
  encode(writer, s.parties);
  encode(writer, s.accounts);
  encode(writer, s.sources);
  encode(writer, s.observations);
  encode(writer, s.replicas);
  encode(writer, s.sessions);
  encode(writer, s.feeds);
  encode(writer, s.agreement);
}

bool restore(std::span<const u8> bytes, Engine& engine) {
  Reader reader(bytes);
  State s;
  if (reader.integer<u32>() != snapshot_magic || reader.integer<u32>() != schema_version) return false;
  s.time = Time::from_raw(reader.integer<i64>());
  s.position = reader.integer<u64>();
  const bool read = decode(reader, s.assets) && decode(reader, s.house) && decode(reader, s.indexes) &&
                    decode(reader, s.rulebooks) && decode(reader, s.instruments) &&
                    decode(reader, s.markets) && decode(reader, s.series) && decode(reader, s.parties) &&
                    decode(reader, s.accounts) && decode(reader, s.sources) &&
                    decode(reader, s.observations) && decode(reader, s.replicas) &&
                    decode(reader, s.sessions) && decode(reader, s.feeds) && decode(reader, s.agreement);
  if (!read || !reader.done() || !consistent(s)) return false;
  engine.state = std::move(s);
  engine.trial = Account{};
  rebuild_lookup(engine.state, engine.lookup);
  mark_all_dirty(engine.digests, engine.state);
  engine.risk = RiskBook{};
  return true;
}

}  // namespace lockstep
