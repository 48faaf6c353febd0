#include "node/whatif/preview.h"

#include <algorithm>
#include <map>

#include "core/model/refusals.h"

namespace lockstep::whatif {
namespace {

using Totals = std::map<std::pair<AssetId, AssetId>, UnitTotals>;  // by (base, asset)

void add_units(const RiskBook& book, Totals& totals) {
  for (const UnitTotals& unit : last_units(book)) {
    UnitTotals& total = totals[{unit.base, unit.asset}];
    total.initial += unit.initial;
    total.maintenance += unit.maintenance;
  }
}

void add_below(std::vector<std::string>& below, const std::string& level) {
  if (std::find(below.begin(), below.end(), level) == below.end()) below.push_back(level);
}

Reading read(const State& state, const Account& account, const Assessment& assessment) {
  Reading reading;
  reading.state = assessment.state;
  reading.obstacle = assessment.obstacle;
  if (assessment.obstacle >= Obstacle::price_missing) return reading;
  const Scheme* scheme = find_scheme(state.rulebook(account.rulebook).rules(), account.mode, account.pooled);
  bool first = true;
  for (const PoolTotals& pool : assessment.pools) {
    const Value room = pool.margin_balance - pool.maintenance;
    if (first || room < reading.room) {
      reading.asset = pool.asset;
      reading.room = room;
      reading.initial = pool.initial;
      reading.maintenance = pool.maintenance;
    }
    first = false;
    for (std::size_t n = 0; n < scheme->levels.size(); ++n) {
      if (pool.margin_balance < pool.levels[n]) add_below(reading.below, scheme->levels[n].name);
    }
  }
  if (assessment.state >= MarginState::call) add_below(reading.below, "call");
  if (assessment.state >= MarginState::liquidation) add_below(reading.below, "liquidation");
  if (assessment.state >= MarginState::bankrupt) add_below(reading.below, "bankrupt");
  return reading;
}

bool is_below(const Reading& reading, const std::string& level) {
  return std::find(reading.below.begin(), reading.below.end(), level) != reading.below.end();
}

// In the order of severity: the scheme's own first.
void count_levels(Preview& out) {
  std::vector<std::string> names;
  for (const AccountChange& change : out.accounts) {
    for (const Reading* reading : {&change.before, &change.after}) {
      for (const std::string& level : reading->below) add_below(names, level);
    }
  }
  for (const char* last : {"call", "liquidation", "bankrupt"}) {
    std::erase(names, last);
    names.emplace_back(last);
  }
  for (const std::string& name : names) {
    LevelCount count;
    count.level = name;
    for (const AccountChange& change : out.accounts) {
      const bool was = is_below(change.before, name);
      const bool is = is_below(change.after, name);
      count.before += was;
      count.after += is;
      count.entered += is && !was;
      count.left += was && !is;
    }
    out.levels.push_back(count);
  }
}

void join(const Totals& before, const Totals& after, Preview& out) {
  Totals all = before;
  all.insert(after.begin(), after.end());
  const auto of = [](const Totals& totals, const Totals::key_type& key) {
    const auto it = totals.find(key);
    return it == totals.end() ? UnitTotals{} : it->second;
  };
  for (const auto& [key, unused] : all) {
    const UnitTotals was = of(before, key);
    const UnitTotals is = of(after, key);
    out.underlyings.push_back(
        {key.first, key.second, was.initial, is.initial, was.maintenance, is.maintenance});
  }
}

std::string refused(const Engine& engine, const Outcome& outcome) {
  std::string text = "refused: ";
  text += refusal_text(outcome.refusal);
  if (!outcome.instrument.is_none()) {
    text += ": ";
    text += engine.state.instrument(outcome.instrument).name;
  }
  return text;
}

}  // namespace

Result<Preview, std::string> preview(const Engine& engine, const Rulebook& proposed) {
  const auto named = engine.lookup.rulebooks.find(proposed.name);
  if (named == engine.lookup.rulebooks.end()) {
    return std::string("no account lives under a rulebook named ") + proposed.name;
  }
  Preview out;
  out.rulebook = RulebookId{named->second};
  Bytes bytes;
  save(engine, bytes);
  Engine after;
  if (!restore(bytes, after)) return std::string("the state cannot be copied");
  Engine before;
  if (!restore(bytes, before)) return std::string("the state cannot be copied");

  Outcome outcome = apply(after, after.state.time, ProposeRulebook{proposed});
  if (!outcome.accepted()) return refused(after, outcome);
  ScheduleEpoch schedule;
  schedule.rulebook = out.rulebook;
  schedule.epoch = out.epoch = static_cast<u32>(after.state.rulebook(out.rulebook).epochs.size());
  // Whether it may come into force is another question than what it would do.
  RulebookHistory& history = after.state.rulebooks[out.rulebook.index];
  if (history.active != 0) history.epochs[history.active - 1].rulebook.epochs = EpochRules{};
  for (const ReplicaId voter : voters_of(after.state)) history.epochs.back().ready.push_back(voter);
  outcome = apply(after, after.state.time, schedule);
  if (!outcome.accepted()) return refused(after, outcome);

  Totals was, is;
  for (u32 i = 0; i < engine.state.accounts.size(); ++i) {
    const AccountId id{i};
    const Account& account = engine.state.account(id);
    if (account.rulebook != out.rulebook) continue;
    AccountChange change;
    change.account = id;
    if (engine.state.rulebook(out.rulebook).active != 0) {
      change.before = read(before.state, account, assess_account(before, id));
      add_units(before.risk, was);
    }
    change.after = read(after.state, account, assess_account(after, id));
    add_units(after.risk, is);
    out.accounts.push_back(std::move(change));
  }
  count_levels(out);
  join(was, is, out);
  return out;
}

}  // namespace lockstep::whatif
