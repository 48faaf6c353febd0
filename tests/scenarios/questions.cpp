#include "tests/scenarios/questions.h"

#include <map>

#include "core/ledger/ledger.h"
#include "core/ledger/valuation.h"
#include "tests/scenarios/scenario_file.h"

namespace lockstep::scenarios {
namespace {

template <std::size_t N>
const char* name_of(const char* const (&names)[N], std::size_t index) {
  return index < N ? names[index] : "?";
}
constexpr const char* state_names[] = {"normal", "warning", "call", "reduce_only", "liquidation", "bankrupt"};
constexpr const char* obstacle_names[] = {"none",          "price_stale", "price_diverged",
                                          "price_missing", "gap",         "no_parameters"};
constexpr const char* type_names[] = {"limit", "market", "stop", "stop_limit", "trailing"};
constexpr const char* status_names[] = {"proposed", "scheduled", "active", "retired", "cancelled"};

u32 find(const NameTable& names, const std::string& name) {
  const auto it = names.find(name);
  if (it == names.end()) throw Malformed("no such name: " + name);
  return it->second;
}

AccountId take_account(Engine& engine, Words& words) {
  return AccountId{find(engine.lookup.accounts, words.take("an account"))};
}

std::string number(i128 raw, int decimals) { return to_decimal(raw, decimals); }
std::string leg_text(Leg leg) { return leg == Leg::net ? "" : leg == Leg::long_leg ? " long" : " short"; }

std::string pool_line(const State& state, const PoolTotals& pool, const Scheme* scheme) {
  std::string line = state.asset(pool.asset).name;
  if (!pool.isolated.is_none()) line += " " + state.instrument(pool.isolated).name + leg_text(pool.leg);
  line += "  equity " + number(pool.equity.raw(), value_decimals);
  line += "  balance " + number(pool.margin_balance.raw(), value_decimals);
  if (pool.initial_balance != pool.margin_balance) {
    line += "  initial balance " + number(pool.initial_balance.raw(), value_decimals);
  }
  line += "  initial " + number(pool.initial.raw(), value_decimals);
  line += "  maintenance " + number(pool.maintenance.raw(), value_decimals);
  line += "  available " + number(pool.available.raw(), value_decimals);
  for (std::size_t i = 0; scheme != nullptr && i < scheme->levels.size(); ++i) {
    line += "  " + scheme->levels[i].name + " " + number(pool.levels[i].raw(), value_decimals);
  }
  return line + "\n";
}

std::string outcome_line(const State& state, const Assessment& assessment, const Rulebook& rules) {
  std::string line = std::string("state ") + name_of(state_names, static_cast<std::size_t>(assessment.state));
  if (assessment.obstacle == Obstacle::none) return line + "\n";
  line += std::string("  obstacle ") + name_of(obstacle_names, static_cast<std::size_t>(assessment.obstacle));
  if (assessment.obstacle == Obstacle::gap)
    return line + " " + rules.gaps[assessment.obstacle_detail].name + "\n";
  if (!assessment.instrument.is_none()) line += " " + state.instrument(assessment.instrument).name;
  if (!assessment.index.is_none()) line += " " + state.index(assessment.index).name;
  return line + "\n";
}

std::string margin(Engine& engine, Words& words) {
  const AccountId id = take_account(engine, words);
  const Assessment assessment = assess_account(engine, id);
  std::string text;
  const Account& account = engine.state.account(id);
  const Scheme* scheme =
      find_scheme(engine.state.rulebook(account.rulebook).rules(), account.mode, account.pooled);
  for (const PoolTotals& pool : assessment.pools) text += pool_line(engine.state, pool, scheme);
  return text + outcome_line(engine.state, assessment, engine.state.rulebook(account.rulebook).rules());
}

std::string statement(Engine& engine, Words& words) {
  Statement statement;
  assess_account(engine, take_account(engine, words), &statement);
  std::string text;
  for (const StatementLine& line : statement.lines) {
    text += std::string(std::size_t{line.depth} * 2, ' ') + line.rule + "  " + line.label + "  " +
            value_text(engine.state, line.asset, line.amount) + (line.binds ? "" : "  (does not bind)");
    const char* before = "   <- ";
    for (const StatementInput& input : line.inputs) {
      text += before + input.name + " " + input.value;
      if (input.position != 0) text += " @" + std::to_string(input.position);
      before = ", ";
    }
    text += "\n";
  }
  return text;
}

// What the account is since the last tick.
std::string held(Engine& engine, Words& words) {
  const Account& account = engine.state.account(take_account(engine, words));
  std::string text = name_of(state_names, static_cast<std::size_t>(account.state));
  if (account.call_until != Time{}) text += ", called until " + text_of(account.call_until);
  Time grace;
  for (const Grace& one : account.graces) grace = std::max(grace, one.until);
  if (grace != Time{}) text += ", grace until " + text_of(grace);
  return text + "\n";
}

std::string balances(Engine& engine, Words& words) {
  const Account& account = engine.state.account(take_account(engine, words));
  std::string text;
  for (const Balance& row : account.balances) text += amount_text(engine.state, row.asset, row.amount) + "\n";
  return text.empty() ? "nothing\n" : text;
}

std::string holdings(Engine& engine, Words& words) {
  const State& state = engine.state;
  const Account& account = state.account(take_account(engine, words));
  std::string text;
  for (const Holding& holding : account.holdings) {
    const Instrument& instrument = state.instrument(holding.instrument);
    const auto value = [](Value x) { return number(x.raw(), value_decimals); };
    text += instrument.name + leg_text(holding.leg) + " " + lots_text(instrument, holding.lots);
    text += "  cost " + value(holding.cost);
    if (holding.residue != Value{}) text += "  residue " + value(holding.residue);
    const Price mark = state.market(holding.instrument).mark;
    if (is_margined(instrument) && mark.raw() > 0) {
      text += "  unrealised " + value(unrealised(instrument, state.market(holding.instrument), holding,
                                                 value_per_lot(instrument, mark)));
    }
    if (holding.isolated != Amount{}) {
      text += "  isolated " + amount_text(state, instrument.settle, holding.isolated);
    }
    text += "\n";
  }
  return text.empty() ? "nothing\n" : text;
}

std::string orders(Engine& engine, Words& words) {
  const State& state = engine.state;
  const Account& account = state.account(take_account(engine, words));
  std::string text;
  for (const Order& order : account.orders) {
    const Instrument& instrument = state.instrument(order.instrument);
    text += order_text(order.id) + (order.side == Side::buy ? " buy " : " sell ") +
            lots_text(instrument, order.lots) + " " + instrument.name + leg_text(order.leg) + " " +
            name_of(type_names, static_cast<std::size_t>(order.type));
    if (order.price != Price{}) text += " " + number(order.price.raw(), price_decimals);
    if (order.trigger != Price{}) text += " trigger " + number(order.trigger.raw(), price_decimals);
    if (order.filled != Lots{}) text += " filled " + lots_text(instrument, order.filled);
    if (order.display != Lots{}) text += " display " + lots_text(instrument, order.display);
    if (!order.triggered) text += " waits";
    if (order.reduce_only) text += " reduce_only";
    text += "\n";
  }
  return text.empty() ? "nothing\n" : text;
}

std::string withdrawable(Engine& engine, Words& words) {
  const AccountId account = take_account(engine, words);
  const AssetId asset{find(engine.lookup.assets, words.take("an asset"))};
  const Amount amount =
      available_for_withdrawal(engine.state, engine.risk, engine.state.account(account), asset);
  return amount_text(engine.state, asset, amount) + "\n";
}

std::string house(Engine& engine, Words& words) {
  const AssetId id{find(engine.lookup.assets, words.take("an asset"))};
  const House& h = engine.state.house[id.index];
  const int decimals = engine.state.asset(id).decimals;
  return "outside " + number(h.outside.raw(), decimals) + "  clearing " +
         number(h.clearing.raw(), value_decimals) + "  fund " + number(h.fund.raw(), decimals) + "  fees " +
         number(h.fees.raw(), decimals) + "  dust " + number(h.dust.raw(), value_decimals) + "\n";
}

std::string market(Engine& engine, Words& words) {
  const InstrumentId id{find(engine.lookup.instruments, words.take("an instrument"))};
  const Instrument& instrument = engine.state.instrument(id);
  const Market& m = engine.state.market(id);
  const RiskRow& row = risk_row(engine.state, engine.risk, id);
  std::string text = m.mark == Price{} ? "no mark" : "mark " + number(m.mark.raw(), price_decimals);
  if (row.mark_known == Known::yes)
    text += "  one lot " + value_text(engine.state, instrument.settle, row.mark);
  text += "  clearing " + lots_text(instrument, m.clearing);
  if (m.funding != Value{})
    text += "  funding of one lot " + value_text(engine.state, instrument.settle, m.funding);
  return text + "\n";
}

std::string epochs(Engine& engine, Words& words) {
  const RulebookId id{find(engine.lookup.rulebooks, words.take("a rulebook"))};
  std::string text;
  u32 epoch = 0;
  for (const Epoch& e : engine.state.rulebook(id).epochs) {
    text += "epoch " + std::to_string(++epoch) + " " + e.rulebook.version + " " +
            name_of(status_names, static_cast<std::size_t>(e.status));
    if (e.proposer != "founder") text += ", proposed by " + e.proposer;
    if (!e.note.empty()) text += " (" + e.note + ")";
    for (const Approval& approval : e.approvals) {
      text += ", approved by " + approval.by + (approval.note.empty() ? "" : " (" + approval.note + ")");
    }
    if (e.emergency) text += ", emergency";
    text += "\n";
  }
  return text;
}

std::string conserved(Engine& engine, Words&) {
  std::string text;
  for (u32 i = 0; i < engine.state.assets.size(); ++i) {
    text += engine.state.assets[i].name + " " +
            number(conservation(engine.state, AssetId{i}).raw(), value_decimals) + "\n";
  }
  for (u32 i = 0; i < engine.state.instruments.size(); ++i) {
    const Instrument& instrument = engine.state.instruments[i];
    text += instrument.name + " " + lots_text(instrument, lots_conservation(engine.state, InstrumentId{i})) +
            "\n";
  }
  return text;
}

using Question = std::string (*)(Engine&, Words&);
const std::map<std::string, Question>& questions() {
  static const std::map<std::string, Question> table = {
      {"margin", margin},          {"statement", statement}, {"balances", balances},
      {"holdings", holdings},      {"orders", orders},       {"withdrawable", withdrawable},
      {"conservation", conserved}, {"house", house},         {"market", market},
      {"epochs", epochs},          {"state", held}};
  return table;
}

}  // namespace

bool is_question(const std::string& verb) { return questions().count(verb) != 0; }

std::string answer(Engine& engine, Words words) {
  const std::string text = questions().at(words.verb())(engine, words);
  words.done();
  return text;
}

}  // namespace lockstep::scenarios
