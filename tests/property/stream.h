// A seeded stream of commands over every kind of instrument and account: mostly sensible ones, some that must
// be refused, and some with one field replaced by noise.  The same seed gives the same stream on every
// machine (core/base/prng.h), so a failing test is repeated by its seed.
//
// The stream looks at the engine's state to stay sensible (which orders are open, what time it is), so every
// command must be applied before the next is drawn.
#pragma once

#include <vector>

#include "core/base/prng.h"
#include "core/engine/engine.h"
#include "tests/property/market.h"

namespace lockstep::property {

// The two rulebooks that the streams run under.
const std::vector<Rulebook>& rulebooks();

struct Step {
  Time at;
  Command command;
};

class Stream {
 public:
  explicit Stream(u64 seed) : prng_(seed) {}
  Step next(const Engine& engine);

 private:
  Command draw(const State& state);
  Command draw_money(const State& state);
  Command draw_order(const State& state);
  Command draw_order_change(const State& state);
  Command draw_fill(const State& state);
  Command draw_fill_of_order(const State& state, const Account& account, AccountId id);
  Command draw_index_prices(const State& state);
  Command draw_observations(const State& state);
  void push_impact(const State& state, Observations& batch);
  Command draw_mark_prices(const State& state);
  Command draw_smile(const State& state);
  Command draw_settlement(const State& state);
  Command draw_setting(const State& state);
  Command draw_epoch(const State& state);
  Command draw_agreement(const State& state);
  Command draw_ready(const State& state);
  Command draw_feeds(const State& state);
  Command as_request(const State& state, const Command& command);

  template <class Batch>
  void take_source(const State& state, Batch& batch);
  AccountId any_account(const State& state);
  InstrumentId any_instrument(const State& state);
  InstrumentId instrument_for(const State& state, const Account& account);
  Price near_price(const State& state, InstrumentId id, i64 spread_ppm);
  Lots any_lots(const Instrument& instrument);
  Side any_side() { return prng_.chance(1, 2) ? Side::buy : Side::sell; }

  Prng prng_;
  std::size_t setup_done_ = 0;
  OrderId order_ = 0;
  Time now_ = first_moment;
};

// Replaces one field of the command, at any depth, by noise.
void add_noise(Command& command, Prng& prng);

}  // namespace lockstep::property
