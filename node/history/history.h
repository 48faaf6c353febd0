// What the state forgets and people ask for: orders that ended, trades, payments, and what became of every
// command.  A database beside the log, filled from the outcomes of an engine that applies it; the log is
// the truth, and a database that is lost or behind is filled again from it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/engine/engine.h"
#include "node/io/fault.h"

namespace lockstep::history {

// One side of a trade: a fill, a crossing, a takeover or a closing against winners.  (position, part) names
// it.  What liquidation trades without the market is of type `market`, without fee, at the price that its
// value per lot is, rounded to nearest.
struct Trade {
  u64 position = 0;
  u32 part = 0;  // several can follow from one command
  Time time;
  AccountId account;
  InstrumentId instrument;
  OrderId order = 0;  // 0: none of the account's own
  Side side = Side::buy;
  Leg leg = Leg::net;
  OrderType type = OrderType::limit;
  Price price;
  Lots lots;
  Lots after;      // of the holding
  Amount fee;      // of the settlement asset
  Value realised;  // likewise
  bool taker = true;
  bool liquidation = false;
  std::string label;  // of its order, if it was asked for
};

// An order that is not open any more.
struct EndedOrder {
  AccountId account;
  Order order;    // as it was when it ended
  Price average;  // of its fills, by lots, rounded to nearest; 0: none
  Time ended_at;
  u64 position = 0;
  u32 part = 0;
  OrderEnd reason = OrderEnd::cancelled;
  std::string label;  // if it was asked for
};

// What moved an account's balance, in one asset.  The changes of an account and asset since it was opened
// sum to its balance, exactly; margin of isolated holdings is not balance.
//   trade        profit, premium, spot's two sides and the fee of a fill
//   funding      what a closing or settlement turned into money besides its profit: funding since the last
//                one, and the holding's part in debts that were shared
//   settlement   variation margin      delivery    expiry
//   liquidation  the fee of a liquidation fill; all that a tick closed without the market
//   fund         a debt that was covered, balances that the fund exchanged
//   other        to and from the margin of an isolated holding
enum class PaymentKind : u8 {
  deposit,
  withdrawal,
  transfer,
  trade,
  funding,
  settlement,
  delivery,
  liquidation,
  fund,
  other
};
struct Payment {
  u64 position = 0;
  u32 part = 0;
  Time time;
  AccountId account;
  AssetId asset;
  PaymentKind kind = PaymentKind::other;
  Amount change;
  Amount balance;           // after
  InstrumentId instrument;  // none: of none
  Lots lots;                // traded; settlement, delivery: held
  Price price;
  Side side = Side::buy;  // settlement, delivery: buy of who was long
  Amount fee;             // that is inside the change
  OrderId order = 0;
};

struct LogRow {
  u64 position = 0;
  Time time;
  std::string command;  // its name; of what somebody asked for, the inner one's
  std::string by;       // who asked through the service; empty: nobody did
  AccountId account;    // that it is about; none: of none
  Refusal refusal = Refusal::none;
  std::string text;  // one line for people
};

// A price as it stood at a moment of the log.  Samples are the first that was received in each span of the
// log's time: of an index in an hour, of a mark in five minutes (as the engine has it then).  Options that
// the engine values by its model have none, nor has a span in which nothing came.
struct PriceSample {
  Time at;
  Price price;
};
constexpr Duration index_sample_every = hour, mark_sample_every = Duration::from_raw(300 * second.raw());
constexpr Duration index_samples_kept = Duration::from_raw(31 * day.raw());
constexpr Duration mark_samples_kept = Duration::from_raw(7 * day.raw());

// What somebody who follows the log saw and the log does not say, as bytes of his own.
struct Note {
  Time at;
  Bytes bytes;
};

// Rows are selected newest first (or oldest first, with `rising`), at most `limit`.  A condition on what a
// kind of row does not have (the asset of a trade) is ignored.
struct Select {
  std::optional<AccountId> account;
  std::optional<InstrumentId> instrument;
  std::optional<OrderId> order;
  std::optional<AssetId> asset;
  std::string command, by;  // of the log
  Time from, to;            // inclusive; 0: open
  u64 before = ~u64{0};     // positions below this ...
  u64 behind = 0;           // ... and at or behind this
  u32 before_part = 0;      // and of `before` the parts below this: a page goes on below its last row
  u32 behind_part = 0;      // and of `behind` only the parts from this on; both not of the log
  u32 limit = 100;
  bool rising = false;
  bool labels = false;  // trades and orders come with labels
};

class History {
 public:
  virtual ~History() = default;
  // In memory with an empty path, for tests and runs that keep nothing; or in a file, made if absent.  A
  // file of another version, or of a log of another identity (fill.h), is emptied; an empty identity is not
  // compared. Faults: not a database, no permission, disk full.
  static Result<std::unique_ptr<History>, Fault> open(const std::string& path,
                                                      const std::string& log_identity = {});

  // Everything below this is recorded.
  virtual u64 position() const = 0;
  // Around one command: before() with the engine as it is, then apply(), then after().  Positions rise by
  // one; what is recorded already is passed over.
  virtual void before(const Engine& engine, const Command& command) = 0;
  virtual void after(const Engine& engine, const Command& command, const Outcome& outcome) = 0;
  // Has what was recorded kept, all or nothing of it after a crash; what was lost is filled again from the
  // log.  Once a frame or less often.  Whoever reads below sees everything recorded, committed or not.  The
  // first fault of the database is told here, and from then on at every call: nothing is recorded any more,
  // and what was written stays.
  virtual Result<Done, Fault> commit() = 0;
  // Forgets everything: the next command recorded may be any.
  virtual Result<Done, Fault> forget() = 0;

  virtual std::vector<Trade> trades(const Select& select) const = 0;
  virtual std::vector<EndedOrder> orders(const Select& select) const = 0;
  virtual std::vector<Payment> payments(const Select& select) const = 0;
  virtual std::vector<LogRow> log(const Select& select) const = 0;
  // At and after `from`, at and before `to` (0: open), oldest first; those that are kept.
  virtual std::vector<PriceSample> index_prices(IndexId index, Time from, Time to) const = 0;
  virtual std::vector<PriceSample> marks(InstrumentId instrument, Time from, Time to) const = 0;
  // The encoding of a command that was recorded, as the log has it; empty: not there.
  virtual std::string command_at(u64 position) const = 0;

  // Notes go with the next commit, and are lost with the database: no log has them.  anew: in place of all
  // that there are.  At one time there is one.
  virtual void keep_notes(std::vector<Note> notes, bool anew) = 0;
  virtual std::vector<Note> notes() const = 0;  // oldest first

  // An order's label, likewise.  It belongs to the order of this number that was placed last; an order that
  // takes the number again has none until it is given one.  `at`: when the order was placed.
  virtual void keep_label(AccountId account, OrderId order, Time at, std::string label) = 0;
  // Of the order that had this number at that time; empty: it has none.
  virtual std::string label(AccountId account, OrderId order, Time at) const = 0;
  // Orders that had this label and ended, the one placed last first, at most `limit`.
  virtual std::vector<EndedOrder> labelled(AccountId account, const std::string& label, u32 limit) const = 0;
};

}  // namespace lockstep::history
