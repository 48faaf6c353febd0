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

// Another rulebook's instrument has no parameters in the account's, and the engine refuses it, too.
std::string not_listed(const State& state, const Account& account, InstrumentId id) {
  const Instrument& instrument = state.instrument(id);
  if (instrument.rulebook == account.rulebook) return {};
  return instrument.name + " is listed by the rulebook " + state.rulebook(instrument.rulebook).name +
         ", and the account is under " + state.rulebook(account.rulebook).name;
}

std::string trade_on(BoundaryBook& market, Account& account, const Trade& change) {
  const State& state = market.state;
  const Instrument& instrument = state.instrument(change.instrument);
  if (std::string error = not_listed(state, account, change.instrument); !error.empty()) return error;
  Price price = change.price;
  if (price == Price{}) price = state.market(change.instrument).mark;
  Value model;  // of a lot, for options that have no other mark
  if (price == Price{}) {
    const RiskRow& row = risk_row(state, market.risk, change.instrument);
    price = row.mark_price;
    if (instrument.kind == InstrumentKind::option && row.mark_known != Known::missing) model = row.mark;
  }
  if (price == Price{} && model == Value{}) {
    return "no price of " + instrument.name + " is known; say one with @ PRICE";
  }
  const Side side = change.lots > Lots{} ? Side::buy : Side::sell;
  const Leg leg = !account.hedge ? Leg::net : side == Side::buy ? Leg::long_leg : Leg::short_leg;
  const Rate leverage =
      leverage_of(account, change.instrument, state.rulebook(account.rulebook).rules().leverage_default);
  lockstep::Change booked;
  if (model != Value{}) {
    trade_at(state, account, change.instrument, side, leg, model, abs(change.lots), leverage, booked);
  } else {
    trade(state, account, change.instrument, side, leg, price, abs(change.lots), Amount{}, leverage, booked);
  }
  return {};
}

std::string place(const State& state, Account& account, const NewOrder& change) {
  if (std::string error = not_listed(state, account, change.instrument); !error.empty()) return error;
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
    : own_space_(std::make_unique<Workspace>()),
      own_risk_(std::make_unique<RiskBook>()),
      engine_(engine),
      space_(*own_space_),
      live_risk_(*own_risk_),
      live_(engine.state.account(account)),
      wants_(wants) {
  start();
}

Asker::Asker(Engine& engine, Workspace& workspace, AccountId account, Wants wants)
    : engine_(engine),
      space_(workspace),
      live_risk_(engine.risk),
      live_(engine.state.account(account)),
      wants_(wants) {
  start();
}

// As the engine has it now, if the copy is older or was moved.
void Asker::copy_market(InstrumentId instrument) {
  const State& state = engine_.state;
  u64& at = space_.copied_at[instrument.index];
  if (at == state.position) return;
  at = state.position;
  space_.market.state.markets[instrument.index] = state.market(instrument);
  space_.market.state.instruments[instrument.index].expired = state.instrument(instrument).expired;
  invalidate(space_.market.risk, instrument);
}

void Asker::start() {
  if (space_.of != &engine_ || space_.spoiled) {
    space_.market.state.assets.clear();  // makes refresh() copy all tables
    space_.searching.state.assets.clear();
    space_.copied_at.clear();
    space_.moved.clear();
  }
  space_.of = &engine_;
  space_.spoiled = false;
  refresh(engine_.state, Account{}, space_.market);
  space_.copied_at.resize(engine_.state.instruments.size(), never_copied);
  for (const InstrumentId moved : space_.moved) space_.copied_at[moved.index] = never_copied;
  space_.moved.clear();
  space_.market.moves = moves_;
  for (const Holding& holding : live_.holdings) copy_market(holding.instrument);
  for (const Order& order : live_.orders) copy_market(order.instrument);
  account_ = live_;
  if (now_at_ != engine_.state.position) {
    if (own_risk_ != nullptr) invalidate_all(*own_risk_);
    now_ = look(engine_.state, live_risk_, live_);
    now_at_ = engine_.state.position;
  }
}

// The account may not hold it yet, but prices of it move as if it did.
void Asker::reach(InstrumentId instrument) {
  if (std::find(reached_.begin(), reached_.end(), instrument) != reached_.end()) return;
  copy_market(instrument);
  space_.moved.push_back(instrument);
  reached_.push_back(instrument);
}

void Asker::reach_named(std::span<const Change> changes) {
  for (const Change& change : changes) {
    if (const auto* trade = std::get_if<Trade>(&change)) reach(trade->instrument);
    if (const auto* order = std::get_if<NewOrder>(&change)) reach(order->instrument);
  }
}

// Market, time and rules, in their order.  Orders of nothing stand for what is reached while they move.
std::string Asker::move_world(std::span<const Change> changes) {
  for (const InstrumentId instrument : reached_) account_.orders.emplace_back().instrument = instrument;
  std::string error;
  for (const Change& change : changes) {
    if (error.empty()) error = move_world(change);
  }
  std::erase_if(account_.orders, [](const Order& order) { return order.lots == Lots{}; });
  moves_ = space_.market.moves;
  return error;
}

void Asker::note_moved(AssetId base) {
  const State& state = space_.market.state;
  const auto note = [&](const auto& row) {
    if (base_of(state, row.instrument) == base) space_.moved.push_back(row.instrument);
  };
  for (const Holding& holding : account_.holdings) note(holding);
  for (const Order& order : account_.orders) note(order);
}

std::string Asker::move_world(const Change& change) {
  const State& state = space_.market.state;
  if (const auto* c = std::get_if<MovePrice>(&change)) {
    note_moved(c->base);
    if (move_price(space_.market, account_, c->base, c->move)) return {};
    return "no index of " + state.asset(c->base).name + " has a price";
  }
  if (const auto* c = std::get_if<MoveVolatility>(&change)) {
    note_moved(c->base);
    move_volatility(space_.market, account_, c->base, c->move);
  }
  if (const auto* c = std::get_if<PassTime>(&change)) {
    space_.spoiled = true;
    move_time(space_.market, account_, c->by);
  }
  if (const auto* c = std::get_if<UnderRules>(&change)) {
    space_.spoiled = true;
    change_rules(space_.market.state, live_.rulebook, *c);
    invalidate_all(space_.market.risk);
  }
  return {};
}

std::string Asker::act(const Change& change) {
  if (const auto* c = std::get_if<Trade>(&change)) return trade_on(space_.market, account_, *c);
  if (const auto* c = std::get_if<NewOrder>(&change)) return place(space_.market.state, account_, *c);
  if (const auto* c = std::get_if<CancelOrders>(&change)) return cancel(account_, *c);
  if (const auto* c = std::get_if<MoveMoney>(&change)) add_balance(account_, c->asset, c->amount);
  return {};
}

View Asker::look(const State& state, RiskBook& risk, const Account& account) {
  View view;
  view.account = account;
  Statement* statement = wants_.statements ? &view.statement : nullptr;
  assess_into(state, risk, account, statement, view.assessment);
  if (wants_.boundaries) view.boundaries = find_boundaries(state, account, space_.searching);
  return view;
}

Result<Answer, std::string> Asker::ask(std::span<const Change> changes) {
  start();
  walks_ = false;
  reached_.clear();
  reach_named(changes);
  return suppose(changes, now_);
}

Result<Answer, std::string> Asker::go_on(std::span<const Change> changes) {
  if (!walks_) {
    last_ = look(space_.market.state, space_.market.risk, account_);
    for (u32 i = 0; i < space_.market.state.instruments.size(); ++i) reach(InstrumentId{i});
  }
  walks_ = true;
  return suppose(changes, last_);
}

Result<Answer, std::string> Asker::suppose(std::span<const Change> changes, const View& before) {
  BoundaryBook& market = space_.market;
  Answer answer;
  answer.before = before;
  if (std::string error = move_world(changes); !error.empty()) return error;
  answer.verdict.acts = std::any_of(changes.begin(), changes.end(), is_act);
  Account bystander;
  if (answer.verdict.acts) bystander = account_;
  for (const Change& change : changes) {
    std::string error = act(change);
    if (!error.empty()) return error;
  }
  answer.after = look(market.state, market.risk, account_);
  if (walks_) last_ = answer.after;
  if (!answer.verdict.acts) return answer;
  const Rulebook& rules = market.state.rulebook(live_.rulebook).rules();
  Assessment without;
  assess_into(market.state, market.risk, bystander, nullptr, without);
  answer.verdict = judge(find_scheme(rules, live_.mode, live_.pooled), without, answer.after.assessment);
  View& after = answer.after;
  if (!answer.verdict.allowed && !wants_.statements) {
    assess_into(market.state, market.risk, account_, &after.statement, after.assessment);
  }
  return answer;
}

}  // namespace lockstep::whatif
