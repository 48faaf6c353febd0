// `lockstep doctor`: what an operator sends along with a question.  The self-test asks whether this build on
// this machine computes the bits that every other replica computes.
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <thread>

#include "apps/lockstep/options.h"
#include "apps/lockstep/replica_check.h"
#include "apps/lockstep/terminal.h"
#include "core/math/self_check.h"
#include "core/wire/codec.h"
#include "node/io/linux_disk.h"
#include "node/json/json.h"

namespace lockstep {
namespace {

struct Finding {
  std::string name, value;
  bool good = true;
};

std::string processor() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (!line.starts_with("model name")) continue;
    const std::size_t colon = line.find(": ");
    if (colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

std::string compiler() {
#if defined(__clang__)
  return "clang " __clang_version__;
#else
  return "gcc " __VERSION__;
#endif
}

std::string hex(u64 number) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(number));
  return text;
}

// The middle one of so many durable writes of 4 KiB, in microseconds.
Result<i64, Fault> durable_write_us(Disk& disk, const std::string& folder) {
  constexpr int rounds = 51;
  constexpr std::size_t block = 4096;
  const std::string path = folder + "/lockstep-doctor-" + std::to_string(::getpid());
  Result<std::unique_ptr<File>, Fault> file = disk.open(path, OpenMode::create);
  if (!file) return file.error();
  LinuxClock clock;
  std::vector<i64> times;
  const Bytes bytes(block, 0x5a);
  Result<Done, Fault> done = file.value()->preallocate(block * rounds);
  for (int i = 0; i < rounds && done; ++i) {
    const i64 started = clock.monotonic_us();
    done = file.value()->pwrite(block * static_cast<u64>(i), bytes);
    if (done) done = file.value()->sync();
    times.push_back(clock.monotonic_us() - started);
  }
  if (const Result<Done, Fault> removed = disk.remove(path); !removed) return removed.error();
  if (!done) return done.error();
  std::nth_element(times.begin(), times.begin() + rounds / 2, times.end());
  return times[rounds / 2];
}

Finding self_test() {
  const Result<Hash128, Fault> hash = replica_check_hash();
  if (!hash) return {"engine", hash.error().what, false};
  if (hash.value() == replica_check_expected)
    return {"engine", "as every replica has it, " + to_hex(hash.value())};
  return {"engine", to_hex(hash.value()) + ", but every replica has " + to_hex(replica_check_expected),
          false};
}

std::vector<Finding> findings() {
  utsname system{};
  ::uname(&system);
  std::vector<Finding> found{
      {"machine", std::string(system.sysname) + " " + system.release + " " + system.machine},
      {"processor", processor() + ", " + std::to_string(std::thread::hardware_concurrency()) + " threads"},
      {"compiler", compiler()},
      {"schema", std::to_string(schema_version)}};
  const bool exact = math::arithmetic_is_exact();
  found.push_back({"arithmetic",
                   exact ? "exact: nearest-even, no fused operations, no flushed subnormals" : "NOT exact",
                   exact});
  const u64 fingerprint = math::elementary_fingerprint();
  const bool equal = fingerprint == math::elementary_fingerprint_expected;
  found.push_back(
      {"functions",
       equal ? "as every replica has them, " + hex(fingerprint)
             : hex(fingerprint) + ", but every replica has " + hex(math::elementary_fingerprint_expected),
       equal});
  found.push_back(self_test());
  return found;
}

}  // namespace

int doctor_verb(const DoctorOptions& options) {
  std::vector<Finding> found = findings();
  if (!options.folder.empty()) {
    LinuxDisk disk;
    const Result<i64, Fault> us = durable_write_us(disk, options.folder);
    if (!us) return unusable(us.error());
    found.push_back({"durable write", grouped_decimal(us.value(), 0) + " us for 4 KiB in " + options.folder});
  }
  const bool well = std::all_of(found.begin(), found.end(), [](const Finding& f) { return f.good; });
  Json json;
  json.begin_object();
  Table table({false, false});
  for (const Finding& finding : found) {
    json.field(finding.name, finding.value);
    table.row({finding.name, finding.value});
  }
  json.field("well", well).end_object();
  if (options.json) {
    print_line(json.str());
  } else {
    print(table.str());
    print_line(well ? "well: this build may be a replica on this machine"
                    : "NOT well: this build must not be a replica on this machine");
  }
  return well ? exit_success : exit_negative;
}

}  // namespace lockstep
