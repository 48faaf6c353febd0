#include "node/deribit/asking.h"

#include <algorithm>

#include "node/deribit/errors.h"
#include "node/json/json.h"

namespace lockstep::deribit {

bool kind_bits(std::string_view word, u8& kinds) {
  if (word == "any") return kinds = all_kinds, true;
  if (word == "future") return kinds = futures, true;
  if (word == "option") return kinds = options, true;
  if (word == "spot") return kinds = spots, true;
  if (word == "combo" || word == "future_combo" || word == "option_combo") return kinds = 0, true;
  return false;
}

bool Filter::matches(const State& state, InstrumentId id) const {
  if (!instrument.is_none()) return id == instrument;
  const Instrument& i = state.instrument(id);
  if (!currency.is_none() && i.settle != currency) return false;
  const u8 kind = is_future(i.kind) ? futures : i.kind == InstrumentKind::option ? options : spots;
  return (kinds & kind) != 0;
}

AssetId read_currency(Context& c, Params& params, Currency need) {
  const std::string name =
      need == Currency::required ? params.text("currency") : params.text("currency", "any");
  if (params.error() || lower(name) == "any") return AssetId{};
  const State& state = c.engine.state;
  for (u32 i = 0; i < state.assets.size(); ++i) {
    if (lower(state.assets[i].name) == lower(name)) return AssetId{i};
  }
  params.fail("currency", "there is no currency " + json_shown(name) + "; public/get_currencies lists them");
  return AssetId{};
}

Filter read_filter(Context& c, Params& params, Currency need) {
  Filter filter;
  filter.currency = read_currency(c, params, need);
  if (!kind_bits(params.text("kind", "any"), filter.kinds)) {
    params.fail("kind", "must be one of any, future, option, spot, future_combo, option_combo");
  }
  return filter;
}

Named read_instrument(Context& c, Params& params) {
  const std::string name = params.text("instrument_name");
  if (params.error()) return {InstrumentId{}, params.error()};
  const auto found = c.engine.lookup.instruments.find(name);
  if (found != c.engine.lookup.instruments.end()) return {InstrumentId{found->second}, std::nullopt};
  Error error =
      api::not_found("there is no instrument " + json_shown(name) + "; public/get_instruments lists them");
  error.param = "instrument_name";
  return {InstrumentId{}, std::move(error)};
}

AccountId read_trading_account(Context& c, Params& params) {
  const bool has_own = !c.caller.account.empty() || !c.caller.party.empty();
  if (!has_own && params.text("account", "").empty()) {
    params.fail("account", "this key has no account of its own; name one");
    return {};
  }
  return read_account(c, params);
}

AccountId read_account(Context& c, Params& params) {
  const std::string name = params.text("account", "");
  const AccountId account = api::find_account(c.caller, c.engine, name);
  if (account.is_none()) {
    params.fail("account", name.empty()
                               ? "this key has no account of its own; name one"
                               : "there is no account " + json_shown(name) + " that this key may see");
  }
  return account;
}

std::string read_label(Params& params, bool required) {
  const std::string label = required ? params.text("label") : params.text("label", "");
  if (required && label.empty())
    params.fail("label", "must not be empty: orders without a label are no group");
  const auto begins = [](char c) { return (static_cast<u8>(c) & 0xC0) != 0x80; };  // a character of UTF-8
  const auto characters = static_cast<std::size_t>(std::count_if(label.begin(), label.end(), begins));
  if (characters > label_max) params.fail("label", "must have at most 64 characters");
  return label;
}

std::vector<Order> open_orders_labelled(const Context& c, AccountId account, const std::string& label) {
  std::vector<Order> found;
  for (const Order& order : c.engine.state.account(account).orders) {
    if (c.past.label(account, order.id, order.placed_at) == label) found.push_back(order);
  }
  std::sort(found.begin(), found.end(), [](const Order& a, const Order& b) {
    return std::pair(a.placed_at, a.id) > std::pair(b.placed_at, b.id);
  });
  return found;
}

Time of_milliseconds(i64 ms) { return Time::from_raw(ms * 1'000); }

void read_times(Params& params, history::Select& select, Times need) {
  for (const char* name : {"start_timestamp", "end_timestamp"}) {
    if (need == Times::required && !params.has(name)) params.fail(name, "is required");
  }
  // Clients ask from one before the first moment.
  const i64 from = params.integer("start_timestamp", 0, -1, timestamp_max);
  const i64 to = params.integer("end_timestamp", 0, 0, timestamp_max);
  select.from = of_milliseconds(std::max<i64>(from, 0));
  if (to != 0) select.to = Time::from_raw(to * 1'000 + 999);
}

std::optional<Error> refused_by_name(Params& params, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (!params.has(name)) continue;
    Error error = not_implemented(std::string(name) + " is not supported here");
    error.param = name;
    return error;
  }
  return std::nullopt;
}

std::optional<Error> read_sequence(Params& params, const Filter& filter, history::Select& select) {
  if (auto error = refused_by_name(params, {"start_id", "end_id"})) return error;
  if (filter.instrument.is_none()) return refused_by_name(params, {"start_seq", "end_seq"});
  constexpr i64 most = i64{1} << 53;
  select.behind = static_cast<u64>(params.integer("start_seq", 0, 0, most));
  if (params.has("end_seq")) select.before = static_cast<u64>(params.integer("end_seq", 0, most)) + 1;
  return std::nullopt;
}

std::vector<InstrumentId> instruments_of(const State& state, const Filter& filter) {
  std::vector<InstrumentId> out;
  for (u32 i = 0; i < state.instruments.size(); ++i) {
    if (filter.matches(state, InstrumentId{i})) out.push_back(InstrumentId{i});
  }
  return out;
}

std::string array_of(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const std::string& item : items) {
    if (out.size() > 1) out += ',';
    out += item;
  }
  return out + "]";
}

}  // namespace lockstep::deribit
