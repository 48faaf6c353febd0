// `lockstep shadow`: a recorded log once as it was, and once as if the newest behaviour of this build had
// been in force from some position on; what would have been different.
#include "apps/lockstep/options_sync.h"
#include "apps/lockstep/terminal.h"
#include "core/wire/codec.h"
#include "node/io/linux_disk.h"
#include "node/json/json.h"
#include "node/runtime/node.h"
#include "node/sync/quarantine.h"

namespace lockstep {
namespace {

struct Difference {
  u64 commands = 0;                                   // compared
  u64 refusals = 0;                                   // that one of the two gave
  u64 events = 0;                                     // commands with other events
  std::string first;                                  // position and command
  std::string entity;                                 // at the end: the first that differs
  std::vector<std::pair<std::string, u64>> entities;  // differing, by table
};

Bytes events_of(const Outcome& outcome) {
  Bytes bytes;
  Writer writer(bytes);
  encode(writer, outcome.events);
  return bytes;
}

std::string inner_name(const Command& command) {
  const Request* request = std::get_if<Request>(&command);
  Command inner;
  if (request == nullptr) return std::string(command_name(command));
  const std::span<const u8> bytes(reinterpret_cast<const u8*>(request->command.data()),
                                  request->command.size());
  return std::string(decode(bytes, inner) ? command_name(inner) : command_name(command));
}

Result<Difference, Fault> compare(Log& log, u64 from) {
  Result<std::unique_ptr<LogCursor>, Fault> cursor = log.read(log.first_index());
  if (!cursor) return cursor.error();
  const auto was = std::make_unique<Engine>();
  const auto would_be = std::make_unique<Engine>();
  Difference d;
  std::vector<Command> commands;
  for (;;) {
    const Result<const Frame*, Fault> next = cursor.value()->next();
    if (!next) return next.error();
    if (next.value() == nullptr) break;
    commands.clear();
    if (!decode_batch(next.value()->payload, commands)) {
      return Fault{"frame " + std::to_string(next.value()->index) + " cannot be read by this build",
                   FaultKind::corrupt};
    }
    for (const Command& command : commands) {
      const u64 at = was->state.position;
      if (at >= from) would_be->state.agreement.behaviour = would_be->build->newest;
      const Outcome one = apply(*was, next.value()->log_time, command);
      const Outcome other = apply(*would_be, next.value()->log_time, command);
      d.commands += 1;
      const bool refusal = one.refusal != other.refusal;
      const bool events = events_of(one) != events_of(other);
      d.refusals += refusal ? 1 : 0;
      d.events += events ? 1 : 0;
      if (d.first.empty() && (refusal || events))
        d.first = inner_name(command) + " at position " + std::to_string(at);
    }
  }
  would_be->state.agreement = was->state.agreement;  // which differs by what was asked
  d.entity = first_difference(*was, *would_be);
  for (std::size_t k = 0; k < kind_count; ++k) {
    const auto& a = was->digests.tables[k].digest;
    const auto& b = would_be->digests.tables[k].digest;
    u64 count = 0;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) count += a[i] == b[i] ? 0 : 1;
    if (count != 0) d.entities.emplace_back(std::string(kind_name(static_cast<Kind>(k))), count);
  }
  return d;
}

}  // namespace

int shadow_verb(const ShadowOptions& options) {
  LinuxDisk disk;
  Result<std::unique_ptr<EmbeddedLog>, Fault> log = open_to_read(disk, options.folder);
  if (!log) return unusable(log.error());
  if (log.value()->first_index() != 1) {
    return unusable(
        options.folder +
        ": the log here does not begin at its beginning; choose a replica that was there from the start");
  }
  const Result<Difference, Fault> found = compare(*log.value(), options.from);
  if (!found) return unusable(found.error());
  const Difference& d = found.value();
  const bool same = d.first.empty() && d.entity.empty();
  if (options.json) {
    Json json;
    json.begin_object().field("behaviour", build_in_use->newest).field("commands", d.commands);
    json.field("refusals", d.refusals)
        .field("events", d.events)
        .field("first", d.first)
        .field("entity", d.entity);
    json.key("differing").begin_object();
    for (const auto& [table, count] : d.entities) json.field(table, count);
    json.end_object().end_object();
    print_line(json.str());
    return same ? exit_success : exit_negative;
  }
  print_line("behaviour " + std::to_string(build_in_use->newest) + " from position " +
             std::to_string(options.from) + ", over " + grouped_decimal(i128{d.commands}, 0) + " commands");
  if (same) {
    print_line("nothing would have been different");
    return exit_success;
  }
  if (!d.first.empty()) print_line("first other outcome: " + d.first);
  print_line("commands refused by one only: " + std::to_string(d.refusals) +
             ", with other events: " + std::to_string(d.events));
  if (!d.entity.empty()) print_line("first entity that differs at the end: " + d.entity);
  for (const auto& [table, count] : d.entities)
    print_line("  " + table + " " + grouped_decimal(i128{count}, 0));
  return exit_negative;
}

}  // namespace lockstep
