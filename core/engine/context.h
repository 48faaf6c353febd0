// What the handlers of one command share.  Private to core/engine.  Each handler checks in the documented
// order, returns the first refusal, and writes only after the last check.
#pragma once

#include "core/engine/engine.h"
#include "core/ledger/ledger.h"
#include "core/units/limits.h"

namespace lockstep {

struct Context {
  Engine& engine;
  Outcome& outcome;
  Time now;
  u64 position;

  State& state() { return engine.state; }
  void emit(const Event& event) { outcome.events.push_back(event); }
  void touch(Kind kind, u32 index) { mark_dirty(engine.digests, kind, index); }
};

// One handler a command; grouped by file: registry, money, orders, fills, prices, settlement, epochs, tick,
// requests, agreement, feeds.
Refusal handle(Context& c, const RegisterAsset& command);
Refusal handle(Context& c, const RegisterIndex& command);
Refusal handle(Context& c, const RegisterInstrument& command);
Refusal handle(Context& c, const OpenParty& command);
Refusal handle(Context& c, const OpenAccount& command);
Refusal handle(Context& c, const SetMarginMode& command);
Refusal handle(Context& c, const SetLeverage& command);
Refusal handle(Context& c, const SetProtection& command);
Refusal handle(Context& c, const Deposit& command);
Refusal handle(Context& c, const Withdraw& command);
Refusal handle(Context& c, const Transfer& command);
Refusal handle(Context& c, const AdjustIsolated& command);
Refusal handle(Context& c, const PlaceOrder& command);
Refusal handle(Context& c, const AmendOrder& command);
Refusal handle(Context& c, const CancelOrder& command);
Refusal handle(Context& c, const Fill& command);
Refusal handle(Context& c, const IndexPrices& command);
Refusal handle(Context& c, const MarkPrices& command);
Refusal handle(Context& c, const VolatilitySurface& command);
Refusal handle(Context& c, const ForwardCurve& command);
Refusal handle(Context& c, const FundingRate& command);
Refusal handle(Context& c, const Settle& command);
Refusal handle(Context& c, const Expire& command);
Refusal handle(Context& c, const ProposeRulebook& command);
Refusal handle(Context& c, const ScheduleEpoch& command);
Refusal handle(Context& c, const CancelEpoch& command);
Refusal handle(Context& c, const ApproveEpoch& command);
Refusal handle(Context& c, const Instruction& command);
Refusal handle(Context& c, const Tick& command);
Refusal handle(Context& c, const Request& command);
Refusal handle(Context& c, const RegisterReplica& command);
Refusal handle(Context& c, const RetireReplica& command);
Refusal handle(Context& c, const EpochReady& command);
Refusal handle(Context& c, const PlanUpgrade& command);
Refusal handle(Context& c, const UpgradeReady& command);
Refusal handle(Context& c, const CancelUpgrade& command);
Refusal handle(Context& c, const SetResumeRule& command);
Refusal handle(Context& c, const FeedStatus& command);
Refusal handle(Context& c, const Observations& command);
Refusal handle(Context& c, const AdjustFund& command);

// Ids inside their table.
bool known(const State& state, AssetId id);
bool known(const State& state, IndexId id);
bool known(const State& state, InstrumentId id);
bool known(const State& state, PartyId id);
bool known(const State& state, AccountId id);
bool known(const State& state, RulebookId id);
bool known(const State& state, ReplicaId id);  // and not retired
bool valid_name(std::string_view name);
// A price of a perpetual, future or spot at which no holding is beyond the limits: up to price_max, and for
// an inverse contract, which is worth most at the lowest price, from one tick on.
bool price_in_range(const Instrument& instrument, Price price);

// account.cpp.  A copy to try a command on, and its way into the state: asserts that money is conserved.
Account& try_on(Context& c, AccountId account);
void commit(Context& c, AccountId account, const Change& change);
// The legs that this account may trade.
bool leg_fits(const Account& account, Leg leg);
// Removes the order from the account (trial or live) and from the waiting list.
void end_order(Context& c, Account& account, AccountId id, OrderId order, OrderEnd reason);
// Reduce-only orders of a holding that has gone, or changed sides, have nothing left to reduce.
void end_idle_reduce_only(Context& c, Account& account, AccountId id, InstrumentId instrument, Leg leg);

// registry.cpp and orders.cpp: the checks of a command without the judgement of margin, and what they admit.
// Shared with adopt.cpp.
Refusal check_open(Context& c, const OpenAccount& command);
void add_account(Context& c, const OpenAccount& command);
void set_leverage(Account& account, InstrumentId instrument, Rate leverage);
Refusal check_new_order(Context& c, const PlaceOrder& command, Order& order);  // order: as it would be placed
void insert_order(Account& account, const Order& order);

// rules.cpp.  What the rulebook allows in principle.
Refusal check_image(const State& state, const Rulebook& rules);
bool has_parameters(const State& state, const Rulebook& rules, const Instrument& instrument);
Refusal check_mode(const Rulebook& rules, MarginMode mode, bool pooled, Outcome& outcome);
Rate leverage_max(const State& state,
                  InstrumentId instrument);  // 0: the rulebook does not know leverage here
Rate leverage_for(const State& state, const Account& account, InstrumentId instrument);

// judge.cpp.  Whether the account may go from what it is to `after`: methodology 4.12.  Fills the outcome's
// details.
Refusal judge(Context& c, AccountId account, const Account& after, Action action);

// tick.cpp.  Every option is valued anew at the state's time.
void value_options(Context& c);

// margin_states.cpp.  Assesses the account, into the engine's scratch, and gives it the state and the call
// that follow; false: prices are missing and nothing was decided.
bool renew_state(Context& c, AccountId account);
// Whether the account may only reduce what it holds.
bool confined(const State& state, const Account& account);

// grace.cpp.  An epoch has just come into force behind `previous`, whose risk book this was: those whom it,
// and not the market, carries below maintenance get its grace.
void give_grace(Context& c, RulebookId rulebook, u32 previous, RiskBook& before);
// Whether the pool is not to be liquidated at `now`, because what its graces took explains what it lacks.
bool waits(const Scheme& scheme, const Account& account, const PoolTotals& pool, Time now);
// Ends the graces of every pool that does not wait, each with its reason, and what expired of the others.
void end_graces(Context& c, AccountId account, const Assessment& assessment);
// Until when the account has grace; 0: it has none.
Time grace_until(const Account& account);

// triggers.cpp.  Fires the waiting orders of an instrument whose mark or index changed, in order of (account,
// order).
void fire_triggers(Context& c, InstrumentId instrument);
void add_waiting(Lookup& lookup, InstrumentId instrument, AccountId account, OrderId order);
void remove_waiting(Lookup& lookup, InstrumentId instrument, AccountId account, OrderId order);
// The price that a stop order looks at; 0 if it was never received.
Price reference_price(const State& state, const Order& order);
bool trigger_met(const Order& order, Price reference);

// requests.cpp.  Ends the sessions of clients that have been idle for a week.
void end_idle_sessions(Context& c);

// agreement.cpp.  What every command begins and ends with, besides epochs.
void notice_jump(Context& c);      // before the state takes the new time
void advance_upgrade(Context& c);  // the deadline of a planned upgrade, and its position
void count_outputs(Context& c);    // numbers the outcome's events
void add_ready(std::vector<ReplicaId>& ready, ReplicaId replica);  // once, ascending

// epochs.cpp.  Activates what is due at this position and time.
void activate_due_epochs(Context& c);

// funding.cpp.  The row by which the engine makes the funding of an instrument, or nullptr; and what is due
// at a tick.
const FundingRow* made_funding(Context& c, InstrumentId instrument);
void charge_funding(Context& c);

// prices.cpp.  What every batch from a source is held to, and the mark it leaves.
Refusal check_batch(const State& state, u16 source, u64 sequence, std::size_t rows);
Stamp stamp(Context& c, u16 source, u64 sequence);

// lookup.cpp
void rebuild_lookup(const State& state, Lookup& lookup);
void list_scheduled(const State& state,
                    Lookup& lookup);  // after an epoch was scheduled, cancelled or activated

}  // namespace lockstep
