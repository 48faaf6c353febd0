// Replays logs and prints what became of them, as hashes: the program of the determinism matrix
// (tests/determinism/run), which compiles it for many machines and compares every byte that it prints.
// Nothing but core/ and the C++ library.
//
//   replay FILE...
//
// A file is a sequence of frames: i64 log time, u32 size, then as many bytes of a command batch
// (core/wire/codec.h).  tests/property/stored_stream_test.cpp makes the stored one.
#include <cstdio>

#include "core/engine/engine.h"
#include "core/wire/codec.h"

namespace {

using namespace lockstep;

// Every so many commands the margin of every account goes into the hash, explained: the numbers that a
// platform would show, not only those that happened to decide something.
constexpr u64 assess_every = 100;

bool read_file(const char* path, Bytes& bytes) {
  std::FILE* file = std::fopen(path, "rb");
  if (file == nullptr) return false;
  u8 buffer[65536];
  for (std::size_t size; (size = std::fread(buffer, 1, sizeof buffer, file)) > 0;) {
    bytes.insert(bytes.end(), buffer, buffer + size);
  }
  std::fclose(file);
  return true;
}

// A running hash of everything that was said.
struct Digest {
  Hash128 hash;
  u64 count = 0;
  Bytes bytes;

  void close() {
    Writer writer(bytes);
    writer.integer(hash.high);
    writer.integer(hash.low);
    hash = hash_bytes(bytes);
    bytes.clear();
    ++count;
  }
};

void add(Digest& digest, const Outcome& outcome) {
  Writer writer(digest.bytes);
  writer.integer(static_cast<u16>(outcome.refusal));
  writer.integer(outcome.missing.raw());
  encode(writer, outcome.events);
  digest.close();
}

void add(Digest& digest, const Assessment& assessment, const Statement& statement) {
  Writer writer(digest.bytes);
  for (const PoolTotals& pool : assessment.pools) {
    for (const Value value :
         {pool.equity, pool.margin_balance, pool.initial, pool.maintenance, pool.available}) {
      writer.integer(value.raw());
    }
  }
  writer.integer(static_cast<u8>(assessment.state));
  writer.integer(static_cast<u8>(assessment.obstacle));
  for (const StatementLine& line : statement.lines) {
    writer.text(line.label);
    writer.integer(line.amount.raw());
    for (const StatementInput& input : line.inputs) writer.text(input.value);
  }
  digest.close();
}

void assess_all(Engine& engine, Digest& digest) {
  for (u32 i = 0; i < engine.state.accounts.size(); ++i) {
    Statement statement;
    const Assessment assessment = assess_account(engine, AccountId{i}, &statement);
    add(digest, assessment, statement);
  }
}

bool replay(const Bytes& log, Engine& engine, Digest& outcomes, Digest& margins, u64& refused) {
  Reader reader(log);
  while (reader.left() > 0) {
    const Time time = Time::from_raw(reader.integer<i64>());
    std::vector<Command> commands;
    if (!decode_batch(reader.bytes(reader.integer<u32>()), commands)) return false;
    for (const Command& command : commands) {
      const Outcome outcome = apply(engine, time, command);
      refused += outcome.accepted() ? 0 : 1;
      add(outcomes, outcome);
      if (engine.state.position % assess_every == 0) assess_all(engine, margins);
    }
  }
  return !reader.failed();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: replay FILE...\n");
    return 2;
  }
  for (int i = 1; i < argc; ++i) {
    Bytes log;
    if (!read_file(argv[i], log)) {
      std::fprintf(stderr, "%s: cannot be read\n", argv[i]);
      return 2;
    }
    Engine engine;
    Digest outcomes;
    Digest margins;
    u64 refused = 0;
    if (!replay(log, engine, outcomes, margins, refused)) {
      std::fprintf(stderr, "%s: not a log of this schema version\n", argv[i]);
      return 2;
    }
    std::printf("outcomes %s   of %llu, %llu refused\n", to_hex(outcomes.hash).c_str(),
                static_cast<unsigned long long>(outcomes.count), static_cast<unsigned long long>(refused));
    std::printf("margins  %s   of %llu\n", to_hex(margins.hash).c_str(),
                static_cast<unsigned long long>(margins.count));
    std::printf("state %s at %llu\n", to_hex(state_hash(engine)).c_str(),
                static_cast<unsigned long long>(engine.state.position));
  }
  return 0;
}
