// Commands that create things or change how an account is margined.
#include <algorithm>

#include "core/engine/context.h"
#include "core/ledger/valuation.h"

namespace lockstep {
namespace {

Refusal check_new_name(std::string_view name, const NameTable& taken, u32 table_max) {
  if (!valid_name(name)) return Refusal::name_invalid;
  if (taken.find(name) != taken.end()) return Refusal::name_taken;
  if (taken.size() >= table_max) return Refusal::table_full;
  return Refusal::none;
}

bool whole_units(Value value, int decimals) { return value.raw() % pow10(value_decimals - decimals) == 0; }

// The fields of each kind, as entities.h describes them.
bool fields_agree(const RegisterInstrument& r, Time now) {
  const bool dated = r.kind == InstrumentKind::future || r.kind == InstrumentKind::option;
  const bool option = r.kind == InstrumentKind::option;
  if (r.lot <= 0 || r.tick.raw() <= 0 || r.lots_max.raw() <= 0) return false;
  if (r.price_max < r.tick || r.price_max.raw() % r.tick.raw() != 0) return false;
  if (dated ? r.expiry <= now : r.expiry != Time{}) return false;
  if (option != (r.option != OptionType::none) || option != (r.strike.raw() > 0)) return false;
  if (r.averaging.raw() < 0 || r.averaging > day || (r.averaging.raw() > 0 && !dated)) return false;
  return !(r.kind == InstrumentKind::spot && r.inverse);
}

// A holding at its lot limit and its highest value stays inside the limits (core/units/limits.h).
bool within_limits(const RegisterInstrument& r, const Instrument& instrument) {
  if (r.price_max.raw() > limits::price_raw_max || r.lots_max.raw() > limits::lots_raw_max) return false;
  if (r.strike.raw() > limits::price_raw_max) return false;
  if (i128{r.lot} > limits::holding_size_raw_max / r.lots_max.raw()) return false;
  // An inverse contract is worth most at the lowest price.  What an option may pay is counted too: a linear
  // put up to its strike, an inverse call up to a coin.
  Price extreme = instrument.inverse && is_margined(instrument) ? r.tick : r.price_max;
  if (r.kind == InstrumentKind::option) {
    extreme = std::max(extreme, instrument.inverse ? Price::from_raw(price_one) : r.strike);
  }
  const i128 per_lot = notional_per_lot(instrument, extreme).raw();
  return per_lot <= limits::holding_value_raw_max / r.lots_max.raw();
}

Refusal check_exact(const State& state, const RegisterInstrument& r, const Instrument& instrument) {
  const Index& index = state.index(r.index);
  const Value step = Value::from_raw(i128{r.tick.raw()} * r.lot);
  if (r.kind == InstrumentKind::option && !whole_units(step, state.asset(instrument.settle).decimals)) {
    return Refusal::instrument_inexact;
  }
  if (r.kind == InstrumentKind::spot) {
    const Value base = Value::from_raw(i128{r.lot} * pow10(value_decimals - lot_decimals));
    const bool exact = whole_units(step, state.asset(index.quote).decimals) &&
                       whole_units(base, state.asset(index.base).decimals);
    if (!exact) return Refusal::instrument_inexact;
  }
  return Refusal::none;
}

Series& series_of(State& state, IndexId index, Time expiry) {
  const auto before = [](const Series& s, std::pair<IndexId, Time> key) {
    return std::pair(s.index, s.expiry) < key;
  };
  const auto it =
      std::lower_bound(state.series.begin(), state.series.end(), std::pair(index, expiry), before);
  if (it != state.series.end() && it->index == index && it->expiry == expiry) return *it;
  Series fresh;
  fresh.index = index;
  fresh.expiry = expiry;
  return *state.series.insert(it, fresh);
}

}  // namespace

Refusal handle(Context& c, const RegisterAsset& r) {
  NameTable& names = c.engine.lookup.assets;
  if (const Refusal refusal = check_new_name(r.name, names, limits::assets_max); refusal != Refusal::none) {
    return refusal;
  }
  if (r.decimals > limits::asset_decimals_max) return Refusal::number_out_of_range;

  const u32 id = static_cast<u32>(c.state().assets.size());
  c.state().assets.push_back(Asset{r.name, r.decimals});
  c.state().house.push_back(House{});
  names.emplace(r.name, id);
  c.touch(Kind::asset, id);
  c.touch(Kind::house, id);
  invalidate_all(c.engine.risk);
  c.emit(Registered{id});
  return Refusal::none;
}

Refusal handle(Context& c, const RegisterIndex& r) {
  NameTable& names = c.engine.lookup.indexes;
  if (const Refusal refusal = check_new_name(r.name, names, limits::indexes_max); refusal != Refusal::none) {
    return refusal;
  }
  if (!known(c.state(), r.base) || !known(c.state(), r.quote)) return Refusal::unknown_asset;
  if (r.base == r.quote) return Refusal::instrument_invalid;

  const u32 id = static_cast<u32>(c.state().indexes.size());
  Index index;
  index.name = r.name;
  index.base = r.base;
  index.quote = r.quote;
  c.state().indexes.push_back(index);
  names.emplace(r.name, id);
  c.touch(Kind::index, id);
  invalidate_all(c.engine.risk);
  c.emit(Registered{id});
  return Refusal::none;
}

Refusal handle(Context& c, const RegisterInstrument& r) {
  State& state = c.state();
  NameTable& names = c.engine.lookup.instruments;
  if (const Refusal refusal = check_new_name(r.name, names, limits::instruments_max);
      refusal != Refusal::none) {
    return refusal;
  }
  if (!known(state, r.rulebook)) return Refusal::unknown_rulebook;
  if (state.rulebook(r.rulebook).active == 0) return Refusal::rulebook_not_active;
  if (!known(state, r.index)) return Refusal::unknown_index;
  if (!fields_agree(r, c.now)) return Refusal::instrument_invalid;
  // A longer window than the one that is running has lost its beginning.
  const Series* running = find_series(state, r.index, r.expiry);
  const bool has_begun = running != nullptr && running->average_until != Time{};
  if (has_begun && r.averaging > running->averaging) return Refusal::instrument_invalid;

  Instrument instrument;
  instrument.name = r.name;
  instrument.rulebook = r.rulebook;
  instrument.kind = r.kind;
  instrument.inverse = r.inverse;
  instrument.index = r.index;
  instrument.settle = r.inverse ? state.index(r.index).base : state.index(r.index).quote;
  instrument.lot = r.lot;
  instrument.tick = r.tick;
  instrument.price_max = r.price_max;
  instrument.lots_max = r.lots_max;
  instrument.expiry = r.expiry;
  instrument.strike = r.strike;
  instrument.option = r.option;
  instrument.averaging = r.averaging;
  if (!within_limits(r, instrument)) return Refusal::instrument_over_limit;
  if (const Refusal refusal = check_exact(state, r, instrument); refusal != Refusal::none) return refusal;
  for (const Epoch& epoch : state.rulebook(r.rulebook).epochs) {
    const bool counts = epoch.status == EpochStatus::active || epoch.status == EpochStatus::scheduled;
    if (counts && !has_parameters(state, epoch.rulebook, instrument))
      return Refusal::instrument_without_parameters;
  }

  const u32 id = static_cast<u32>(state.instruments.size());
  state.instruments.push_back(instrument);
  state.markets.push_back(Market{});
  names.emplace(r.name, id);
  if (r.kind == InstrumentKind::option || r.averaging > Duration{}) {
    Series& series = series_of(state, r.index, r.expiry);
    series.averaging = std::max(series.averaging, r.averaging);
    c.touch(Kind::series, 0);
  }
  if (r.kind == InstrumentKind::option) {
    c.engine.lookup.options[{r.index, r.expiry}].push_back(InstrumentId{id});
  }
  c.touch(Kind::instrument, id);
  c.touch(Kind::market, id);
  invalidate(c.engine.risk, InstrumentId{id});
  c.emit(Registered{id});
  return Refusal::none;
}

Refusal handle(Context& c, const OpenParty& r) {
  NameTable& names = c.engine.lookup.parties;
  if (const Refusal refusal = check_new_name(r.name, names, limits::parties_max); refusal != Refusal::none) {
    return refusal;
  }
  const u32 id = static_cast<u32>(c.state().parties.size());
  c.state().parties.push_back(Party{r.name});
  names.emplace(r.name, id);
  c.touch(Kind::party, id);
  c.emit(Registered{id});
  return Refusal::none;
}

Refusal check_open(Context& c, const OpenAccount& r) {
  const State& state = c.state();
  if (const Refusal refusal = check_new_name(r.name, c.engine.lookup.accounts, limits::accounts_max);
      refusal != Refusal::none) {
    return refusal;
  }
  if (!known(state, r.party)) return Refusal::unknown_party;
  if (!known(state, r.rulebook)) return Refusal::unknown_rulebook;
  if (state.rulebook(r.rulebook).active == 0) return Refusal::rulebook_not_active;
  return check_mode(state.rulebook(r.rulebook).rules(), r.mode, r.pooled, c.outcome);
}

void add_account(Context& c, const OpenAccount& r) {
  const u32 id = static_cast<u32>(c.state().accounts.size());
  Account account;
  account.name = r.name;
  account.party = r.party;
  account.rulebook = r.rulebook;
  account.mode = r.mode;
  account.pooled = r.pooled;
  account.hedge = r.hedge;
  c.state().accounts.push_back(std::move(account));
  c.engine.lookup.accounts.emplace(r.name, id);
  c.touch(Kind::account, id);
  c.emit(Registered{id});
}

Refusal handle(Context& c, const OpenAccount& r) {
  if (const Refusal refusal = check_open(c, r); refusal != Refusal::none) return refusal;
  add_account(c, r);
  return Refusal::none;
}

Refusal handle(Context& c, const SetMarginMode& r) {
  State& state = c.state();
  if (!known(state, r.account)) return Refusal::unknown_account;
  const Account& account = state.account(r.account);
  const Rulebook& rules = state.rulebook(account.rulebook).rules();
  if (const Refusal refusal = check_mode(rules, r.mode, r.pooled, c.outcome); refusal != Refusal::none) {
    return refusal;
  }
  if (!account.holdings.empty() || !account.orders.empty()) return Refusal::account_not_empty;

  Account& live = state.accounts[r.account.index];
  live.mode = r.mode;
  live.pooled = r.pooled;
  live.hedge = r.hedge;
  c.touch(Kind::account, r.account.index);
  return Refusal::none;
}

void set_leverage(Account& account, InstrumentId instrument, Rate leverage) {
  const auto before = [](const Leverage& row, InstrumentId key) { return row.instrument < key; };
  const auto it = std::lower_bound(account.leverages.begin(), account.leverages.end(), instrument, before);
  if (it != account.leverages.end() && it->instrument == instrument) {
    it->leverage = leverage;
  } else {
    account.leverages.insert(it, Leverage{instrument, leverage});
  }
}

Refusal handle(Context& c, const SetLeverage& r) {
  State& state = c.state();
  if (!known(state, r.account)) return Refusal::unknown_account;
  if (!known(state, r.instrument)) return Refusal::unknown_instrument;
  const Account& account = state.account(r.account);
  if (state.instrument(r.instrument).rulebook != account.rulebook) return Refusal::instrument_not_in_rulebook;
  if (r.leverage.raw() < rate_one || r.leverage > leverage_max(state, r.instrument)) {
    return Refusal::leverage_out_of_range;
  }
  Account& trial = try_on(c, r.account);
  set_leverage(trial, r.instrument, r.leverage);
  if (const Refusal refusal = judge(c, r.account, trial, Action::open); refusal != Refusal::none)
    return refusal;
  commit(c, r.account, Change{});
  return Refusal::none;
}

Refusal handle(Context& c, const SetProtection& r) {
  State& state = c.state();
  if (!known(state, r.account)) return Refusal::unknown_account;
  const bool off = r.interval == Duration{};
  const bool in_range = r.interval.raw() >= 0 && r.interval <= day && r.frozen.raw() >= 0 && r.frozen <= day;
  if (!in_range || (off ? r.lots_max != Lots{} : r.lots_max.raw() <= 0)) return Refusal::number_out_of_range;

  Protection& protection = state.accounts[r.account.index].protection;
  protection = Protection{};
  protection.interval = r.interval;
  protection.frozen = r.frozen;
  protection.lots_max = r.lots_max;
  c.touch(Kind::account, r.account.index);
  return Refusal::none;
}

}  // namespace lockstep
