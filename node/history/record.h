// What one command did to trades, orders and money, as rows of the history.  Private to node/history.
//
// Events say who was concerned and not what an order was when it ended, or by how much a balance moved.
// The recorder keeps a copy of exactly that of every account (balances, open orders, lots and cost of
// holdings), renews it for accounts that a command concerned, and takes differences.  A tick costs its
// events; a settlement looks at the holdings of every account, as the engine does.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <vector>

#include "node/history/history.h"

namespace lockstep::history {

struct Rows {
  std::vector<Trade> trades;
  std::vector<EndedOrder> orders;
  std::vector<Payment> payments;
};

// Of an open order.
struct FillSum {
  Lots lots;
  i128 value = 0;  // sum of price x lots
};

// The account that a command names, or the first of two; none: it names none.
AccountId account_of(const Command& command);

// Appends one line for people.  `state` is behind the command.
void describe(const State& state, const Command& command, const Outcome& outcome, std::string& out);

// The names of commands by their tag.
std::span<const std::string_view> command_names();

class Recorder {
 public:
  // The fills of an order that was open when recording began.
  using PastFills = std::function<FillSum(AccountId, const Order&)>;

  // Whether the copies are of this moment; if not, begin().
  bool follows(const State& state) const { return begun_ && position_ == state.position; }
  void begin(const State& state, const PastFills& past_fills);
  void before(const Engine& engine, const Command& inner);
  void after(const Engine& engine, const Command& inner, const Outcome& outcome, Rows& rows);
  const Order* open_order(AccountId account, OrderId order) const;  // none: not open, or not begun
  template <class Visit>
  void each_open_order(const Visit& visit) const {
    for (u32 i = 0; i < accounts_.size(); ++i) {
      for (const Order& order : accounts_[i].orders) visit(AccountId{i}, order);
    }
  }

 private:
  struct Held {
    InstrumentId instrument;
    Leg leg = Leg::net;
    Lots lots;
    Value cost;
  };
  struct Copy {
    std::vector<Balance> balances;
    std::vector<Held> holdings;
    std::vector<Order> orders;
  };
  // What of a balance's change in the present command is known to be something of its own.
  struct Part {
    AccountId account;
    AssetId asset;
    PaymentKind kind = PaymentKind::other;
    Amount change;
  };

  static void renew(Copy& copy, const Account& account);
  const Held& held(AccountId account, InstrumentId instrument, Leg leg) const;
  void touch(AccountId account);
  void touch_holders(InstrumentId instrument);  // before the present command
  void note_carried(const State& state, AccountId account, const Holding& holding);
  void take_fill(const Engine& engine, const Fill& fill, const Outcome& outcome, Rows& rows);
  void take_penalty(const State& state, const Fill& fill, const Outcome& outcome);
  void take_events(const State& state, const Command& inner, const Outcome& outcome, Rows& rows);
  void close_pair(const State& state, InstrumentId instrument, Side first, Lots lots, Value value,
                  Rows& rows);
  void close_taken_over(const State& state, Rows& rows);
  void end_order(const State& state, const Command& inner, const OrderEnded& ended, Rows& rows);
  void pay(const State& state, const Command& inner, AccountId account, Rows& rows);
  void describe_settled(InstrumentId instrument, Payment& row) const;
  void pay_asset(const State& state, const Command& inner, AccountId account, AssetId asset, Amount was,
                 Amount is, Rows& rows);
  void follow_triggers(const Engine& engine);

  bool begun_ = false;
  u64 position_ = 0;
  u64 command_position_ = 0;
  std::vector<Copy> accounts_;
  std::map<std::pair<AccountId, OrderId>, FillSum> fills_;  // of open orders that have some

  // Of the present command.
  std::vector<Part> parts_;
  Amount fund_before_;
  Price settled_at_;
  std::vector<u32> touched_;
  std::vector<const HoldingChanged*> pending_;  // of closings whose event is still to come
  std::vector<AccountId> exchanged_;
};

}  // namespace lockstep::history
