#include "node/history/record.h"

#include <algorithm>

#include "core/ledger/ledger.h"
#include "core/ledger/valuation.h"

namespace lockstep::history {
namespace {

// As core/engine numbers the orders that it makes itself.
constexpr bool is_liquidation(OrderId order) { return order >> 63 != 0; }

// The price at which one lot is worth that, nearest: what a closing at a value has for its price.
Price price_of(const Instrument& instrument, Value per_lot) {
  const i128 value = per_lot.raw() < 0 ? -per_lot.raw() : per_lot.raw();
  if (value == 0) return Price{};
  const bool by_inverse = instrument.inverse && is_margined(instrument);
  const i128 raw = by_inverse ? mul_div_capped(instrument.lot, value_one, value, Round::nearest, INT64_MAX)
                              : std::min(div(value, instrument.lot, Round::nearest), i128{INT64_MAX});
  return Price::from_raw(static_cast<i64>(raw));
}

Amount part_of(const std::vector<Balance>& balances, AssetId asset) {
  for (const Balance& row : balances) {
    if (row.asset == asset) return row.amount;
  }
  return Amount{};
}

PaymentKind kind_of(const Command& command) {
  if (std::holds_alternative<Deposit>(command)) return PaymentKind::deposit;
  if (std::holds_alternative<Withdraw>(command)) return PaymentKind::withdrawal;
  if (std::holds_alternative<Transfer>(command)) return PaymentKind::transfer;
  if (std::holds_alternative<Fill>(command)) return PaymentKind::trade;
  if (std::holds_alternative<Settle>(command)) return PaymentKind::settlement;
  if (std::holds_alternative<Expire>(command)) return PaymentKind::delivery;
  if (std::holds_alternative<Tick>(command)) return PaymentKind::liquidation;
  return PaymentKind::other;
}

bool moves_prices(const Command& command) {
  return std::holds_alternative<IndexPrices>(command) || std::holds_alternative<MarkPrices>(command) ||
         std::holds_alternative<Tick>(command);
}

Side other(Side side) { return side == Side::buy ? Side::sell : Side::buy; }

}  // namespace

AccountId account_of(const Command& command) {
  return std::visit(
      [](const auto& c) {
        if constexpr (requires { c.account; }) {
          return AccountId{c.account};
        } else if constexpr (requires { c.from; }) {
          return AccountId{c.from};
        } else {
          return AccountId{};
        }
      },
      command);
}

void Recorder::renew(Copy& copy, const Account& account) {
  copy.balances = account.balances;
  copy.orders = account.orders;
  copy.holdings.clear();
  for (const Holding& h : account.holdings) copy.holdings.push_back({h.instrument, h.leg, h.lots, h.cost});
}

void Recorder::begin(const State& state, const PastFills& past_fills) {
  accounts_.resize(state.accounts.size());
  fills_.clear();
  for (u32 i = 0; i < state.accounts.size(); ++i) {
    renew(accounts_[i], state.accounts[i]);
    for (const Order& order : state.accounts[i].orders) {
      if (order.filled > Lots{}) fills_[{AccountId{i}, order.id}] = past_fills(AccountId{i}, order);
    }
  }
  position_ = state.position;
  begun_ = true;
}

const Order* Recorder::open_order(AccountId account, OrderId order) const {
  if (account.index >= accounts_.size()) return nullptr;
  const std::vector<Order>& orders = accounts_[account.index].orders;  // by number, as the account's
  const auto before = [](const Order& o, OrderId key) { return o.id < key; };
  const auto found = std::lower_bound(orders.begin(), orders.end(), order, before);
  return found != orders.end() && found->id == order ? &*found : nullptr;
}

const Recorder::Held& Recorder::held(AccountId account, InstrumentId instrument, Leg leg) const {
  for (const Held& h : accounts_[account.index].holdings) {
    if (h.instrument == instrument && h.leg == leg) return h;
  }
  static const Held nothing{};
  return nothing;
}

void Recorder::touch(AccountId account) {
  if (!account.is_none() && account.index < accounts_.size()) touched_.push_back(account.index);
}

void Recorder::touch_holders(InstrumentId instrument) {
  for (u32 i = 0; i < accounts_.size(); ++i) {
    for (const Held& h : accounts_[i].holdings) {
      if (h.instrument == instrument) touched_.push_back(i);
    }
  }
}

// What the holding has earned or owes besides the profit that a closing realises: funding, and parts of
// debts that were shared.  It becomes money with the closing.
void Recorder::note_carried(const State& state, AccountId account, const Holding& holding) {
  const Instrument& instrument = state.instrument(holding.instrument);
  if (!is_margined(instrument) || state.account(account).mode == MarginMode::isolated) return;
  const Value owed = times(state.market(holding.instrument).funding - holding.funding, holding.lots);
  const int decimals = state.asset(instrument.settle).decimals;
  const Amount carried = to_amount(holding.residue - owed, decimals, Round::down);
  if (carried != Amount{}) parts_.push_back({account, instrument.settle, PaymentKind::funding, carried});
}

void Recorder::before(const Engine& engine, const Command& inner) {
  const State& state = engine.state;
  parts_.clear();
  touched_.clear();
  exchanged_.clear();
  command_position_ = state.position;
  if (const auto* fill = std::get_if<Fill>(&inner)) {
    if (fill->account.index >= accounts_.size() || fill->instrument.index >= state.instruments.size()) return;
    fund_before_ = state.house[state.instrument(fill->instrument).settle.index].fund;
    const Holding* holding = find_holding(state.account(fill->account), fill->instrument, fill->leg);
    const bool closes = holding != nullptr && (holding->lots < Lots{}) == (fill->side == Side::buy);
    if (closes) note_carried(state, fill->account, *holding);
  }
  if (const auto* settle = std::get_if<Settle>(&inner)) {
    for (u32 i = 0; i < state.accounts.size(); ++i) {
      for (const Holding& h : state.accounts[i].holdings) {
        if (h.instrument == settle->instrument) note_carried(state, AccountId{i}, h);
      }
    }
  }
}

void Recorder::take_fill(const Engine& engine, const Fill& fill, const Outcome& outcome, Rows& rows) {
  Trade trade;
  trade.account = fill.account;
  trade.instrument = fill.instrument;
  trade.order = fill.order;
  trade.side = fill.side;
  trade.leg = fill.leg;
  trade.price = fill.price;
  trade.lots = fill.lots;
  trade.fee = engine.build->fee(engine.state.agreement.behaviour, fill.fee);
  trade.taker = fill.taker;
  trade.liquidation = is_liquidation(fill.order);
  for (const Order& order : accounts_[fill.account.index].orders) {
    if (order.id == fill.order) trade.type = order.type;
  }
  for (const Event& event : outcome.events) {
    const auto* changed = std::get_if<HoldingChanged>(&event);
    if (changed == nullptr) continue;
    trade.after = changed->lots;
    trade.realised = changed->realised;
  }
  rows.trades.push_back(trade);
  if (fill.order == 0) return;
  FillSum& sum = fills_[{fill.account, fill.order}];
  sum.lots += fill.lots;
  sum.value += i128{fill.price.raw()} * fill.lots.raw();
}

// The fee of a liquidation goes to the fund, and nothing else of the fill does but what it pays for
// isolated holdings.
void Recorder::take_penalty(const State& state, const Fill& fill, const Outcome& outcome) {
  if (!is_liquidation(fill.order)) return;
  const Account& account = state.account(fill.account);
  const bool from_margin =
      account.mode == MarginMode::isolated && find_holding(account, fill.instrument, fill.leg) != nullptr;
  if (from_margin) return;
  const AssetId asset = state.instrument(fill.instrument).settle;
  Amount penalty = state.house[asset.index].fund - fund_before_;
  for (const Event& event : outcome.events) {
    if (const auto* paid = std::get_if<FundPaid>(&event)) penalty += paid->amount;
  }
  if (penalty != Amount{}) parts_.push_back({fill.account, asset, PaymentKind::liquidation, -penalty});
}

// Closings come in pairs, and behind each pair what it was.
void Recorder::close_pair(const State& state, InstrumentId instrument, Side first, Lots lots, Value value,
                          Rows& rows) {
  LS_ASSERT(pending_.size() == 2);
  for (const HoldingChanged* changed : pending_) {
    Trade trade;
    trade.account = changed->account;
    trade.instrument = instrument;
    trade.side = changed == pending_.front() ? first : other(first);
    trade.leg = changed->leg;
    trade.type = OrderType::market;
    trade.price = price_of(state.instrument(instrument), value);
    trade.lots = lots;
    trade.after = changed->lots;
    trade.realised = changed->realised;
    trade.liquidation = true;
    rows.trades.push_back(trade);
  }
  pending_.clear();
}

// A holding that was taken over was closed whole, so its profit and cost say at which value.
void Recorder::close_taken_over(const State& state, Rows& rows) {
  const std::vector<const HoldingChanged*> all = std::move(pending_);
  for (std::size_t i = 0; i + 1 < all.size(); i += 2) {
    const HoldingChanged& closed = *all[i];
    const Held& was = held(closed.account, closed.instrument, closed.leg);
    if (was.lots == Lots{}) continue;
    const Value value =
        Value::from_raw(div((closed.realised + was.cost).raw(), was.lots.raw(), Round::nearest));
    pending_ = {all[i], all[i + 1]};
    close_pair(state, closed.instrument, was.lots > Lots{} ? Side::sell : Side::buy, abs(was.lots), value,
               rows);
  }
  pending_.clear();
}

void Recorder::end_order(const State& state, const Command& inner, const OrderEnded& ended, Rows& rows) {
  const std::vector<Order>& orders = accounts_[ended.account.index].orders;
  const auto found =
      std::find_if(orders.begin(), orders.end(), [&](const Order& o) { return o.id == ended.order; });
  if (found == orders.end()) return;
  EndedOrder row;
  row.account = ended.account;
  row.order = *found;
  row.reason = ended.reason;
  row.ended_at = state.time;
  row.position = command_position_;
  const auto* fill = std::get_if<Fill>(&inner);
  if (fill != nullptr && fill->account == ended.account && fill->order == ended.order) {
    row.order.filled += fill->lots;
  }
  const auto* amend = std::get_if<AmendOrder>(&inner);
  if (amend != nullptr && amend->account == ended.account && amend->order == ended.order) {
    if (amend->price != Price{}) row.order.price = amend->price;
    if (amend->trigger != Price{}) row.order.trigger = amend->trigger;
    if (amend->lots != Lots{}) row.order.lots = amend->lots;
  }
  const auto sum = fills_.find({ended.account, ended.order});
  if (sum != fills_.end()) {
    if (sum->second.lots > Lots{}) {
      const i128 raw = div(sum->second.value, sum->second.lots.raw(), Round::nearest);
      row.average = Price::from_raw(static_cast<i64>(raw));
    }
    fills_.erase(sum);
  }
  rows.orders.push_back(row);
}

void Recorder::take_events(const State& state, const Command& inner, const Outcome& outcome, Rows& rows) {
  const bool is_fill = std::holds_alternative<Fill>(inner);
  pending_.clear();
  for (const Event& event : outcome.events) {
    std::visit(
        [&](const auto& e) {
          using E = std::decay_t<decltype(e)>;
          if constexpr (std::is_same_v<E, OrderEnded>) end_order(state, inner, e, rows);
          if constexpr (std::is_same_v<E, HoldingChanged>) {
            if (!is_fill) pending_.push_back(&e);
            touch(e.account);
          }
          if constexpr (std::is_same_v<E, LiquidationCrossed>) {
            close_pair(state, e.instrument, Side::buy, e.lots, e.value, rows);
          }
          if constexpr (std::is_same_v<E, Deleveraged>) {
            const bool winner_is_long = held(e.account, e.instrument, e.leg).lots > Lots{};
            close_pair(state, e.instrument, winner_is_long ? Side::buy : Side::sell, e.lots, e.value, rows);
          }
          if constexpr (std::is_same_v<E, InstrumentSettled>) settled_at_ = e.price;
          if constexpr (std::is_same_v<E, TakenOver>) close_taken_over(state, rows);
          const bool one_account = std::is_same_v<E, OrderEnded> || std::is_same_v<E, OrderTriggered> ||
                                   std::is_same_v<E, LiquidationOrdered> || std::is_same_v<E, DebtCovered> ||
                                   std::is_same_v<E, LossShared> || std::is_same_v<E, BalancesExchanged>;
          if constexpr (one_account) touch(e.account);
          if constexpr (std::is_same_v<E, BalancesExchanged>) exchanged_.push_back(e.account);
          if constexpr (std::is_same_v<E, DebtCovered>) {
            const bool into_balance = state.account(e.account).mode != MarginMode::isolated;
            if (into_balance) parts_.push_back({e.account, e.asset, PaymentKind::fund, e.debt});
          }
        },
        event);
  }
}

void Recorder::describe_settled(InstrumentId instrument, Payment& row) const {
  row.instrument = instrument;
  row.price = settled_at_;
  Lots lots;  // of both legs
  for (const Held& h : accounts_[row.account.index].holdings) {
    if (h.instrument == instrument) lots += h.lots;
  }
  row.side = lots < Lots{} ? Side::sell : Side::buy;
  row.lots = abs(lots);
}

void Recorder::pay_asset(const State& state, const Command& inner, AccountId account, AssetId asset,
                         Amount was, Amount is, Rows& rows) {
  const auto add = [&](PaymentKind kind, Amount change) {
    if (change == Amount{}) return;
    was += change;
    Payment row;
    row.account = account;
    row.asset = asset;
    row.kind = kind;
    row.change = change;
    row.balance = was;
    if (const auto* fill = std::get_if<Fill>(&inner)) {
      row.instrument = fill->instrument;
      row.order = fill->order;
      row.price = fill->price;
      row.lots = fill->lots;
      row.side = fill->side;
      const bool charged = kind == PaymentKind::trade && asset == state.instrument(fill->instrument).settle;
      if (charged) row.fee = rows.trades.back().fee;
    }
    if (const auto* settle = std::get_if<Settle>(&inner)) describe_settled(settle->instrument, row);
    if (const auto* expire = std::get_if<Expire>(&inner)) describe_settled(expire->instrument, row);
    if (const auto* adjust = std::get_if<AdjustIsolated>(&inner)) row.instrument = adjust->instrument;
    rows.payments.push_back(row);
  };
  const auto is_exchanged = [&] {
    return std::find(exchanged_.begin(), exchanged_.end(), account) != exchanged_.end();
  };
  Amount known;
  for (const Part& part : parts_) {
    if (part.account == account && part.asset == asset) known += part.change;
  }
  const Amount rest = is - was - known;
  for (const Part& part : parts_) {
    const bool first = part.account == account && part.asset == asset && part.kind == PaymentKind::funding;
    if (first) add(part.kind, part.change);
  }
  add(is_exchanged() ? PaymentKind::fund : kind_of(inner), rest);
  for (const Part& part : parts_) {
    const bool last = part.account == account && part.asset == asset && part.kind != PaymentKind::funding;
    if (last) add(part.kind, part.change);
  }
}

void Recorder::pay(const State& state, const Command& inner, AccountId account, Rows& rows) {
  const std::vector<Balance>& was = accounts_[account.index].balances;
  const std::vector<Balance>& is = state.account(account).balances;
  const auto same = [](const Balance& a, const Balance& b) {
    return a.asset == b.asset && a.amount == b.amount;
  };
  if (std::equal(was.begin(), was.end(), is.begin(), is.end(), same)) return;
  std::vector<AssetId> assets;
  for (const Balance& row : was) assets.push_back(row.asset);
  for (const Balance& row : is) assets.push_back(row.asset);
  std::sort(assets.begin(), assets.end());
  assets.erase(std::unique(assets.begin(), assets.end()), assets.end());
  for (const AssetId asset : assets) {
    pay_asset(state, inner, account, asset, part_of(was, asset), part_of(is, asset), rows);
  }
}

// The trigger of a trailing order follows the market without a word.
void Recorder::follow_triggers(const Engine& engine) {
  for (const auto& [instrument, waiting] : engine.lookup.waiting) {
    for (const auto& [account, id] : waiting) {
      const Order* live = find_order(engine.state.account(account), id);
      if (live == nullptr || live->type != OrderType::trailing) continue;
      for (Order& order : accounts_[account.index].orders) {
        if (order.id == id) order.trigger = live->trigger;
      }
    }
  }
}

void Recorder::after(const Engine& engine, const Command& inner, const Outcome& outcome, Rows& rows) {
  const State& state = engine.state;
  accounts_.resize(state.accounts.size());
  const bool done = outcome.accepted() && !outcome.repeated;
  if (done) {
    touch(account_of(inner));
    if (const auto* transfer = std::get_if<Transfer>(&inner)) touch(transfer->to);
    if (const auto* fill = std::get_if<Fill>(&inner)) {
      take_fill(engine, *fill, outcome, rows);
      take_penalty(state, *fill, outcome);
    }
  }
  take_events(state, inner, outcome, rows);
  if (const auto* settle = std::get_if<Settle>(&inner); done && settle != nullptr)
    touch_holders(settle->instrument);
  if (const auto* expire = std::get_if<Expire>(&inner); done && expire != nullptr)
    touch_holders(expire->instrument);
  std::sort(touched_.begin(), touched_.end());
  touched_.erase(std::unique(touched_.begin(), touched_.end()), touched_.end());
  for (const u32 account : touched_) {
    pay(state, inner, AccountId{account}, rows);
    renew(accounts_[account], state.accounts[account]);
  }
  if (moves_prices(inner) && !engine.lookup.waiting.empty()) follow_triggers(engine);
  position_ = state.position;
}

}  // namespace lockstep::history
