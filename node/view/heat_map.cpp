// lockstep/heat_map: what an account would gain or lose, and how near it would be to liquidation, at moves of
// one underlying's price and of the volatility of its options.  Every cell is a question to node/whatif.
#include <algorithm>

#include "node/runtime/summary.h"
#include "node/stress/exposure.h"
#include "node/view/parts.h"
#include "node/whatif/what_if.h"

namespace lockstep::view {
namespace {

constexpr std::size_t prices_max = 41, volatilities_max = 21;
// Cells that are answered at once; more are work for the worker.
constexpr std::size_t at_once_max = 200;
constexpr int percent_decimals = 10;  // of a percent, as a Rate holds them
constexpr i64 percent_raw = rate_one / 100;

std::vector<Rate> percents(std::initializer_list<i64> list) {
  std::vector<Rate> out;
  for (const i64 percent : list) out.push_back(Rate::from_raw(percent * percent_raw));
  return out;
}

// Moves as percents: -50, "+7.5", "-50 %".
std::vector<Rate> moves(api::Params& params, const char* name, std::size_t most, std::vector<Rate> usual) {
  const std::vector<std::string> texts = params.texts(name);
  if (texts.empty()) return usual;
  std::vector<Rate> out;
  for (std::string text : texts) {
    while (text.ends_with('%') || text.ends_with(' ')) text.pop_back();
    if (text.starts_with('+')) text.erase(0, 1);
    i128 raw = 0;
    const bool read = parse_decimal(text, percent_decimals, raw) && raw >= -i128{rate_one} * 99 / 100 &&
                      raw <= i128{rate_one} * 10;
    if (!read) params.fail(name, "must be percents from -99 to 1000, such as [-50, -25, 0, 25, 50]");
    out.push_back(Rate::from_raw(read ? static_cast<i64>(raw) : 0));
  }
  if (out.size() > most) params.fail(name, "must be at most " + std::to_string(most) + " moves");
  return out;
}

// Named, or that on which the account holds most; none: it holds nothing.
AssetId base_of(const State& state, const Account& account) {
  AssetId largest;
  Value most;
  for (const Holding& holding : account.holdings) {
    const AssetId base = state.index(state.instrument(holding.instrument).index).base;
    Value gross;
    for (const Holding& other : account.holdings) {
      const Instrument& instrument = state.instrument(other.instrument);
      if (state.index(instrument.index).base != base) continue;
      gross += times(stress::dollars_per_lot(state, instrument), abs(other.lots));
    }
    if (largest.is_none() || gross > most) largest = base, most = gross;
  }
  return largest;
}

struct Cell {
  Value profit;  // dollars
  Rate usage;
  bool judged = true;
};

Value equity_dollars(const State& state, const Assessment& assessment) {
  Value sum;
  for (const PoolTotals& pool : assessment.pools) {
    sum += stress::in_dollars(pool.equity, dollars_of(state, pool.asset));
  }
  return sum;
}

struct Grid {
  std::vector<Rate> prices, volatilities;
  std::vector<std::vector<Cell>> cells;
  std::optional<std::pair<std::size_t, std::size_t>> worst;
};

// The error, if an underlying has no price.
std::optional<std::string> fill(Engine& engine, whatif::Workspace& workspace, AccountId account, AssetId base,
                                Grid& grid) {
  whatif::Asker asker(engine, workspace, account, {.statements = false, .boundaries = false});
  for (std::size_t i = 0; i < grid.prices.size(); ++i) {
    std::vector<Cell>& row = grid.cells.emplace_back();
    for (std::size_t j = 0; j < grid.volatilities.size(); ++j) {
      const whatif::Change changes[] = {whatif::MovePrice{base, grid.prices[i]},
                                        whatif::MoveVolatility{base, grid.volatilities[j]}};
      const Result<whatif::Answer, std::string> answer = asker.ask(changes);
      if (!answer) return answer.error();
      const Assessment &before = answer.value().before.assessment, &after = answer.value().after.assessment;
      Cell& cell = row.emplace_back();
      cell.judged = before.obstacle < Obstacle::price_missing && after.obstacle < Obstacle::price_missing;
      if (!cell.judged) continue;
      cell.profit = equity_dollars(asker.state(), after) - equity_dollars(engine.state, before);
      for (const PoolTotals& pool : after.pools) cell.usage = std::max(cell.usage, usage_of(pool));
      const bool is_worst =
          !grid.worst || cell.profit < grid.cells[grid.worst->first][grid.worst->second].profit;
      if (is_worst) grid.worst = {i, j};
    }
  }
  return std::nullopt;
}

template <class Write>
void write_grid(Json& json, const char* name, const Grid& grid, Write write) {
  json.key(name).begin_array();
  for (const std::vector<Cell>& row : grid.cells) {
    json.begin_array();
    for (const Cell& cell : row) {
      if (cell.judged) {
        json.text(write(cell));
      } else {
        json.null();
      }
    }
    json.end_array();
  }
  json.end_array();
}

std::string grid_json(const State& state, AccountId account, AssetId base, const Grid& grid) {
  Json json;
  begin_result(json, state);
  json.field("account", state.account(account).name).field("asset", "USD");
  json.field("base", state.asset(base).name);
  for (const bool price : {true, false}) {
    json.key(price ? "prices" : "volatilities").begin_array();
    for (const Rate move : price ? grid.prices : grid.volatilities) json.text(exact(move));
    json.end_array();
  }
  write_grid(json, "cells", grid, [](const Cell& cell) { return dollars_text(cell.profit); });
  write_grid(json, "margin", grid, [](const Cell& cell) { return usage_text(cell.usage); });
  json.key("worst");
  if (grid.worst) {
    json.begin_object().field("price", u64{grid.worst->first});
    json.field("volatility", u64{grid.worst->second}).end_object();
  } else {
    json.null();
  }
  return json.end_object().str();
}

api::Answer answer_of(Engine& engine, whatif::Workspace& workspace, AccountId account, AssetId base,
                      Grid grid) {
  const std::optional<std::string> error = fill(engine, workspace, account, base, grid);
  if (error) return api::invalid_params("base", "base: " + *error);
  return grid_json(engine.state, account, base, grid);
}

}  // namespace

api::Reply heat_map(whatif::Workspace& workspace, api::Context& context, api::Params& params) {
  const Result<AccountId, api::Error> found = account_of(context, params);
  const Engine& engine = context.engine;
  const std::string named = params.text("base", "");
  AssetId base;
  if (!named.empty()) {
    const auto asset = engine.lookup.assets.find(named);
    if (asset == engine.lookup.assets.end()) {
      params.fail("base", "there is no asset " + json_shown(named));
    } else {
      base = AssetId{asset->second};
    }
  }
  Grid grid;
  grid.prices =
      moves(params, "prices", prices_max, percents({-50, -40, -30, -20, -10, 0, 10, 20, 30, 40, 50}));
  grid.volatilities =
      moves(params, "volatilities", volatilities_max, percents({-30, -15, 0, 15, 30, 60, 100}));
  params.nothing_else();
  if (params.error()) return api::failed(*params.error());
  if (!found) return api::failed(found.error());
  if (base.is_none()) base = base_of(engine.state, engine.state.account(found.value()));
  if (base.is_none()) {
    return api::failed(api::invalid_params("base", "base: the account holds nothing; name an underlying"));
  }
  const AccountId account = found.value();
  const std::size_t cells = grid.prices.size() * grid.volatilities.size();
  if (cells <= at_once_max) {
    return answer_of(context.engine, workspace, account, base, std::move(grid));
  }
  return api::Job{[account, base, grid](Engine& copy) {
    whatif::Workspace own;
    return answer_of(copy, own, account, base, grid);
  }};
}

}  // namespace lockstep::view
