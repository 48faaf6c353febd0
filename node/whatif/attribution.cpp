#include "node/whatif/attribution.h"

#include "core/ledger/ledger.h"
#include "core/ledger/valuation.h"
#include "core/risk/boundary_market.h"

namespace lockstep::whatif {
namespace {

std::string text_of(Price price) { return to_decimal(price.raw(), price_decimals); }

struct Trial {
  State state;
  RiskBook risk;
  Account account;
  AssetId asset;
  std::string missing;  // why there are no figures

  PoolTotals look() {
    const Assessment assessment = assess(state, risk, account);
    const PoolTotals* pool = assessment.find(asset);
    if (assessment.obstacle >= Obstacle::price_missing) missing = "the account cannot be judged";
    if (pool == nullptr) missing = "the account has no pool in " + state.asset(asset).name;
    return pool == nullptr ? PoolTotals{} : *pool;
  }
};

struct Parts {
  Trial& trial;
  PoolTotals last;
  std::vector<Part> all;

  // What changed since the last look.
  void add(Cause cause, std::string what) {
    const PoolTotals now = trial.look();
    all.push_back({cause, std::move(what), now.equity - last.equity, now.initial - last.initial,
                   now.maintenance - last.maintenance});
    last = now;
  }
};

std::string instead(const std::string& what, const std::string& theirs, const std::string& ours) {
  return what + " " + theirs + " instead of " + ours;
}

void use_prices(Parts& parts, const Report& report) {
  State& state = parts.trial.state;
  for (const auto& [id, price] : report.indexes) {
    Index& index = state.indexes[id.index];
    if (index.price == price) continue;
    std::string what = instead("index " + index.name, text_of(price), text_of(index.price));
    index.price = price;
    invalidate_all(parts.trial.risk);
    parts.add(Cause::price, std::move(what));
  }
  for (const auto& [id, price] : report.marks) {
    Market& market = state.markets[id.index];
    if (market.mark == price) continue;
    const std::string ours = market.mark == Price{} ? "the model's" : text_of(market.mark);
    std::string what = instead("mark of " + state.instrument(id).name, text_of(price), ours);
    market.mark = price;
    invalidate_all(parts.trial.risk);
    parts.add(Cause::price, std::move(what));
  }
}

std::string size_text(const Instrument& instrument, Lots lots) {
  return to_decimal(i128{lots.raw()} * instrument.lot, lot_decimals);
}

// The entry price of what is held stays; what is new enters at the mark.
void use_holdings(Parts& parts, const Report& report) {
  Trial& trial = parts.trial;
  for (const auto& [id, lots] : report.holdings) {
    const Instrument& instrument = trial.state.instrument(id);
    Holding* held = nullptr;
    for (Holding& holding : trial.account.holdings) {
      if (holding.instrument == id && (held == nullptr || holding.lots != Lots{})) held = &holding;
    }
    const Lots ours = held == nullptr ? Lots{} : held->lots;
    if (ours == lots) continue;
    std::string what =
        instead("holding of " + instrument.name, size_text(instrument, lots), size_text(instrument, ours));
    const Value mark = risk_row(trial.state, trial.risk, id).mark;
    if (held == nullptr) {
      Holding fresh;
      fresh.instrument = id;
      fresh.funding = trial.state.market(id).funding;
      auto place = trial.account.holdings.begin();
      while (place != trial.account.holdings.end() && place->instrument < id) ++place;
      held = &*trial.account.holdings.insert(place, fresh);
    }
    const bool has_entry = ours != Lots{};
    held->cost = has_entry
                     ? Value::from_raw(mul_div(held->cost.raw(), lots.raw(), ours.raw(), Round::nearest))
                     : times(mark, lots);
    held->lots = lots;
    parts.add(Cause::holding, std::move(what));
  }
}

void use_rules(Parts& parts, const Report& report) {
  if (!report.rules) return;
  State& state = parts.trial.state;
  RulebookHistory& history = state.rulebooks[parts.trial.account.rulebook.index];
  if (history.rules().identity == report.rules->identity) return;
  std::string what =
      instead("parameters " + report.rules->name, report.rules->version, history.rules().version);
  history.epochs.push_back(
      Epoch{.rulebook = *report.rules, .status = EpochStatus::active, .at_position = 0, .at_time = {}});
  history.active = static_cast<u32>(history.epochs.size());
  invalidate_all(parts.trial.risk);
  parts.add(Cause::epoch, std::move(what));
}

}  // namespace

Result<std::vector<Part>, std::string> attribute(const Engine& engine, AccountId account,
                                                 const Report& report) {
  Trial trial{.state = engine.state,
              .risk = {},
              .account = engine.state.account(account),
              .asset = report.asset,
              .missing = {}};
  Parts parts{trial, {}, {}};
  parts.add(Cause::ours, "computed here");
  use_prices(parts, report);
  use_holdings(parts, report);
  use_rules(parts, report);
  if (!trial.missing.empty()) return trial.missing;
  const auto left = [](const std::optional<Value>& said, Value now) { return said ? *said - now : Value{}; };
  Part rule;
  rule.cause = Cause::rule;
  rule.what = "what no difference of inputs explains";
  rule.equity = left(report.equity, parts.last.equity);
  rule.initial = left(report.initial, parts.last.initial);
  rule.maintenance = left(report.maintenance, parts.last.maintenance);
  parts.all.push_back(rule);
  return parts.all;
}

}  // namespace lockstep::whatif
