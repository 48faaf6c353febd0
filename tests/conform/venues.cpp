// Published examples: scenario margins, tiers and rates of single venues.
#include "tests/conform/venues.h"

#include <chrono>

#include "core/risk/expression.h"
#include "core/risk/grid.h"
#include "core/risk/minimum_charge.h"
#include "core/risk/notional_rate.h"
#include "core/risk/pool_rules.h"

namespace lockstep::conform {
namespace venues {

Value combined(std::string_view postfix, std::initializer_list<Value> values) {
  Expression expression;
  std::vector<u8> slots;
  for (std::size_t i = 0; i < values.size(); ++i) slots.push_back(static_cast<u8>(i));
  const auto add = [&](OpCode code, u16 index = 0, Rate factor = {}) {
    Op op;
    op.code = code;
    op.index = index;
    op.rate = factor;
    expression.code.push_back(op);
  };
  for (std::size_t at = 0; at < postfix.size();) {
    const std::size_t end = std::min(postfix.find(' ', at), postfix.size());
    const std::string word(postfix.substr(at, end - at));
    at = end + 1;
    if (word == "max")
      add(OpCode::max);
    else if (word == "min")
      add(OpCode::min);
    else if (word == "+")
      add(OpCode::add);
    else if (word == "-")
      add(OpCode::subtract);
    else if (word == "*")
      add(OpCode::multiply);
    else if (word[0] == '#')
      add(OpCode::number, 0,
          Rate::from_raw(static_cast<i64>(std::stod(word.substr(1)) * 1e6 + 0.5) * 1'000'000));
    else
      add(OpCode::component, static_cast<u16>(std::stoi(word)));
  }
  const std::vector<Value> operands(values);
  return evaluate(expression, operands, slots, {}, {}).value;
}

namespace {

const Rounding nine_nearest{.direction = Round::nearest, .decimals = 9};

GridRow symmetric_grid(Rate range, int buckets) {
  GridRow grid;
  for (int step = -buckets; step <= buckets; ++step) {
    grid.moves.push_back(
        Rate::from_raw(static_cast<i64>(div(i128{range.raw()} * step, buckets, Round::nearest))));
  }
  return grid;
}

// Perpetuals and futures of one inverse unit.
UnitSum inverse_unit(Value coins, Price index) {
  UnitSum unit;
  unit.inverse = true;
  unit.index_price = index;
  unit.exposure = unit.delta = coins;
  return unit;
}

// The moves of the extended table: documented by the venue's interface.
void extend(GridRow& grid, Rate range) {
  for (const i64 move : {-66, -33, 50, 100, 200, 300, 400, 500}) {
    grid.extreme_moves.push_back(Rate::from_raw(move * (rate_one / 100)));
  }
  grid.extreme_range = range;
}

// From milliseconds since 1970 to a date such as 2024-06-28T08:00:00Z.
Rate years_between(const Json& now, const std::string& date) {
  int year = 0, hour = 0;
  unsigned month = 0, day = 0;
  if (std::sscanf(date.c_str(), "%d-%u-%uT%d", &year, &month, &day, &hour) != 4) {
    throw VectorError{"not a date: " + date};
  }
  const std::chrono::sys_days days(std::chrono::year(year) / std::chrono::month(month) /
                                   std::chrono::day(day));
  const i64 seconds = i64{days.time_since_epoch().count()} * 86'400 + hour * 3'600;
  const i128 left = i128{seconds} * 1000 - now.fixed(0);
  return Rate::from_raw(static_cast<i64>(left * rate_one / (i128{31'536'000} * 1000)));
}

Answer deribit_portfolio(const Vector& vector) {
  const Json& in = inputs(vector);
  const Json& params = in.at("params");
  const Json* count = params.find("buckets_count");
  GridRow grid =
      symmetric_grid(rate(params, "price_range"), count == nullptr ? 4 : static_cast<int>(count->fixed(0)));
  extend(grid, rate(params, "price_range"));
  grid.dampener = value(params, "extended_dampener_usd");
  grid.gains = rate(params, "pnl_offset");
  RollRow roll;
  roll.annualised = rate(params, "annualised_move_risk");
  roll.minimum = rate(params, "min_annualised_move");
  Value held, rolls;
  for (const JsonMember& member : in.at("positions_base").members) {
    const Value coins = value(member.value);
    held += coins;
    Rate years;
    if (const Json* expiries = in.find("expiry");
        expiries != nullptr && expiries->find(member.key) != nullptr) {
      years = years_between(in.at("timestamp_ms"), expiries->at(member.key).text);
    }
    rolls += roll_margin(roll, coins, years, Price{});
  }
  const UnitSum unit = inverse_unit(held, price(in, "index"));
  const Value worst = worst_loss(grid, unit).loss;
  const Value risk = rounded(worst, nine_nearest) + rolls;
  Value others;
  for (const std::string_view key : {"mmp_margin", "open_orders_margin", "spot_margin"}) {
    if (in.find(key) != nullptr) others += value(in, key);
  }
  return {{{"worst_case", text(worst)},
           {"roll_shock", text(rolls)},
           {"risk_matrix_margin", text(risk)},
           {"initial_margin", text(rounded(combined("0 1 +", {risk, others}), nine_nearest))},
           {"maintenance_margin", text(scale(risk, rate(params, "mm_factor"), Round::up))}},
          ""};
}

// Every third entry of the standard table: volatility does not matter to a perpetual.
Answer risk_vector(const Vector& vector) {
  const Json& in = inputs(vector);
  GridRow grid = symmetric_grid(rate(in, "price_range"), static_cast<int>(in.at("buckets").fixed(0)));
  extend(grid, rate(in, "price_range"));
  const UnitSum unit = inverse_unit(value(in, "size_base"), Price::from_raw(price_one));
  Answer answer;
  for (std::size_t i = 0; i < grid.moves.size(); ++i) {
    answer.values.push_back(
        {"standard_every3[" + std::to_string(i) + "]", text(scenario_profit(grid, unit, 3 * i))});
  }
  for (std::size_t i = 0; i < grid.extreme_moves.size(); ++i) {
    answer.values.push_back({"extended[" + std::to_string(i) + "]",
                             text(scenario_profit(grid, unit, 3 * grid.moves.size() + i))});
  }
  return answer;
}

Answer pnl_offset(const Vector& vector) {
  const Json& in = inputs(vector);
  GridRow grid;
  grid.gains = rate(in, "pnl_offset");
  Answer answer;
  const std::vector<Json>& profits = in.at("pre_aggregated").items;
  for (std::size_t i = 0; i < profits.size(); ++i) {
    answer.values.push_back(
        {"aggregated[" + std::to_string(i) + "]", text(counted_gain(grid, value(profits[i])))});
  }
  return answer;
}

// Sizes are named after their coin: size_btc.
Answer linear_perpetual(const Vector& vector) {
  const Json& in = inputs(vector);
  SizeRow row;
  Value size;
  bool initial = false;
  for (const JsonMember& member : in.members) {
    if (member.key.starts_with("size_")) size = value(member.value);
    if (member.key == "im_base") row.initial = rate(member.value), initial = true;
    if (member.key == "mm_base") row.maintenance = rate(member.value);
    if (member.key.ends_with("_per_coin")) row.per_coin = rate(member.value);
  }
  const Margin margin = size_margin(row, abs(size), price(in, "index"));
  if (initial) return {{{"im_usdc", text(margin.initial)}}, ""};
  return {{{"mm_usdc", text(margin.maintenance)}}, ""};
}

// MR1 .. MR7 of one risk unit into its requirement.
Value unit_requirement(const Value (&mr)[8]) {
  return combined("0 1 max 5 max 2 + 3 + 4 + 6 max", {mr[1], mr[2], mr[3], mr[4], mr[5], mr[6], mr[7]});
}

Answer okx_answer(const Value (&mr)[8], bool scenarios) {
  Answer answer;
  for (int i = 1; i <= 7; ++i) {
    if (scenarios || i == 4 || i >= 6) answer.values.push_back({"mr" + std::to_string(i), text(mr[i])});
  }
  const Value maintenance = unit_requirement(mr);
  answer.values.push_back({"mmr", text(maintenance)});
  answer.values.push_back({"imr", text(combined("#1.3 0 *", {maintenance}))});
  return answer;
}

Value roll_of(Value delta, Rate rate) {
  RollRow row;
  row.minimum = rate;
  return roll_margin(row, delta, {}, Price{});
}

Value minimum_of(UnitSum unit, Rate rate) {
  MinimumRow row;
  row.net = rate;
  unit.inverse = true;  // delta is in money already
  return minimum_charge_margin(row, unit).maintenance;
}

Value worst_of(const UnitSum& unit, const std::vector<Rate>& moves, Rate share) {
  GridRow grid;
  for (const Rate move : moves) {
    ListedScenario scenario;
    scenario.share = share;
    scenario.move = move;
    grid.listed.push_back(scenario);
    scenario.move = -move;
    grid.listed.push_back(scenario);
  }
  return worst_loss(grid, unit).loss;
}

Answer okx_short_unit(const Vector& vector) {
  const Json& in = inputs(vector);
  const Value size = value(in, "size_btc");
  const Value in_usd = value(in, "usdt_usd_implied");
  UnitSum unit;
  unit.exposure = product(product(size, value(in, "index_usdt_implied")), in_usd);
  unit.delta = product(product(size, value(in, "mark_usdt")), in_usd);
  std::vector<Rate> shocks;
  for (const Json& shock : in.at("mr1_shocks").items) shocks.push_back(rate(shock));
  Value mr[8];
  mr[1] = worst_of(unit, shocks, Rate::from_raw(rate_one));
  mr[4] = roll_of(unit.delta, rate(in, "mr4_rate_implied"));
  mr[6] = worst_of(unit, {rate(in, "mr6_shock")}, rate(in, "mr6_factor"));
  mr[7] = minimum_of(unit, rate(in, "mr7_rate_implied"));
  return okx_answer(mr, true);
}

Answer okx_long_unit(const Vector& vector) {
  const Json& in = inputs(vector);
  UnitSum unit;
  unit.delta = value(in, "delta_usd");
  Value mr[8];
  mr[1] = value(in, "mr1");
  mr[4] = roll_of(unit.delta, rate(in, "mr4_rate_implied"));
  // The loss is given: a move of -100 % of it.
  unit.exposure = abs(value(in, "mr6_pnl"));
  mr[6] = worst_of(unit, {Rate::from_raw(-rate_one)}, rate(in, "mr6_factor"));
  mr[7] = minimum_of(unit, rate(in, "mr7_rate_implied"));
  return okx_answer(mr, false);
}

Answer okx_rule(const Vector& vector) {
  Value mr[8];
  for (int i = 1; i <= 7; ++i) mr[i] = value(inputs(vector), "mr" + std::to_string(i));
  return okx_answer(mr, true);
}

Answer okx_totals(const Vector& vector) {
  const Json& in = inputs(vector);
  BorrowRow row;
  row.initial = rate(in, "borrow_imr_rate");
  row.maintenance = rate(in, "borrow_mmr_rate");
  const Margin borrow = borrow_margin(row, value(in, "borrow_usd"));
  Value maintenance, initial;
  for (const Json& unit : in.at("risk_unit_mmr").items) maintenance += value(unit);
  for (const Json& unit : in.at("risk_unit_imr").items) initial += value(unit);
  return {{{"derivMmr", text(maintenance)},
           {"borrowMmr", text(borrow.maintenance)},
           {"borrowImr", text(borrow.initial)},
           {"totalMmr", text(combined("0 1 +", {maintenance, borrow.maintenance}))},
           {"totalImr", text(combined("0 1 +", {initial, borrow.initial}))}},
          ""};
}

Answer okx_depeg(const Vector& vector) {
  MinimumRow row;
  row.hedged = Rate::from_raw(rate_one);
  row.marginal = true;
  Value floor;
  for (const Json& tier : inputs(vector).at("tiers").items) {
    row.steps.push_back({floor, rate(tier.items.at(1))});
    if (tier.items.at(0).kind != Json::Kind::null) floor = value(tier.items.at(0));
  }
  UnitSum unit;
  unit.inverse = true;
  unit.delta_gross = value(inputs(vector), "hedged_usd");
  return {{{"mr9", text(minimum_charge_margin(row, unit).maintenance)}}, ""};
}

Answer bracket_amounts(const Vector& vector) {
  const Json& in = inputs(vector);
  Answer answer;
  Bracket before;
  const std::vector<Json>& floors = in.at("floors").items;
  for (std::size_t i = 0; i < floors.size(); ++i) {
    Bracket bracket;
    bracket.floor = value(floors[i]);
    bracket.rate = rate(in.at("mmr").items.at(i));
    if (i > 0) bracket.deduction = deduction_at(before, bracket.floor, bracket.rate);
    answer.values.push_back({"cum[" + std::to_string(i) + "]", text(bracket.deduction)});
    before = bracket;
  }
  return answer;
}

Answer coin_bracket_amount(const Vector& vector) {
  const Json& in = inputs(vector);
  Bracket before;
  before.rate = rate(in, "mmr_prev");
  before.deduction = value(in, "cum_prev");
  return {{{"cum", text(deduction_at(before, value(in, "floor_btc"), rate(in, "mmr_n")))}}, ""};
}

// The venue states reciprocal rates, 1 / (2 x leverage), which no decimal holds: N x rate is N / (2 x
// leverage).
Answer reciprocal_tiers(const Vector& vector) {
  const Json& in = inputs(vector);
  const Value notional = value(in, "notional");
  Rate leverage;
  Value deduction;
  for (const Json& tier : in.at("tiers_lower_bound_maxlev").items) {
    const Value floor = value(tier.items.at(0));
    if (floor > notional) break;
    const Rate twice = Rate::from_raw(2 * rate(tier.items.at(1)).raw());
    if (leverage != Rate{}) deduction += at_leverage(floor, twice) - at_leverage(floor, leverage);
    leverage = twice;
  }
  const Value one = Value::from_raw(value_one);
  return {{{"mmr", text(at_leverage(one, leverage))},
           {"deduction", text(deduction)},
           {"mm", text(at_leverage(notional, leverage) - deduction)}},
          ""};
}

NotionalRow tier_of(const Json& in) {
  NotionalRow row;
  row.initial = ppm(in, "imf_ppm");
  row.interest_lower = Value::from_raw(in.at("oi_lower").fixed(0));
  row.interest_upper = Value::from_raw(in.at("oi_upper").fixed(0));
  row.rate = {.direction = Round::down, .decimals = 6};
  return row;
}

// In quanta: one of them is one unit of a Value, so that nothing is rounded that the venue does not round.
Answer initial_quantums(const Vector& vector) {
  const Json& in = inputs(vector);
  HoldingFacts facts;
  facts.notional = Value::from_raw(in.at("quote_quantums").fixed(0));
  facts.open_interest = Value::from_raw(in.at("oi_notional").fixed(0));
  return {{{"im", to_decimal(notional_margin(tier_of(in), facts).initial.raw(), 0)}}, ""};
}

Answer effective_rate(const Vector& vector) {
  const Json& in = inputs(vector);
  HoldingFacts facts;
  facts.open_interest = Value::from_raw(in.at("oi_notional").fixed(0));
  return {{{"imf_ppm", to_decimal(initial_rate(tier_of(in), facts).raw(), 6)}}, ""};
}

}  // namespace

std::vector<Entry> margin_examples() {
  return {{"Deribit", "segregated_pm *", deribit_portfolio, ""},
          {"Deribit", "cross_pm single *", deribit_portfolio, ""},
          {"Deribit", "pm risk vector*", risk_vector, ""},
          {"Deribit", "cross_pm pnl_offset*", pnl_offset, ""},
          {"Deribit", "linear perpetual *", linear_perpetual, ""},
          {"OKX", "portfolio margin risk unit, -*", okx_short_unit, ""},
          {"OKX", "portfolio margin risk unit, +*", okx_long_unit, ""},
          {"OKX", "portfolio margin MMR combination rule*", okx_rule, ""},
          {"OKX", "portfolio margin account totals*", okx_totals, ""},
          {"OKX", "MR9 *", okx_depeg, ""},
          {"Binance", "USD-M BTCUSDT bracket maintenance amounts*", bracket_amounts, ""},
          {"Binance", "COIN-M maintenance amount*", coin_bracket_amount, ""},
          {"Hyperliquid", "margin tiers maintenance margin *", reciprocal_tiers, ""},
          {"dYdX", "initial margin quote quantums*", initial_quantums, ""},
          {"dYdX", "effective IMF ppm*", effective_rate, ""}};
}

}  // namespace venues

std::vector<Entry> venue_models() {
  std::vector<Entry> entries = venues::margin_examples();
  for (const auto examples : {venues::account_examples, venues::option_examples, venues::liquidation_examples,
                              venues::funding_examples}) {
    for (const Entry& entry : examples()) entries.push_back(entry);
  }
  return entries;
}

}  // namespace lockstep::conform
