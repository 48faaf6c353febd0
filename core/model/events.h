// What follows from an accepted command, beyond the fact that it was accepted.  A pure function of state and
// command, in a defined order; a consumer identifies an event by (position, index in the command).
//
// size: one list of what follows, in the order of the wire.
#pragma once

#include <string_view>
#include <variant>
#include <vector>

#include "core/model/commands.h"

namespace lockstep {

// A registration or opening got this id.
struct Registered {
  static constexpr std::string_view name_of = "registered";
  u32 id = 0;
  LS_FIELDS(f("id", s.id))
};

struct OrderTriggered {
  static constexpr std::string_view name_of = "order_triggered";
  AccountId account;
  OrderId order = 0;
  LS_FIELDS(f("account", s.account), f("order", s.order))
};

enum class OrderEnd : u8 {
  cancelled,
  filled,
  lapsed,
  refused_at_trigger,
  protection,
  reduce_only,
  expired,
  liquidation
};
struct OrderEnded {
  static constexpr std::string_view name_of = "order_ended";
  AccountId account;
  OrderId order = 0;
  OrderEnd reason = OrderEnd::cancelled;
  LS_FIELDS(f("account", s.account), f("order", s.order), f("reason", s.reason))
};

struct HoldingChanged {
  static constexpr std::string_view name_of = "holding_changed";
  AccountId account;
  InstrumentId instrument;
  Leg leg = Leg::net;
  Lots lots;       // after
  Value realised;  // by this command, in the settlement asset
  LS_FIELDS(f("account", s.account), f("instrument", s.instrument), f("leg", s.leg), f("lots", s.lots),
            f("realised", s.realised))
};

// A holding's isolated margin did not cover its loss at the close; the fund paid.
struct FundPaid {
  static constexpr std::string_view name_of = "fund_paid";
  AccountId account;
  InstrumentId instrument;
  Amount amount;
  LS_FIELDS(f("account", s.account), f("instrument", s.instrument), f("amount", s.amount))
};

struct ProtectionTriggered {
  static constexpr std::string_view name_of = "protection_triggered";
  AccountId account;
  Time frozen_until;
  LS_FIELDS(f("account", s.account), f("frozen_until", s.frozen_until))
};

// before, after: hash of all entities just before the epoch came into force and just behind: with these in
// the numbered outputs, every replica says on both sides what it held.
struct EpochActivated {
  static constexpr std::string_view name_of = "epoch_activated";
  RulebookId rulebook;
  u32 epoch = 0;
  u128 before = 0;
  u128 after = 0;
  LS_FIELDS(f("rulebook", s.rulebook), f("epoch", s.epoch), f("before", s.before), f("after", s.after))
};

struct MarginStateChanged {
  static constexpr std::string_view name_of = "margin_state_changed";
  AccountId account;
  MarginState from = MarginState::normal;
  MarginState to = MarginState::normal;
  LS_FIELDS(f("account", s.account), f("from", s.from), f("to", s.to))
};

// One instrument was settled at this price: variation margin (expired false) or for good.
struct InstrumentSettled {
  static constexpr std::string_view name_of = "instrument_settled";
  InstrumentId instrument;
  Price price;
  bool expired = false;
  u32 holdings = 0;
  LS_FIELDS(f("instrument", s.instrument), f("price", s.price), f("expired", s.expired),
            f("holdings", s.holdings))
};

struct UpgradeConfirmed {
  static constexpr std::string_view name_of = "upgrade_confirmed";
  u32 behaviour = 0;
  u64 at_position = 0;
  LS_FIELDS(f("behaviour", s.behaviour), f("at_position", s.at_position))
};

// By the deadline fewer than a quorum were ready.
struct UpgradeLapsed {
  static constexpr std::string_view name_of = "upgrade_lapsed";
  u32 behaviour = 0;
  LS_FIELDS(f("behaviour", s.behaviour))
};

struct UpgradeActivated {
  static constexpr std::string_view name_of = "upgrade_activated";
  u32 behaviour = 0;
  LS_FIELDS(f("behaviour", s.behaviour))
};

// Log time stood still and went on: see ResumeRule.
struct TimeJumped {
  static constexpr std::string_view name_of = "time_jumped";
  Duration by;
  u32 ticks = 0;
  LS_FIELDS(f("by", s.by), f("ticks", s.ticks))
};

// The account must bring `amount` of the asset by `deadline`: its initial margin is not covered.
struct MarginCalled {
  static constexpr std::string_view name_of = "margin_called";
  AccountId account;
  AssetId asset;
  Amount amount;
  Time deadline;
  LS_FIELDS(f("account", s.account), f("asset", s.asset), f("amount", s.amount), f("deadline", s.deadline))
};

struct CallMet {
  static constexpr std::string_view name_of = "call_met";
  AccountId account;
  LS_FIELDS(f("account", s.account))
};

// The venue should fill this order of the account, now: it is immediate-or-cancel and closes a holding.
struct LiquidationOrdered {
  static constexpr std::string_view name_of = "liquidation_ordered";
  AccountId account;
  OrderId order = 0;
  InstrumentId instrument;
  Side side = Side::buy;
  Leg leg = Leg::net;
  Lots lots;
  Price limit;
  LS_FIELDS(f("account", s.account), f("order", s.order), f("instrument", s.instrument), f("side", s.side),
            f("leg", s.leg), f("lots", s.lots), f("limit", s.limit))
};

// Two liquidations met at the mark; neither went to the market.
struct LiquidationCrossed {
  static constexpr std::string_view name_of = "liquidation_crossed";
  AccountId buyer;
  AccountId seller;
  InstrumentId instrument;
  Lots lots;
  Value value;  // of one lot
  LS_FIELDS(f("buyer", s.buyer), f("seller", s.seller), f("instrument", s.instrument), f("lots", s.lots),
            f("value", s.value))
};

// The backstop has the pool's holdings; penalty: what it was paid for that.
struct TakenOver {
  static constexpr std::string_view name_of = "taken_over";
  AccountId account;
  AccountId backstop;
  AssetId asset;
  Value penalty;
  LS_FIELDS(f("account", s.account), f("backstop", s.backstop), f("asset", s.asset), f("penalty", s.penalty))
};

// A winner's holding was closed at the mark against a bankrupt account's.
struct Deleveraged {
  static constexpr std::string_view name_of = "deleveraged";
  AccountId account;
  AccountId against;
  InstrumentId instrument;
  Leg leg = Leg::net;
  Lots lots;    // closed
  Value value;  // of one lot
  LS_FIELDS(f("account", s.account), f("against", s.against), f("instrument", s.instrument), f("leg", s.leg),
            f("lots", s.lots), f("value", s.value))
};

// A bankrupt account's debt is gone: what the fund paid within its limits, and what is left for winners.
// debt = fund + rest.
struct DebtCovered {
  static constexpr std::string_view name_of = "debt_covered";
  AccountId account;
  AssetId asset;
  Amount debt;
  Amount fund;
  Amount rest;
  LS_FIELDS(f("account", s.account), f("asset", s.asset), f("debt", s.debt), f("fund", s.fund),
            f("rest", s.rest))
};

// All that was left of debts of one rulebook in the asset at this tick, and what winners bore of it; the fund
// bears what they could not.
struct DebtsShared {
  static constexpr std::string_view name_of = "debts_shared";
  AssetId asset;
  Amount rest;
  Amount shared;
  LS_FIELDS(f("asset", s.asset), f("rest", s.rest), f("shared", s.shared))
};

// A winner's part of a debt, out of its profit in this instrument.
struct LossShared {
  static constexpr std::string_view name_of = "loss_shared";
  AccountId account;
  InstrumentId instrument;
  Leg leg = Leg::net;
  Amount amount;
  LS_FIELDS(f("account", s.account), f("instrument", s.instrument), f("leg", s.leg), f("amount", s.amount))
};

// An account of several assets that held nothing any more, and could not carry its debts: the fund took all
// balances but the money, debts too, and paid this for them.
struct BalancesExchanged {
  static constexpr std::string_view name_of = "balances_exchanged";
  AccountId account;
  AssetId asset;
  Amount paid;
  LS_FIELDS(f("account", s.account), f("asset", s.asset), f("paid", s.paid))
};

struct WithdrawalsGated {
  static constexpr std::string_view name_of = "withdrawals_gated";
  AssetId asset;
  Time until;
  LS_FIELDS(f("asset", s.asset), f("until", s.until))
};

// The engine made a funding rate and charged it: a long lot has paid per_lot more, for its time since the
// last charge.  rate: for the whole period of the rulebook's row.
struct FundingCharged {
  static constexpr std::string_view name_of = "funding_charged";
  InstrumentId instrument;
  Rate rate;
  Price price;
  Value per_lot;
  LS_FIELDS(f("instrument", s.instrument), f("rate", s.rate), f("price", s.price), f("per_lot", s.per_lot))
};

// So many have approved the epoch, this one the latest.
struct EpochApproved {
  static constexpr std::string_view name_of = "epoch_approved";
  RulebookId rulebook;
  u32 epoch = 0;
  std::string by;
  u32 approvals = 0;
  LS_FIELDS(f("rulebook", s.rulebook), f("epoch", s.epoch), f("by", s.by), f("approvals", s.approvals))
};

// The epoch, and not the market, carries a pool below maintenance.  It lacks `amount` in all, and for what
// this epoch took it is not liquidated before `until`.  isolated, leg: the holding, of a pool that stands
// behind one alone.
struct GraceGiven {
  static constexpr std::string_view name_of = "grace_given";
  AccountId account;
  u32 epoch = 0;  // of the account's rulebook
  AssetId asset;
  InstrumentId isolated;
  Leg leg = Leg::net;
  Amount amount;
  Time until;
  LS_FIELDS(f("account", s.account), f("epoch", s.epoch), f("asset", s.asset), f("isolated", s.isolated),
            f("leg", s.leg), f("amount", s.amount), f("until", s.until))
};

// The pool does not wait any more; asset, isolated and leg as above.
//   met      it has what it needs again
//   expired  it did not get that in time
//   fallen   it is further below than the changes explain
enum class GraceEnd : u8 { met, expired, fallen };
struct GraceEnded {
  static constexpr std::string_view name_of = "grace_ended";
  AccountId account;
  AssetId asset;
  InstrumentId isolated;
  Leg leg = Leg::net;
  GraceEnd reason = GraceEnd::met;
  LS_FIELDS(f("account", s.account), f("asset", s.asset), f("isolated", s.isolated), f("leg", s.leg),
            f("reason", s.reason))
};

// The order of this list is the wire's tag: append only.
using Event =
    std::variant<Registered, OrderTriggered, OrderEnded, HoldingChanged, FundPaid, ProtectionTriggered,
                 EpochActivated, MarginStateChanged, InstrumentSettled, UpgradeConfirmed, UpgradeLapsed,
                 UpgradeActivated, TimeJumped, MarginCalled, CallMet, LiquidationOrdered, LiquidationCrossed,
                 TakenOver, Deleveraged, DebtCovered, DebtsShared, LossShared, BalancesExchanged,
                 WithdrawalsGated, FundingCharged, EpochApproved, GraceGiven, GraceEnded>;
using Events = std::vector<Event>;

}  // namespace lockstep
