#include "node/view/account_json.h"

#include "node/book/words.h"
#include "node/runtime/summary.h"
#include "node/view/text.h"

namespace lockstep {
namespace {

constexpr std::string_view obstacle_words[] = {"none",          "price_stale", "price_diverged",
                                               "price_missing", "gap",         "no_parameters"};

void write_lines(Json& json, const State& state, const Statement& statement) {
  json.key("lines").begin_array();
  for (const StatementLine& line : statement.lines) {
    json.begin_object().field("rule", line.rule).field("depth", u64{line.depth}).field("label", line.label);
    json.field("asset", state.asset(line.asset).name).field("amount", exact(line.amount));
    json.field("binds", line.binds).key("inputs").begin_array();
    for (const StatementInput& input : line.inputs) {
      json.begin_object().field("name", input.name).field("value", input.value);
      json.field("position", input.position).end_object();
    }
    json.end_array().end_object();
  }
  json.end_array();
}

}  // namespace

const Scheme* scheme_of(const State& state, const Account& account) {
  return find_scheme(state.rulebook(account.rulebook).rules(), account.mode, account.pooled);
}

std::size_t level_count(const State& state, const Account& account) {
  const Scheme* scheme = scheme_of(state, account);
  return scheme == nullptr ? 0 : scheme->levels.size();
}

std::string pool_name(const State& state, AssetId asset, InstrumentId isolated, Leg leg) {
  if (isolated.is_none()) return state.asset(asset).name;
  const std::string side = leg == Leg::net ? "" : leg == Leg::long_leg ? " long" : " short";
  return state.instrument(isolated).name + side;
}

std::string_view word(Obstacle obstacle) { return obstacle_words[static_cast<std::size_t>(obstacle)]; }

bool judged(const Assessment& assessment) { return assessment.obstacle <= Obstacle::price_diverged; }

std::string obstacle_text(const State& state, const Account& account, const Assessment& a) {
  std::string where;
  if (!a.instrument.is_none()) where = state.instrument(a.instrument).name;
  if (!a.index.is_none()) where = state.index(a.index).name;
  if (a.obstacle == Obstacle::gap) {
    const Gap& gap = state.rulebook(account.rulebook).rules().gaps[a.obstacle_detail];
    return "gap " + gap.name + ": " + gap.text + (where.empty() ? "" : " (" + where + ")");
  }
  constexpr std::string_view what[] = {"",
                                       "its price is older than the rulebook allows",
                                       "mark and index are further apart than the rulebook allows",
                                       "a price or an observation that is needed has never been received",
                                       "",
                                       "the rulebook has no margin parameters for it"};
  return std::string(word(a.obstacle)) + " " + where + ": " +
         std::string(what[static_cast<std::size_t>(a.obstacle)]);
}

void write_boundaries(Json& json, const State& state, const std::vector<Boundary>& boundaries) {
  json.key("liquidation_prices").begin_array();
  for (const Boundary& boundary : boundaries) {
    json.begin_object().field("pool", pool_name(state, boundary.asset, boundary.isolated, boundary.leg));
    json.field("index", state.index(boundary.index).name);
    json.field("price", to_decimal(state.index(boundary.index).price.raw(), price_decimals));
    json.field("step", to_decimal(boundary.step.raw(), price_decimals))
        .field("liquidated", boundary.liquidated);
    for (const bool below : {true, false}) {
      const Crossing& crossing = below ? boundary.below : boundary.above;
      json.key(below ? "below" : "above");
      if (crossing.kind == Crossing::Kind::at) {
        json.text(to_decimal(crossing.price.raw(), price_decimals));
      } else {
        json.null();
      }
      if (crossing.kind == Crossing::Kind::unknown) {
        json.field(below ? "unknown_below" : "unknown_above",
                   to_decimal(crossing.price.raw(), price_decimals));
      }
    }
    json.end_object();
  }
  json.end_array();
}

void write_account(Json& json, const State& state, AccountId id, const Assessment& assessment,
                   const Statement* statement, const std::vector<Boundary>* boundaries) {
  write_account(json, state, state.account(id), assessment, statement, boundaries);
}

void write_account(Json& json, const State& state, const Account& account, const Assessment& assessment,
                   const Statement* statement, const std::vector<Boundary>* boundaries) {
  const RulebookHistory& history = state.rulebook(account.rulebook);
  json.begin_object().field("account", account.name).field("rulebook", history.name);
  json.field("version", history.rules().version).field("epoch", history.active);
  json.field("mode", word(account.mode)).field("pooled", account.pooled).field("hedge", account.hedge);
  json.field("position", state.position).field("time", time_text(state.time));
  json.key("state");
  if (judged(assessment)) {
    json.text(word(assessment.state));
  } else {
    json.null();
  }
  json.field("obstacle", word(assessment.obstacle));
  if (assessment.obstacle != Obstacle::none) {
    json.field("obstacle_text", obstacle_text(state, account, assessment));
  }
  json.key("pools").begin_array();
  for (const PoolTotals& pool : assessment.pools) {
    json.begin_object().field("asset", state.asset(pool.asset).name).key("isolated");
    if (pool.isolated.is_none()) {
      json.null();
    } else {
      json.text(pool_name(state, pool.asset, pool.isolated, pool.leg));
    }
    json.field("equity", exact(pool.equity)).field("margin_balance", exact(pool.margin_balance));
    json.field("initial", exact(pool.initial)).field("maintenance", exact(pool.maintenance));
    json.field("initial_balance", exact(pool.initial_balance)).field("available", exact(pool.available));
    json.key("levels").begin_object();
    for (std::size_t i = 0; i < level_count(state, account); ++i) {
      json.field(scheme_of(state, account)->levels[i].name, exact(pool.levels[i]));
    }
    json.end_object().end_object();
  }
  json.end_array();
  if (boundaries != nullptr) write_boundaries(json, state, *boundaries);
  if (statement != nullptr) write_lines(json, state, *statement);
  json.end_object();
}

}  // namespace lockstep
