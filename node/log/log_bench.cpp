// Figures of the embedded log on a real folder: durable commands per second in group commit, and recovery.
// Commands are 64 bytes.  The folder is below LOCKSTEP_BENCH_DIR, or the working directory: the disk under it
// is what is measured, so it must not be a memory file system.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>

#include "node/io/linux_disk.h"
#include "node/log/embedded.h"

namespace lockstep {
namespace {

constexpr u64 command_size = 64;
constexpr u64 recovery_commands = 10'000'000;

std::string bench_folder() {
  const char* parent = std::getenv("LOCKSTEP_BENCH_DIR");
  return std::string(parent == nullptr ? "." : parent) + "/log_bench.tmp";
}

// Stops the benchmark with the fault's own line.
bool failed(benchmark::State& state, const Fault& fault) {
  state.SkipWithError(fault.what.c_str());
  return true;
}

bool append(benchmark::State& state, EmbeddedLog& log, std::span<const u8> payload) {
  const LogTail tail = log.tail();
  const Result<Done, Fault> done =
      log.append(tail.index + 1, {.term = 1,
                                  .first_position = tail.position,
                                  .count = static_cast<u32>(payload.size() / command_size),
                                  .log_time = tail.log_time,
                                  .payload = payload});
  return done ? false : failed(state, done.error());
}

// One frame of `range(0)` commands, one sync: what a sequencer does with a batch.
void append_durable(benchmark::State& state) {
  const std::string folder = bench_folder();
  std::filesystem::remove_all(folder);
  LinuxDisk disk;
  Result<std::unique_ptr<EmbeddedLog>, Fault> log = EmbeddedLog::open(disk, folder, {});
  if (!log) {
    failed(state, log.error());
    return;
  }
  const u64 commands = static_cast<u64>(state.range(0));
  const Bytes payload(commands * command_size, u8{0x5a});
  for (auto _ : state) {
    if (append(state, *log.value(), payload)) break;
    const Result<Done, Fault> synced = log.value()->sync();
    if (!synced && failed(state, synced.error())) break;
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["bytes_per_frame"] = static_cast<double>(frame_header_size + payload.size());
  std::filesystem::remove_all(folder);
}
BENCHMARK(append_durable)
    ->Arg(1)
    ->Arg(64)
    ->Arg(1024)
    ->Arg(4096)
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);

// Encoding alone, without a disk: the processor's part of an append.
void encode(benchmark::State& state) {
  const Bytes payload(static_cast<u64>(state.range(0)) * command_size, u8{0x5a});
  LogTail tail = genesis(0);
  Sha256 sha256;
  Bytes out;
  for (auto _ : state) {
    out.clear();
    encode_frame(tail, 0, 0, {.first_position = tail.position, .payload = payload}, sha256, out);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(encode)->Arg(1)->Arg(1024);

// Opening a log of ten million commands in frames of 1,024: every checksum and the whole chain are checked.
// The files come from the page cache.
void recover_log(benchmark::State& state) {
  const std::string folder = bench_folder();
  std::filesystem::remove_all(folder);
  LinuxDisk disk;
  {
    Result<std::unique_ptr<EmbeddedLog>, Fault> log = EmbeddedLog::open(disk, folder, {});
    if (!log) {
      failed(state, log.error());
      return;
    }
    const Bytes payload(1024 * command_size, u8{0x5a});
    while (log.value()->tail().position < recovery_commands) {
      if (append(state, *log.value(), payload)) return;
    }
    const Result<Done, Fault> synced = log.value()->sync();
    if (!synced && failed(state, synced.error())) return;
  }
  u64 commands = 0;
  for (auto _ : state) {
    const Result<std::unique_ptr<EmbeddedLog>, Fault> log = EmbeddedLog::open(disk, folder, {});
    if (!log && failed(state, log.error())) break;
    commands += log.value()->tail().position;
  }
  state.SetItemsProcessed(static_cast<i64>(commands));
  std::filesystem::remove_all(folder);
}
BENCHMARK(recover_log)->UseRealTime()->Unit(benchmark::kMillisecond)->MinTime(2);

}  // namespace
}  // namespace lockstep
