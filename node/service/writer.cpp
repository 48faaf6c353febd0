#include "node/service/writer.h"

#include <algorithm>

#include "node/runtime/venue.h"

namespace lockstep::service {
namespace {

constexpr i64 turn_us = 50'000;  // of waiting for something to do, before looking around

}  // namespace

Writer::Writer(Node& node, Line& line)
    : node_(node), line_(line), hashed_(node.engine.state.position / hash_every) {
  node_.on_applied = [this](Time time, std::span<const Command> commands) { told(time, commands); };
}

void Writer::told(Time time, std::span<const Command> commands) {
  Written written;
  written.time = time;
  written.commands.assign(commands.begin(), commands.end());
  written.tickets = std::move(tickets_);
  tickets_.clear();
  written.tickets.resize(commands.size());
  const u64 due = node_.engine.state.position / hash_every;
  if (due != hashed_) {
    hashed_ = due;
    written.hash = state_hash(node_.engine);
  }
  line_.snapshot_position = node_.snapshot_position;
  line_.publish(std::move(written));
}

Result<Done, Fault> Writer::answer(Time time, i64 wait_us, bool fills) {
  const std::vector<Asking> asked = line_.take(wait_us);
  if (asked.empty()) return Done{};
  std::vector<Command> commands;
  std::vector<u64> tickets;
  for (const Asking& asking : asked) {
    commands.insert(commands.end(), asking.commands.begin(), asking.commands.end());
    tickets.resize(commands.size(), asking.ticket);
  }
  tickets_ = std::move(tickets);
  if (Result<Done, Fault> done = submit(node_, time, commands, {}); !done) return done;
  if (!fills) return Done{};
  const std::vector<Command> filled = fill_liquidations(node_.engine.state);
  if (filled.empty()) return Done{};
  return submit(node_, time, filled, {});
}

Result<Done, Fault> keep(Node& node, Line& line, Clock& clock, const KeepOptions& options) {
  Writer writer(node, line);
  u64 saved = node.engine.state.position;
  i64 next_tick_us = clock.monotonic_us();
  for (;;) {
    if (options.between) options.between();
    const bool ending = line.is_stopping();
    const i64 now_us = clock.monotonic_us();
    if (!ending && now_us >= next_tick_us) {
      const Command tick = Tick{};
      if (Result<Done, Fault> done = submit(node, Time::from_raw(clock.wall_us()), {&tick, 1}, {}); !done)
        return done;
      // After a pause one tick, not one for every that was missed.
      next_tick_us = std::max(next_tick_us + options.tick_us, now_us);
    }
    const i64 wait_us = ending ? 0 : std::clamp<i64>(next_tick_us - clock.monotonic_us(), 0, turn_us);
    if (Result<Done, Fault> done = writer.answer(Time::from_raw(clock.wall_us()), wait_us, false); !done)
      return done;
    const u64 position = node.engine.state.position;
    if (ending || position - saved >= options.snapshot_every) {
      if (position != saved) {
        if (Result<Done, Fault> done = take_snapshot(node); !done) return done;
      }
      saved = position;
    }
    if (ending) return Done{};
  }
}

}  // namespace lockstep::service
