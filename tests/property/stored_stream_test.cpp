// The log that the determinism matrix replays (tests/determinism/replay.cpp), made from two streams.  It is
// stored, so that the matrix needs no build of the node and old logs stay readable.  When a schema change
// makes it unreadable, LOCKSTEP_REWRITE=1 writes it anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "core/wire/codec.h"
#include "tests/property/stream.h"

namespace lockstep::property {
namespace {

const std::string path = std::string(LOCKSTEP_SOURCE_DIR) + "/tests/determinism/logs/stream.bin";
constexpr u64 seed = 11;
constexpr u64 steps = 3'000;
constexpr std::size_t batch_max = 20;

// Frames: i64 log time, u32 size, command batch.  Commands of one moment share a frame, up to batch_max.
Bytes make_log() {
  Bytes log;
  Writer writer(log);
  Engine engine;
  Stream stream(seed);
  std::vector<Command> batch;
  Time time;
  const auto flush = [&] {
    if (batch.empty()) return;
    const Bytes payload = encode_batch(batch);
    writer.integer(time.raw());
    writer.integer(static_cast<u32>(payload.size()));
    writer.bytes(payload);
    batch.clear();
  };
  for (u64 i = 0; i < steps; ++i) {
    Step step = stream.next(engine);
    apply(engine, step.at, step.command);
    if (step.at != time || batch.size() == batch_max) flush();
    time = step.at;
    batch.push_back(std::move(step.command));
  }
  flush();
  return log;
}

Bytes stored_log() {
  std::ifstream file(path, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(file), {});
}

TEST(StoredStream, IsReadableAndDoesWhatAStreamDoes) {
  if (std::getenv("LOCKSTEP_REWRITE") != nullptr) {
    const Bytes log = make_log();
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(log.data()), static_cast<std::streamsize>(log.size()));
  }
  const Bytes log = stored_log();
  Engine engine;
  u64 accepted = 0;
  Reader reader(log);
  while (reader.left() > 0) {
    const Time time = Time::from_raw(reader.integer<i64>());
    std::vector<Command> commands;
    ASSERT_TRUE(decode_batch(reader.bytes(reader.integer<u32>()), commands))
        << path << " is of another schema version; LOCKSTEP_REWRITE=1 writes it anew";
    for (const Command& command : commands) accepted += apply(engine, time, command).accepted() ? 1 : 0;
  }
  EXPECT_EQ(engine.state.position, steps);
  EXPECT_GT(accepted, steps / 2);
  EXPECT_FALSE(engine.state.series.empty());
}

}  // namespace
}  // namespace lockstep::property
