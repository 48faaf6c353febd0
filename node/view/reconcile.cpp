// lockstep/reconcile: what somebody else's records say of an account against ours, row by row.  What they did
// not say is unknown, never flat.
#include <algorithm>

#include "core/ledger/ledger.h"
#include "node/book/words.h"
#include "node/runtime/summary.h"
#include "node/view/account_json.h"
#include "node/view/holding.h"
#include "node/view/parts.h"

namespace lockstep::view {
namespace {

// matched    the same
// explained  different, within the tolerance or for a reason that accounts for all of it
// unknown    one side has no answer
// break_     different, and nothing accounts for it
enum class Verdict : u8 { matched, explained, unknown, break_ };
constexpr const char* verdict_words[] = {"matched", "explained", "unknown", "break"};

struct Compared {
  const char* kind = "";
  std::string name, theirs, ours, difference;  // empty: no answer
  Verdict verdict = Verdict::unknown;
  std::string reason;
};

Compared row_of(const char* kind, std::string reason = {}) {
  Compared row;
  row.kind = kind;
  row.reason = std::move(reason);
  return row;
}

struct TheirBalance {
  AssetId asset;
  Amount amount;
};
struct TheirPosition {
  InstrumentId instrument;
  Leg leg = Leg::net;
  Lots lots;
};
struct Theirs {
  std::optional<std::vector<TheirBalance>> balances;
  std::optional<std::vector<TheirPosition>> positions;
  std::optional<Value> initial, maintenance, equity;
  AssetId asset;    // of the pool that the three are of; none: the only one
  Value tolerance;  // of amounts
};

// Reads `rows`; the first thing that is wrong stays in `error`.
struct Reader {
  const Engine& engine;
  const Account& account;
  std::string error = {};

  void fail(const std::string& what) {
    if (error.empty()) error = what;
  }
  bool decimal(const JsonValue& object, const char* name, int decimals, i128& raw) {
    const JsonValue* value = object.find(name);
    const bool is_scalar =
        value != nullptr && (value->kind == JsonValue::Kind::text || value->kind == JsonValue::Kind::number);
    const bool read = is_scalar && parse_decimal(value->text, decimals, raw) && abs(raw) <= i128_max / 16;
    if (!read) {
      fail(std::string(name) + " must be a decimal number with at most " + std::to_string(decimals) +
           " decimals");
    }
    return read;
  }
  std::optional<Value> figure(const JsonValue& rows, const char* name) {
    const JsonValue* value = rows.find(name);
    i128 raw = 0;
    if (value == nullptr || value->kind == JsonValue::Kind::null) return std::nullopt;
    if (!decimal(rows, name, value_decimals, raw)) return std::nullopt;
    return Value::from_raw(raw);
  }
  u32 named(const JsonValue& object, const char* key, const NameTable& table) {
    const JsonValue* name = object.find(key);
    if (name == nullptr || name->kind != JsonValue::Kind::text) {
      fail(std::string(key) + " must be a text");
      return ~u32{0};
    }
    const auto found = table.find(name->text);
    if (found != table.end()) return found->second;
    fail("there is no " + std::string(key) + " " + json_shown(name->text));
    return ~u32{0};
  }
  void only(const JsonValue& object, std::initializer_list<std::string_view> keys) {
    for (const auto& [key, unused] : object.members) {
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) fail("unknown key " + json_shown(key));
    }
  }
  const JsonValue* list(const JsonValue& rows, const char* name) {
    const JsonValue* value = rows.find(name);
    if (value == nullptr || value->kind == JsonValue::Kind::null) return nullptr;
    const auto is_object = [](const JsonValue& item) { return item.kind == JsonValue::Kind::object; };
    const bool is_list = value->kind == JsonValue::Kind::array &&
                         std::all_of(value->items.begin(), value->items.end(), is_object);
    if (is_list) return value;
    fail(std::string(name) + " must be an array of objects");
    return nullptr;
  }
  void balance(const JsonValue& item, std::vector<TheirBalance>& out) {
    only(item, {"asset", "amount"});
    const AssetId asset{named(item, "asset", engine.lookup.assets)};
    i128 raw = 0;
    if (asset.is_none() || !decimal(item, "amount", engine.state.asset(asset).decimals, raw)) return;
    for (const TheirBalance& known : out) {
      if (known.asset == asset) fail("asset " + engine.state.asset(asset).name + " is there twice");
    }
    out.push_back({asset, Amount::from_raw(raw)});
  }
  void position(const JsonValue& item, std::vector<TheirPosition>& out) {
    only(item, {"instrument", "size", "leg"});
    const InstrumentId id{named(item, "instrument", engine.lookup.instruments)};
    i128 raw = 0;
    if (id.is_none() || !decimal(item, "size", lot_decimals, raw)) return;
    const Instrument& instrument = engine.state.instrument(id);
    if (raw % instrument.lot != 0 || abs(raw / instrument.lot) > instrument.lots_max.raw()) {
      return fail("size of " + instrument.name + " must be a multiple of the lot, " +
                  to_decimal(instrument.lot, lot_decimals) + ", within its limit");
    }
    TheirPosition row{id, Leg::net, Lots::from_raw(static_cast<i64>(raw / instrument.lot))};
    if (account.hedge) row.leg = row.lots < Lots{} ? Leg::short_leg : Leg::long_leg;
    const JsonValue* leg = item.find("leg");
    if (leg != nullptr && !from_word(leg->text, row.leg)) fail("leg must be one of " + all_words<Leg>());
    for (const TheirPosition& known : out) {
      if (known.instrument == id && known.leg == row.leg) fail(instrument.name + " is there twice");
    }
    out.push_back(row);
  }
  Theirs read(const JsonValue& rows) {
    Theirs theirs;
    only(rows, {"balances", "positions", "initial", "maintenance", "equity", "asset", "tolerance"});
    if (const JsonValue* items = list(rows, "balances")) {
      theirs.balances.emplace();
      for (const JsonValue& item : items->items) balance(item, *theirs.balances);
    }
    if (const JsonValue* items = list(rows, "positions")) {
      theirs.positions.emplace();
      for (const JsonValue& item : items->items) position(item, *theirs.positions);
    }
    theirs.initial = figure(rows, "initial");
    theirs.maintenance = figure(rows, "maintenance");
    theirs.equity = figure(rows, "equity");
    if (rows.find("asset") != nullptr) theirs.asset = AssetId{named(rows, "asset", engine.lookup.assets)};
    theirs.tolerance = figure(rows, "tolerance").value_or(Value{});
    if (theirs.tolerance < Value{}) fail("tolerance must be 0 or more");
    return theirs;
  }
};

// What their balance may count besides ours: margin set aside for isolated holdings, and profit.
struct Beside {
  Value isolated, unrealised;
};
Beside beside(Engine& engine, const Account& account, AssetId asset) {
  Beside out;
  for (const Holding& holding : account.holdings) {
    const Instrument& instrument = engine.state.instrument(holding.instrument);
    if (instrument.settle != asset) continue;
    out.isolated += to_value(holding.isolated, engine.state.asset(asset).decimals);
    if (instrument.kind != InstrumentKind::option) out.unrealised += view_holding(engine, holding).unrealised;
  }
  return out;
}

void compare_balance(Engine& engine, const Account& account, AssetId asset, std::optional<Amount> said,
                     Value tolerance, Compared& row) {
  const Asset& of = engine.state.asset(asset);
  const Amount ours = balance(account, asset);
  const Amount difference = said.value_or(Amount{}) - ours;
  row.name = of.name, row.ours = exact(ours, of), row.difference = exact(difference, of);
  if (said) row.theirs = exact(*said, of);
  row.verdict = difference == Amount{} ? Verdict::matched : Verdict::break_;
  if (difference == Amount{}) return;
  const Value apart = to_value(difference, of.decimals);
  const Beside may = beside(engine, account, asset);
  const auto accounts_for = [&](Value part) {
    return part != Value{} && to_amount(part, of.decimals, Round::nearest) == difference;
  };
  row.verdict = Verdict::explained;
  if (!said) {
    row.verdict = Verdict::break_, row.reason = "they do not list it";
  } else if (abs(apart) <= tolerance) {
    row.reason = "within the tolerance";
  } else if (accounts_for(may.isolated)) {
    row.reason = "theirs counts the margin set aside for isolated holdings";
  } else if (accounts_for(may.unrealised)) {
    row.reason = "theirs counts unrealised profit";
  } else if (accounts_for(may.isolated + may.unrealised)) {
    row.reason = "theirs counts isolated margin and unrealised profit";
  } else {
    row.verdict = Verdict::break_, row.reason = "nothing here accounts for it";
  }
}

void compare_balances(Engine& engine, const Account& account, const Theirs& theirs,
                      std::vector<Compared>& rows) {
  if (!theirs.balances) {
    rows.push_back(row_of("balance", "they say nothing of balances"));
    return;
  }
  for (const TheirBalance& said : *theirs.balances) {
    compare_balance(engine, account, said.asset, said.amount, theirs.tolerance,
                    rows.emplace_back(row_of("balance")));
  }
  for (const Balance& ours : account.balances) {
    const bool listed = std::any_of(theirs.balances->begin(), theirs.balances->end(),
                                    [&](const TheirBalance& said) { return said.asset == ours.asset; });
    if (listed) continue;
    compare_balance(engine, account, ours.asset, std::nullopt, theirs.tolerance,
                    rows.emplace_back(row_of("balance")));
  }
}

void compare_position(const State& state, InstrumentId id, Leg leg, std::optional<Lots> said, Lots ours,
                      std::vector<Compared>& rows) {
  const Instrument& instrument = state.instrument(id);
  const Lots difference = said.value_or(Lots{}) - ours;
  Compared& row = rows.emplace_back(row_of("position"));
  row.name = pool_name(state, instrument.settle, id, leg);
  row.ours = size_text(instrument, ours), row.difference = size_text(instrument, difference);
  if (said) row.theirs = size_text(instrument, *said);
  row.verdict = difference == Lots{} ? Verdict::matched : Verdict::break_;
  if (difference != Lots{}) row.reason = said ? "the sizes differ" : "they do not list it";
}

void compare_positions(const State& state, const Account& account, const Theirs& theirs,
                       std::vector<Compared>& rows) {
  if (!theirs.positions) {
    rows.push_back(row_of("position", "they say nothing of positions"));
    return;
  }
  for (const TheirPosition& said : *theirs.positions) {
    const Holding* ours = find_holding(account, said.instrument, said.leg);
    compare_position(state, said.instrument, said.leg, said.lots, ours == nullptr ? Lots{} : ours->lots,
                     rows);
  }
  for (const Holding& ours : account.holdings) {
    const bool listed =
        std::any_of(theirs.positions->begin(), theirs.positions->end(), [&](const TheirPosition& said) {
          return said.instrument == ours.instrument && said.leg == ours.leg;
        });
    if (!listed) compare_position(state, ours.instrument, ours.leg, std::nullopt, ours.lots, rows);
  }
}

// The account with their balances and sizes in the place of ours; entries stay, what is new enters at the
// mark.
Account as_they_say(Engine& engine, const Account& account, const Theirs& theirs) {
  Account other = account;
  if (theirs.balances) {
    other.balances.clear();
    for (const TheirBalance& said : *theirs.balances) add_balance(other, said.asset, said.amount);
  }
  if (!theirs.positions) return other;
  other.holdings.clear();
  for (const TheirPosition& said : *theirs.positions) {
    if (said.lots == Lots{}) continue;
    Holding holding;
    const Holding* ours = find_holding(account, said.instrument, said.leg);
    if (ours != nullptr && ours->lots != Lots{}) {
      holding = *ours;
      const i128 size = abs(i128{ours->lots.raw()});
      const i128 lots = ours->lots < Lots{} ? -said.lots.raw() : said.lots.raw();
      holding.cost = Value::from_raw(mul_div(ours->cost.raw(), lots, size, Round::nearest));
    } else {
      holding.instrument = said.instrument, holding.leg = said.leg;
      holding.funding = engine.state.market(said.instrument).funding;
      holding.cost = times(risk_row(engine.state, engine.risk, said.instrument).mark, said.lots);
    }
    holding.lots = said.lots;
    other.holdings.push_back(holding);
  }
  std::sort(other.holdings.begin(), other.holdings.end(), [](const Holding& a, const Holding& b) {
    return a.instrument != b.instrument ? a.instrument < b.instrument : a.leg < b.leg;
  });
  return other;
}

// The pool of free money that their figures are of; nullptr: which is not clear, and why not.
const PoolTotals* pool_of(const Assessment& assessment, AssetId asset, std::string& why) {
  if (!asset.is_none()) {
    const PoolTotals* pool = assessment.find(asset);
    if (pool == nullptr) why = "the account has no pool in that asset";
    return pool;
  }
  const PoolTotals* only = nullptr;
  for (const PoolTotals& pool : assessment.pools) {
    const bool idle = pool.equity == Value{} && pool.initial == Value{} && pool.maintenance == Value{};
    if (idle || !pool.isolated.is_none()) continue;
    if (only != nullptr) {
      why = "the account has several pools; say in rows.asset which one they mean";
      return nullptr;
    }
    only = &pool;
  }
  if (only == nullptr) why = "the account has no pool with anything in it";
  return only;
}

void compare_figures(Engine& engine, const Account& account, const Theirs& theirs, bool inputs_differ,
                     std::vector<Compared>& rows) {
  const Assessment ours = assess(engine.state, engine.risk, account);
  std::string why = judged(ours) ? "" : "not computed here: " + obstacle_text(engine.state, account, ours);
  const PoolTotals* pool = why.empty() ? pool_of(ours, theirs.asset, why) : nullptr;
  Assessment other;
  if (inputs_differ) other = assess(engine.state, engine.risk, as_they_say(engine, account, theirs));
  const PoolTotals* like = pool != nullptr && judged(other) ? other.find(pool->asset) : nullptr;
  const struct {
    const char* kind;
    std::optional<Value> said;
    Value PoolTotals::*field;
  } figures[] = {{"initial", theirs.initial, &PoolTotals::initial},
                 {"maintenance", theirs.maintenance, &PoolTotals::maintenance},
                 {"equity", theirs.equity, &PoolTotals::equity}};
  for (const auto& [kind, said, field] : figures) {
    Compared& row = rows.emplace_back(row_of(kind));
    if (said) row.theirs = exact(*said);
    if (pool != nullptr) row.name = engine.state.asset(pool->asset).name, row.ours = exact(pool->*field);
    row.reason = !said ? "they say nothing of it" : why;
    if (!said || pool == nullptr) continue;
    const Value difference = *said - pool->*field;
    row.difference = exact(difference);
    const auto within = [&](Value apart) { return abs(apart) <= theirs.tolerance; };
    if (difference == Value{}) {
      row.verdict = Verdict::matched;
    } else if (within(difference)) {
      row.verdict = Verdict::explained, row.reason = "within the tolerance";
    } else if (like != nullptr && within(*said - like->*field)) {
      row.verdict = Verdict::explained, row.reason = "follows from the balances and positions that differ";
    } else {
      row.verdict = Verdict::break_, row.reason = "nothing here accounts for it";
    }
  }
}

void write_rows(Json& json, const std::vector<Compared>& rows) {
  json.key("rows").begin_array();
  for (const Compared& row : rows) {
    json.begin_object().field("kind", row.kind).field("name", row.name).field("theirs", row.theirs);
    json.field("ours", row.ours).field("difference", row.difference);
    json.field("verdict", verdict_words[static_cast<std::size_t>(row.verdict)]);
    json.field("reason", row.reason).end_object();
  }
  json.end_array();
}

}  // namespace

api::Reply reconcile(api::Context& context, api::Params& params) {
  const Result<AccountId, api::Error> found = account_of(context, params);
  const JsonValue* said = params.find("rows");
  if (said == nullptr || said->kind != JsonValue::Kind::object) {
    params.fail("rows", "must be an object {balances, positions, initial, maintenance, equity, ...}");
  }
  params.nothing_else();
  if (params.error()) return api::failed(*params.error());
  if (!found) return api::failed(found.error());
  Engine& engine = context.engine;
  const Account& account = engine.state.account(found.value());
  Reader reader{engine, account};
  const Theirs theirs = reader.read(*said);
  if (!reader.error.empty()) return api::failed(api::invalid_params("rows", "rows: " + reader.error));
  std::vector<Compared> rows;
  compare_balances(engine, account, theirs, rows);
  compare_positions(engine.state, account, theirs, rows);
  const bool differ = std::any_of(rows.begin(), rows.end(),
                                  [](const Compared& row) { return row.verdict >= Verdict::explained; });
  compare_figures(engine, account, theirs, differ, rows);
  Verdict worst = Verdict::matched;
  for (const Compared& row : rows) worst = std::max(worst, row.verdict);
  Json json;
  begin_result(json, engine.state);
  json.field("account", account.name);
  json.field("verdict", verdict_words[static_cast<std::size_t>(worst)]);
  write_rows(json, rows);
  return api::answered(json.end_object().str());
}

}  // namespace lockstep::view
