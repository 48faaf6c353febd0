// What comes in.  A command is plain data with ids already resolved; whoever turns bytes or names into
// commands (node/, apps/) refuses what cannot be one.  apply() in core/engine/engine.h says what each does
// and in which order it is checked; docs/methodology.md section 3 gives the rules.
//
// Units are those of core/units/units.h.  `source` and `sequence` of a price batch: a source's sequence must
// rise.
//
// size: one list of what comes in, in the order of the wire.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/model/agreement.h"
#include "core/model/entities.h"
#include "core/model/rulebook.h"

namespace lockstep {

#define LS_FIELDS(...)                  \
  template <class S, class F>           \
  static void each_field(S& s, F&& f) { \
    (void)s, (void)f;                   \
    __VA_ARGS__;                        \
  }

struct RegisterAsset {
  static constexpr std::string_view name_of = "register_asset";
  std::string name;
  u8 decimals = 0;  // 0..12
  LS_FIELDS(f("name", s.name), f("decimals", s.decimals))
};

struct RegisterIndex {
  static constexpr std::string_view name_of = "register_index";
  std::string name;
  AssetId base;
  AssetId quote;
  LS_FIELDS(f("name", s.name), f("base", s.base), f("quote", s.quote))
};

// Fields as in Instrument.
struct RegisterInstrument {
  static constexpr std::string_view name_of = "register_instrument";
  std::string name;
  RulebookId rulebook;
  InstrumentKind kind = InstrumentKind::spot;
  bool inverse = false;
  IndexId index;
  i64 lot = 0;
  Price tick;
  Price price_max;
  Lots lots_max;
  Time expiry;
  Price strike;
  OptionType option = OptionType::none;
  Duration averaging;
  LS_FIELDS(f("name", s.name), f("rulebook", s.rulebook), f("kind", s.kind), f("inverse", s.inverse),
            f("index", s.index), f("lot", s.lot), f("tick", s.tick), f("price_max", s.price_max),
            f("lots_max", s.lots_max), f("expiry", s.expiry), f("strike", s.strike), f("option", s.option),
            f("averaging", s.averaging))
};

struct OpenParty {
  static constexpr std::string_view name_of = "open_party";
  std::string name;
  LS_FIELDS(f("name", s.name))
};

struct OpenAccount {
  static constexpr std::string_view name_of = "open_account";
  std::string name;
  PartyId party;
  RulebookId rulebook;
  MarginMode mode = MarginMode::cross;
  bool pooled = false;
  bool hedge = false;
  LS_FIELDS(f("name", s.name), f("party", s.party), f("rulebook", s.rulebook), f("mode", s.mode),
            f("pooled", s.pooled), f("hedge", s.hedge))
};

struct SetMarginMode {
  static constexpr std::string_view name_of = "set_margin_mode";
  AccountId account;
  MarginMode mode = MarginMode::cross;
  bool pooled = false;
  bool hedge = false;
  LS_FIELDS(f("account", s.account), f("mode", s.mode), f("pooled", s.pooled), f("hedge", s.hedge))
};

struct SetLeverage {
  static constexpr std::string_view name_of = "set_leverage";
  AccountId account;
  InstrumentId instrument;
  Rate leverage;
  LS_FIELDS(f("account", s.account), f("instrument", s.instrument), f("leverage", s.leverage))
};

struct SetProtection {
  static constexpr std::string_view name_of = "set_protection";
  AccountId account;
  Duration interval;  // 0 switches it off
  Duration frozen;
  Lots lots_max;
  LS_FIELDS(f("account", s.account), f("interval", s.interval), f("frozen", s.frozen),
            f("lots_max", s.lots_max))
};

struct Deposit {
  static constexpr std::string_view name_of = "deposit";
  AccountId account;
  AssetId asset;
  Amount amount;
  LS_FIELDS(f("account", s.account), f("asset", s.asset), f("amount", s.amount))
};

struct Withdraw {
  static constexpr std::string_view name_of = "withdraw";
  AccountId account;
  AssetId asset;
  Amount amount;
  LS_FIELDS(f("account", s.account), f("asset", s.asset), f("amount", s.amount))
};

struct Transfer {
  static constexpr std::string_view name_of = "transfer";
  AccountId from;
  AccountId to;
  AssetId asset;
  Amount amount;
  LS_FIELDS(f("from", s.from), f("to", s.to), f("asset", s.asset), f("amount", s.amount))
};

// Moves margin between the balance and one isolated holding; a negative amount takes it back.
struct AdjustIsolated {
  static constexpr std::string_view name_of = "adjust_isolated";
  AccountId account;
  InstrumentId instrument;
  Leg leg = Leg::net;
  Amount amount;
  LS_FIELDS(f("account", s.account), f("instrument", s.instrument), f("leg", s.leg), f("amount", s.amount))
};

// Fields as in Order.  order: the client's number, unique among the account's open orders, not 0.
struct PlaceOrder {
  static constexpr std::string_view name_of = "place_order";
  AccountId account;
  OrderId order = 0;
  InstrumentId instrument;
  Side side = Side::buy;
  Leg leg = Leg::net;
  OrderType type = OrderType::limit;
  TimeInForce time_in_force = TimeInForce::good_till_cancelled;
  bool post_only = false;
  bool reduce_only = false;
  bool protected_quote = false;
  TriggerBy trigger_by = TriggerBy::mark;
  Price price;
  Price trigger;
  Price trail;
  Lots lots;
  Lots display;
  LS_FIELDS(f("account", s.account), f("order", s.order), f("instrument", s.instrument), f("side", s.side),
            f("leg", s.leg), f("type", s.type), f("time_in_force", s.time_in_force),
            f("post_only", s.post_only), f("reduce_only", s.reduce_only),
            f("protected_quote", s.protected_quote), f("trigger_by", s.trigger_by), f("price", s.price),
            f("trigger", s.trigger), f("trail", s.trail), f("lots", s.lots), f("display", s.display))
};

// New price, trigger and total lots; 0 leaves a field as it is.
struct AmendOrder {
  static constexpr std::string_view name_of = "amend_order";
  AccountId account;
  OrderId order = 0;
  Price price;
  Price trigger;
  Lots lots;
  LS_FIELDS(f("account", s.account), f("order", s.order), f("price", s.price), f("trigger", s.trigger),
            f("lots", s.lots))
};

struct CancelOrder {
  static constexpr std::string_view name_of = "cancel_order";
  AccountId account;
  OrderId order = 0;
  LS_FIELDS(f("account", s.account), f("order", s.order))
};

// One side of a trade, as the venue reports it; the clearing house is the other side.  order 0: a trade
// without an order here (block trade, adjustment), checked like a new order.  fee: charged if positive, in
// the settlement asset (spot: quote).
struct Fill {
  static constexpr std::string_view name_of = "fill";
  AccountId account;
  OrderId order = 0;
  InstrumentId instrument;
  Side side = Side::buy;
  Leg leg = Leg::net;
  Price price;
  Lots lots;
  Amount fee;
  bool taker = true;
  LS_FIELDS(f("account", s.account), f("order", s.order), f("instrument", s.instrument), f("side", s.side),
            f("leg", s.leg), f("price", s.price), f("lots", s.lots), f("fee", s.fee), f("taker", s.taker))
};

struct IndexPrice {
  IndexId index;
  Price price;
  LS_FIELDS(f("index", s.index), f("price", s.price))
};
struct IndexPrices {
  static constexpr std::string_view name_of = "index_prices";
  u16 source = 0;
  u64 sequence = 0;
  std::vector<IndexPrice> rows;
  LS_FIELDS(f("source", s.source), f("sequence", s.sequence), f("rows", s.rows))
};

// price 0: none given (allowed for options, which are then valued by the model); volatility and forward 0:
// unchanged.
struct MarkPrice {
  InstrumentId instrument;
  Price price;
  Rate volatility;
  Price forward;
  LS_FIELDS(f("instrument", s.instrument), f("price", s.price), f("volatility", s.volatility),
            f("forward", s.forward))
};
struct MarkPrices {
  static constexpr std::string_view name_of = "mark_prices";
  u16 source = 0;
  u64 sequence = 0;
  std::vector<MarkPrice> rows;
  LS_FIELDS(f("source", s.source), f("sequence", s.sequence), f("rows", s.rows))
};

struct ExpirySlice {
  Time expiry;
  SurfaceSlice slice;
  LS_FIELDS(f("expiry", s.expiry), f("slice", s.slice))
};
struct VolatilitySurface {
  static constexpr std::string_view name_of = "volatility_surface";
  IndexId index;
  u16 source = 0;
  u64 sequence = 0;
  std::vector<ExpirySlice> rows;
  LS_FIELDS(f("index", s.index), f("source", s.source), f("sequence", s.sequence), f("rows", s.rows))
};

struct ExpiryForward {
  Time expiry;
  Price price;
  LS_FIELDS(f("expiry", s.expiry), f("price", s.price))
};
// Sets the forward of every option of the index and expiry.
struct ForwardCurve {
  static constexpr std::string_view name_of = "forward_curve";
  IndexId index;
  u16 source = 0;
  u64 sequence = 0;
  std::vector<ExpiryForward> rows;
  LS_FIELDS(f("index", s.index), f("source", s.source), f("sequence", s.sequence), f("rows", s.rows))
};

// What is known of the whole market besides prices: see ObservationKind.
struct ObservedValue {
  ObservationKind kind = ObservationKind::open_interest;
  u32 subject = 0;
  Time expiry;
  Value value;
  LS_FIELDS(f("kind", s.kind), f("subject", s.subject), f("expiry", s.expiry), f("value", s.value))
};
struct Observations {
  static constexpr std::string_view name_of = "observations";
  u16 source = 0;
  u64 sequence = 0;
  std::vector<ObservedValue> rows;
  LS_FIELDS(f("source", s.source), f("sequence", s.sequence), f("rows", s.rows))
};

// Charges every holding of a perpetual: a long pays rate times its value at `price` (0: the mark).
struct FundingRate {
  static constexpr std::string_view name_of = "funding_rate";
  InstrumentId instrument;
  Rate rate;
  Price price;
  LS_FIELDS(f("instrument", s.instrument), f("rate", s.rate), f("price", s.price))
};

// Variation margin: profit and loss of a perpetual or future up to `price` become cash (0: the mark).
struct Settle {
  static constexpr std::string_view name_of = "settle";
  InstrumentId instrument;
  Price price;
  LS_FIELDS(f("instrument", s.instrument), f("price", s.price))
};

// Final settlement.  price: of the underlying, quote units per base (0: the series' average, or the index).
struct Expire {
  static constexpr std::string_view name_of = "expire";
  InstrumentId instrument;
  Price price;
  LS_FIELDS(f("instrument", s.instrument), f("price", s.price))
};

// A new epoch of the rulebook that has this name; the first one founds the rulebook.  by: who proposes, a
// name.  note: the evidence in short, or a digest of it; at most limits::note_size_max bytes.
struct ProposeRulebook {
  static constexpr std::string_view name_of = "propose_rulebook";
  Rulebook image;
  std::string by = "founder";
  std::string note = {};
  LS_FIELDS(f("image", s.image), f("by", s.by), f("note", s.note))
};

// Activates before the command at `at_position` or at the first command at or after `at_time`, whichever is
// given (the other is 0); both 0: with this command.  steps > 1: as a ramp from the epoch in force: at_time
// is the first step, one more comes each `every`, and the last is the epoch itself; the steps before become
// epochs, too.  emergency: without the notice that the rulebook in force asks for, and with the approvals
// that it asks for then.
struct ScheduleEpoch {
  static constexpr std::string_view name_of = "schedule_epoch";
  RulebookId rulebook;
  u32 epoch = 0;
  u64 at_position = 0;
  Time at_time;
  u32 steps = 0;
  Duration every = {};
  bool emergency = false;
  LS_FIELDS(f("rulebook", s.rulebook), f("epoch", s.epoch), f("at_position", s.at_position),
            f("at_time", s.at_time), f("steps", s.steps), f("every", s.every), f("emergency", s.emergency))
};

struct CancelEpoch {
  static constexpr std::string_view name_of = "cancel_epoch";
  RulebookId rulebook;
  u32 epoch = 0;
  LS_FIELDS(f("rulebook", s.rulebook), f("epoch", s.epoch))
};

// Time passes: options are valued anew, immediate orders that were not filled lapse, every account is
// assessed.
struct Tick {
  static constexpr std::string_view name_of = "tick";
  LS_FIELDS()
};

// A client's command, to be executed once however often it arrives: the first with this sequence number is
// executed, a later one is given the stored reply.  Sequence numbers of a client begin at 1 and are dense.
// command: its encoding (core/wire), not itself a Request.
struct Request {
  static constexpr std::string_view name_of = "request";
  u64 client = 0;
  u64 sequence = 0;
  std::string command;
  LS_FIELDS(f("client", s.client), f("sequence", s.sequence), f("command", s.command))
};

// Fields as in Replica.  A name that was retired may register again, with another key.
struct RegisterReplica {
  static constexpr std::string_view name_of = "register_replica";
  std::string name;
  std::string key;
  bool votes = true;
  LS_FIELDS(f("name", s.name), f("key", s.key), f("votes", s.votes))
};

struct RetireReplica {
  static constexpr std::string_view name_of = "retire_replica";
  ReplicaId replica;
  LS_FIELDS(f("replica", s.replica))
};

// The replica holds this epoch and has its image prepared.  image: hash of the image's encoding, as the
// replica has it.  Whoever appends this has checked the replica's signature.
struct EpochReady {
  static constexpr std::string_view name_of = "epoch_ready";
  ReplicaId replica;
  RulebookId rulebook;
  u32 epoch = 0;
  u128 image = 0;
  LS_FIELDS(f("replica", s.replica), f("rulebook", s.rulebook), f("epoch", s.epoch), f("image", s.image))
};

// The engine changes to the next behaviour before the command at `at_position`, if a quorum has said before
// `deadline_position` that its build computes it; otherwise the plan ends there by itself.
struct PlanUpgrade {
  static constexpr std::string_view name_of = "plan_upgrade";
  u32 behaviour = 0;
  u64 at_position = 0;
  u64 deadline_position = 0;
  LS_FIELDS(f("behaviour", s.behaviour), f("at_position", s.at_position),
            f("deadline_position", s.deadline_position))
};

struct UpgradeReady {
  static constexpr std::string_view name_of = "upgrade_ready";
  ReplicaId replica;
  u32 behaviour = 0;
  LS_FIELDS(f("replica", s.replica), f("behaviour", s.behaviour))
};

struct CancelUpgrade {
  static constexpr std::string_view name_of = "cancel_upgrade";
  LS_FIELDS()
};

struct SetResumeRule {
  static constexpr std::string_view name_of = "set_resume_rule";
  ResumeRule rule;
  LS_FIELDS(f("rule", s.rule))
};

// What the selection of feeds decided for one index.  withdrawn: too few feeds are left, and what the index
// says now counts as stale until its next price.
struct FeedVerdict {
  u16 feed = 0;
  FeedStanding standing = FeedStanding::used;
  FeedReason reason = FeedReason::good;
  LS_FIELDS(f("feed", s.feed), f("standing", s.standing), f("reason", s.reason))
};
struct FeedStatus {
  static constexpr std::string_view name_of = "feed_status";
  IndexId index;
  bool withdrawn = false;
  std::vector<FeedVerdict> rows;
  LS_FIELDS(f("index", s.index), f("withdrawn", s.withdrawn), f("rows", s.rows))
};

// Money for the insurance fund from outside; a negative amount takes it back.
struct AdjustFund {
  static constexpr std::string_view name_of = "adjust_fund";
  AssetId asset;
  Amount amount;
  LS_FIELDS(f("asset", s.asset), f("amount", s.amount))
};

// Somebody else than the proposer says that the epoch may come into force.  Names and notes as in
// ProposeRulebook; that whoever says so is who the name says is for the sequencer to see to.
struct ApproveEpoch {
  static constexpr std::string_view name_of = "approve_epoch";
  RulebookId rulebook;
  u32 epoch = 0;
  std::string by;
  std::string note = {};
  LS_FIELDS(f("rulebook", s.rulebook), f("epoch", s.epoch), f("by", s.by), f("note", s.note))
};

// What somebody asked for through the service, and in whose name it is in the log.  by: the key that signed
// it; whoever appends this has checked that.  trace: by which its way can be followed, or empty; as a name.
// command: the encoding of what was asked, neither an Instruction nor a Request; a Request may carry this.
struct Instruction {
  static constexpr std::string_view name_of = "instruction";
  std::string by;
  std::string trace;
  std::string command;
  LS_FIELDS(f("by", s.by), f("trace", s.trace), f("command", s.command))
};

// The order of this list is the wire's tag: append only.
using Command =
    std::variant<RegisterAsset, RegisterIndex, RegisterInstrument, OpenParty, OpenAccount, SetMarginMode,
                 SetLeverage, SetProtection, Deposit, Withdraw, Transfer, AdjustIsolated, PlaceOrder,
                 AmendOrder, CancelOrder, Fill, IndexPrices, MarkPrices, VolatilitySurface, ForwardCurve,
                 FundingRate, Settle, Expire, ProposeRulebook, ScheduleEpoch, CancelEpoch, Tick, Observations,
                 Request, RegisterReplica, RetireReplica, EpochReady, PlanUpgrade, UpgradeReady,
                 CancelUpgrade, SetResumeRule, FeedStatus, AdjustFund, ApproveEpoch, Instruction>;

inline std::string_view command_name(const Command& command) {
  return std::visit([](const auto& c) { return c.name_of; }, command);
}

}  // namespace lockstep
