#include "node/whatif/what_if.h"

#include <algorithm>

#include "core/ledger/ledger.h"
#include "core/risk/boundary_market.h"

namespace lockstep::whatif {
namespace {

bool is_act(const Change& change) {
  return std::holds_alternative<Trade>(change) || std::holds_alternative<NewOrder>(change) ||
         std::holds_alternative<CancelOrders>(change) || std::holds_alternative<MoveMoney>(change);
}

std::string trade_on(BoundaryBook& market, Account& account, const Trade& change) {
  const State& state = market.state;
  const Instrument& instrument = state.instrument(change.instrument);
  Price price = change.price;
  if (price == Price{}) price = state.market(change.instrument).mark;
  if (price == Price{}) price = risk_row(state, market.risk, change.instrument).mark_price;
  if (price == Price{}) return "no price of " + instrument.name + " is known; say one with @ PRICE";
  const Side side = change.lots > Lots{} ? Side::buy : Side::sell;
  const Leg leg = !account.hedge ? Leg::net : side == Side::buy ? Leg::long_leg : Leg::short_leg;
  const Rate leverage =
      leverage_of(account, change.instrument, state.rulebook(account.rulebook).rules().leverage_default);
  lockstep::Change booked;
  trade(state, account, change.instrument, side, leg, price, abs(change.lots), Amount{}, leverage, booked);
  return {};
}

std::string place(const State& state, Account& account, const NewOrder& change) {
  Order order;
  order.id = 1;
  for (const Order& open : account.orders) order.id = std::max(order.id, open.id + 1);
  order.instrument = change.instrument;
  order.side = change.side;
  if (account.hedge) order.leg = change.side == Side::buy ? Leg::long_leg : Leg::short_leg;
  order.lots = change.lots;
  order.price = change.price;
  order.placed_at = state.time;
  account.orders.push_back(order);
  return {};
}

std::string cancel(Account& account, const CancelOrders& change) {
  const std::size_t gone = std::erase_if(
      account.orders, [&](const Order& order) { return change.id == 0 || order.id == change.id; });
  if (gone == 0 && change.id != 0) return "the account has no open order " + std::to_string(change.id);
  return {};
}

void change_rules(State& state, RulebookId id, const UnderRules& change) {
  RulebookHistory& history = state.rulebooks[id.index];
  history.epochs.push_back(
      Epoch{.rulebook = change.rules, .status = EpochStatus::active, .at_position = 0, .at_time = {}});
  history.active = static_cast<u32>(history.epochs.size());
}

Verdict judge(const Scheme* scheme, const Assessment& before, const Assessment& after) {
  Verdict verdict;
  verdict.acts = true;
  if (scheme == nullptr) return verdict;
  for (const PoolTotals& pool : after.pools) {
    Health was;
    for (const PoolTotals& old : before.pools) {
      const bool same = old.asset == pool.asset && old.isolated == pool.isolated && old.leg == pool.leg;
      if (same) was = {old.margin_balance, old.initial, old.maintenance};
    }
    const Health is{pool.margin_balance, pool.initial, pool.maintenance};
    const Transition transition = judge_transition(scheme->transition, was, is);
    if (transition == Transition::allowed || -is.available() <= verdict.missing) continue;
    verdict.allowed = false;
    verdict.asset = pool.asset;
    verdict.missing = -is.available();
    verdict.transition = transition;
  }
  return verdict;
}

}  // namespace

Asker::Asker(const Engine& engine, AccountId account, Wants wants)
    : engine_(engine), live_(engine.state.account(account)), wants_(wants) {
  start();
}

void Asker::start() {
  if (aged_) market_.state.assets.clear();
  aged_ = false;
  refresh(engine_.state, account_, market_);  // what an earlier question moved
  refresh(engine_.state, live_, market_);
  account_ = live_;
  last_ = look(live_);
}

std::string Asker::move_world(const Change& change) {
  const State& state = market_.state;
  if (const auto* c = std::get_if<MovePrice>(&change)) {
    if (move_price(market_, account_, c->base, c->move)) return {};
    return "no index of " + state.asset(c->base).name + " has a price";
  }
  if (const auto* c = std::get_if<MoveVolatility>(&change))
    move_volatility(market_, account_, c->base, c->move);
  if (const auto* c = std::get_if<PassTime>(&change)) {
    aged_ = true;
    move_time(market_, account_, c->by);
  }
  if (const auto* c = std::get_if<UnderRules>(&change)) {
    change_rules(market_.state, live_.rulebook, *c);
    invalidate_all(market_.risk);
  }
  return {};
}

std::string Asker::act(const Change& change) {
  if (const auto* c = std::get_if<Trade>(&change)) return trade_on(market_, account_, *c);
  if (const auto* c = std::get_if<NewOrder>(&change)) return place(market_.state, account_, *c);
  if (const auto* c = std::get_if<CancelOrders>(&change)) return cancel(account_, *c);
  if (const auto* c = std::get_if<MoveMoney>(&change)) add_balance(account_, c->asset, c->amount);
  return {};
}

View Asker::look(const Account& account) {
  View view;
  view.account = account;
  Statement* statement = wants_.statements ? &view.statement : nullptr;
  assess_into(market_.state, market_.risk, account, statement, view.assessment);
  if (wants_.boundaries) view.boundaries = find_boundaries(market_.state, account, searching_);
  return view;
}

Result<Answer, std::string> Asker::ask(std::span<const Change> changes) {
  start();
  return go_on(changes);
}

Result<Answer, std::string> Asker::go_on(std::span<const Change> changes) {
  Answer answer;
  answer.before = last_;
  for (const Change& change : changes) {
    std::string error = move_world(change);
    if (!error.empty()) return error;
  }
  const Account bystander = account_;
  for (const Change& change : changes) {
    answer.verdict.acts = answer.verdict.acts || is_act(change);
    std::string error = act(change);
    if (!error.empty()) return error;
  }
  answer.after = last_ = look(account_);
  if (!answer.verdict.acts) return answer;
  const Rulebook& rules = market_.state.rulebook(live_.rulebook).rules();
  Assessment without;
  assess_into(market_.state, market_.risk, bystander, nullptr, without);
  answer.verdict = judge(find_scheme(rules, live_.mode, live_.pooled), without, answer.after.assessment);
  View& after = answer.after;
  if (!answer.verdict.allowed && !wants_.statements) {
    assess_into(market_.state, market_.risk, account_, &after.statement, after.assessment);
  }
  return answer;
}

}  // namespace lockstep::whatif
