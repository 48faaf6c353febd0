// The things a State consists of, as plain data.  Every struct lists its fields once, in each_field;
// encoding, hashing, printing and comparison all walk that list, so a field cannot be forgotten in one of
// them.
//
// A *holding* is what an account has in an instrument.  The word position is kept for the log
// (docs/glossary.md).
//
// size: the entities of one State, read together.
#pragma once

#include <string>
#include <vector>

#include "core/model/surface.h"
#include "core/units/units.h"

namespace lockstep {

enum class Side : u8 { buy, sell };
// net: one holding per instrument.  long_leg, short_leg: hedge mode, two holdings that do not net.
enum class Leg : u8 { net, long_leg, short_leg };
enum class InstrumentKind : u8 { spot, perpetual, future, option };
enum class OptionType : u8 { none, call, put };
enum class MarginMode : u8 { isolated, cross, portfolio };
enum class OrderType : u8 { limit, market, stop, stop_limit, trailing };
enum class TimeInForce : u8 { good_till_cancelled, immediate_or_cancel, fill_or_kill };
enum class TriggerBy : u8 { mark, index };
// What the last assessment said of an account, best first: methodology 4.10.
enum class MarginState : u8 { normal, warning, call, reduce_only, liquidation, bankrupt };

// Who said it, when: printed beside every input of a statement.
struct Stamp {
  u16 source = 0;
  u64 sequence = 0;
  Time at;           // log time at which it was accepted
  u64 position = 0;  // log position of the command
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("source", s.source), f("sequence", s.sequence), f("at", s.at), f("position", s.position);
  }
};

struct Asset {
  std::string name;
  u8 decimals = 0;  // ledger unit = 10^-decimals
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("name", s.name), f("decimals", s.decimals);
  }
};

// The price of `base` in `quote`, from outside: what options and perpetuals are written on, and what converts
// collateral.  price 0: never received.
struct Index {
  std::string name;
  AssetId base;
  AssetId quote;
  Price price;
  Stamp stamp;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("name", s.name), f("base", s.base), f("quote", s.quote), f("price", s.price), f("stamp", s.stamp);
  }
};

// Everything that is fixed at registration.  One lot is lot/10^8 of base (linear, option, spot) or of quote
// (inverse perpetual or future: a contract of so many USD).  Options: linear ones are quoted and settled in
// quote, inverse ones in coin (the base asset).
struct Instrument {
  std::string name;
  RulebookId rulebook;
  InstrumentKind kind = InstrumentKind::spot;
  bool inverse = false;
  IndexId index;
  AssetId settle;  // the asset in which profit, premium and margin are: quote if linear, base if inverse
  i64 lot = 0;     // 10^-8
  Price tick;
  Price price_max;
  Lots lots_max;  // of one holding
  Time expiry;    // 0: none
  Price strike;
  OptionType option = OptionType::none;
  Duration
      averaging;  // the settlement price is the average of the index over this long before expiry; 0: none
  bool expired = false;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("name", s.name), f("rulebook", s.rulebook), f("kind", s.kind), f("inverse", s.inverse);
    f("index", s.index), f("settle", s.settle), f("lot", s.lot), f("tick", s.tick),
        f("price_max", s.price_max);
    f("lots_max", s.lots_max), f("expiry", s.expiry), f("strike", s.strike), f("option", s.option);
    f("averaging", s.averaging), f("expired", s.expired);
  }
};

// The premiums of a perpetual since its interval began, where the engine makes funding (core/funding/
// window.h).
struct FundingWindow {
  i128 sum = 0;    // of premiums (10^-12) times their weights
  u64 weight = 0;  // of all of them
  u32 count = 0;
  Time sampled_at;
  Time charged_at;  // up to when funding is charged; 0: not begun
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("sum", s.sum), f("weight", s.weight), f("count", s.count), f("sampled_at", s.sampled_at);
    f("charged_at", s.charged_at);
  }
};

// What is observed of an instrument.  For options the later of the two ways to know volatility wins: a slice
// of the series' surface sets volatility to 0, a per-instrument volatility sets it to that.  The same for the
// forward.
struct Market {
  // Perpetual, future, spot: as received, or bounded by the index (PriceRules::bound).  Option: as received,
  // or 0 if it comes from the model.
  Price mark;
  Price received;   // perpetual, future: as received, whatever the mark became
  Rate basis;       // average of received / index - 1; only with PriceRules::bound
  Time basis_at;    // of its latest sample; 0: none yet
  Rate volatility;  // option: implied volatility; 0: from the series' slice
  Price forward;    // option: forward of its expiry
  Time valued_at;   // option: the time at which the model value was last asked to be renewed
  Value funding;    // perpetual: what one long lot has paid in funding since registration
  Lots clearing;    // what the clearing house holds: minus the sum over all accounts
  Stamp stamp;      // of the latest price, volatility or forward
  FundingWindow window;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("mark", s.mark), f("received", s.received), f("basis", s.basis), f("basis_at", s.basis_at);
    f("volatility", s.volatility), f("forward", s.forward), f("valued_at", s.valued_at);
    f("funding", s.funding), f("clearing", s.clearing), f("stamp", s.stamp);
    f("window", s.window);
  }
};

// One expiry of one index: its smile and, near the end, the running average of the index.
struct Series {
  IndexId index;
  Time expiry;
  SurfaceSlice slice;
  Price forward;
  Duration averaging;    // the longest averaging window among its instruments
  i128 average_sum = 0;  // sum over time of index price (10^-8) times microseconds inside the window
  Time average_until;    // up to where the sum goes; 0: the window has not begun
  Stamp stamp;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("index", s.index), f("expiry", s.expiry), f("slice", s.slice), f("forward", s.forward);
    f("averaging", s.averaging), f("average_sum", s.average_sum), f("average_until", s.average_until);
    f("stamp", s.stamp);
  }
};

// What a rule may need to know of the whole market, besides prices.  By kind, what it is about and in which
// unit:
//   open_interest, net_profit  instrument: coins of one side; profit of all users, settlement asset
//   funding                    instrument: estimate of what one coin long will pay, settlement asset, signed
//   depth, volume              instrument: what stands in the book within half a percent of its middle, both
//                              sides, and what is traded in a day; settlement asset
//   impact_bid, impact_ask     instrument: average price of selling, buying the impact size; 0: no depth
//   confidence, slow_price     index: share of trust in the price; a price that follows slowly
//   interest                   index and expiry: a year's rate
//   deposits, debts            asset: of all users together, units of the asset
enum class ObservationKind : u8 {
  open_interest,
  net_profit,
  funding,
  depth,
  volume,
  impact_bid,
  impact_ask,
  confidence,
  slow_price,
  interest,
  deposits,
  debts
};
enum class ObservationSubject : u8 { instrument, index, asset };
constexpr ObservationSubject subject_of(ObservationKind kind) {
  if (kind <= ObservationKind::impact_ask) return ObservationSubject::instrument;
  return kind <= ObservationKind::interest ? ObservationSubject::index : ObservationSubject::asset;
}
struct Observation {
  ObservationKind kind = ObservationKind::open_interest;
  u32 subject = 0;  // number of the instrument, index or asset
  Time expiry;      // of interest; else 0
  Value value;
  Stamp stamp;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("kind", s.kind), f("subject", s.subject), f("expiry", s.expiry), f("value", s.value);
    f("stamp", s.stamp);
  }
};

struct Party {
  std::string name;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("name", s.name);
  }
};

struct Balance {
  AssetId asset;
  Amount amount;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("asset", s.asset), f("amount", s.amount);
  }
};

// cost: what the open lots were bought for, signed like lots, exact (perpetuals, futures: not yet paid;
// options: paid when traded, kept to report profit).  residue: money earned or owed that is smaller than a
// ledger unit or not yet moved to the balance.  funding: Market::funding up to which this holding has been
// charged.
struct Holding {
  InstrumentId instrument;
  Leg leg = Leg::net;
  Lots lots;
  Value cost;
  Value residue;
  Value funding;
  Amount isolated;  // isolated mode: the margin that stands behind this holding alone
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("instrument", s.instrument), f("leg", s.leg), f("lots", s.lots), f("cost", s.cost);
    f("residue", s.residue), f("funding", s.funding), f("isolated", s.isolated);
  }
};

struct Order {
  OrderId id = 0;
  InstrumentId instrument;
  Side side = Side::buy;
  Leg leg = Leg::net;
  OrderType type = OrderType::limit;
  TimeInForce time_in_force = TimeInForce::good_till_cancelled;
  bool post_only = false;
  bool reduce_only = false;
  bool protected_quote = false;  // under market-maker protection
  TriggerBy trigger_by = TriggerBy::mark;
  Price price;    // limit; 0 for market, stop and trailing orders
  Price trigger;  // stop orders; of a trailing order the current trigger, which follows the market
  Price trail;    // trailing orders: distance
  Lots lots;
  Lots filled;
  Lots display;           // iceberg: the part that is shown; 0: all.  Margin is held for the whole
  bool triggered = true;  // false: a stop that waits
  Time placed_at;         // or, of a stop, the moment it fired
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("id", s.id), f("instrument", s.instrument), f("side", s.side), f("leg", s.leg), f("type", s.type);
    f("time_in_force", s.time_in_force), f("post_only", s.post_only), f("reduce_only", s.reduce_only);
    f("protected_quote", s.protected_quote), f("trigger_by", s.trigger_by), f("price", s.price);
    f("trigger", s.trigger), f("trail", s.trail), f("lots", s.lots), f("filled", s.filled);
    f("display", s.display), f("triggered", s.triggered), f("placed_at", s.placed_at);
  }
};

struct Leverage {
  InstrumentId instrument;
  Rate leverage;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("instrument", s.instrument), f("leverage", s.leverage);
  }
};

// Market-maker protection: more than lots_max filled by protected quotes within `interval` cancels all
// protected quotes of the account and refuses new ones for `frozen`.
struct Protection {
  Duration interval;  // 0: off
  Duration frozen;
  Lots lots_max;
  Time window_from;
  Lots filled;
  Time frozen_until;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("interval", s.interval), f("frozen", s.frozen), f("lots_max", s.lots_max);
    f("window_from", s.window_from), f("filled", s.filled), f("frozen_until", s.frozen_until);
  }
};

// What one change of parameters took from a pool, by which it is not liquidated for a while: methodology 6.7.
struct Grace {
  Time until;
  AssetId asset;  // the pool, as in PoolTotals
  InstrumentId isolated;
  Leg leg = Leg::net;
  Value relief;       // by how much margin balance - maintenance fell with the change
  Value maintenance;  // behind the change; of a pool that needs less by now the relief is less
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("until", s.until), f("asset", s.asset), f("isolated", s.isolated), f("leg", s.leg);
    f("relief", s.relief), f("maintenance", s.maintenance);
  }
};

// Vectors are sorted: balances by asset, holdings by (instrument, leg), orders by id, leverages by
// instrument; graces are as they were given.  pooled: all assets margin together, converted and cut (cross
// collateral, multi-assets mode); otherwise each settlement asset stands alone.  hedge: two legs per
// instrument.
struct Account {
  std::string name;
  PartyId party;
  RulebookId rulebook;
  MarginMode mode = MarginMode::cross;
  bool pooled = false;
  bool hedge = false;
  std::vector<Balance> balances;
  std::vector<Holding> holdings;
  std::vector<Order> orders;
  std::vector<Leverage> leverages;
  Protection protection;
  MarginState state = MarginState::normal;
  Time call_until;     // a call that stands must be met by then; 0: none
  Time liquidated_at;  // the last round of liquidation
  std::vector<Grace> graces;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("name", s.name), f("party", s.party), f("rulebook", s.rulebook), f("mode", s.mode);
    f("pooled", s.pooled), f("hedge", s.hedge), f("balances", s.balances), f("holdings", s.holdings);
    f("orders", s.orders), f("leverages", s.leverages), f("protection", s.protection), f("state", s.state);
    f("call_until", s.call_until), f("liquidated_at", s.liquidated_at), f("graces", s.graces);
  }
};

}  // namespace lockstep
