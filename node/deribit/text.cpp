#include "node/deribit/text.h"

#include <charconv>
#include <chrono>
#include <cmath>

namespace lockstep::deribit {

std::string number(Price price) { return to_decimal(price.raw(), price_decimals); }
std::string number(Value value) { return to_decimal(value.raw(), value_decimals); }
std::string number(Amount amount, int decimals) { return to_decimal(amount.raw(), decimals); }
std::string number(std::optional<Price> price) { return price ? number(*price) : "null"; }
std::string number(std::optional<Value> value) { return value ? number(*value) : "null"; }

std::string statistic(double value, int decimals) {
  constexpr double most = 0x1p53;
  while (decimals > 0 && !(std::fabs(value) * static_cast<double>(pow10(decimals)) < most)) --decimals;
  if (!(std::fabs(value) < most)) return "null";
  const double scaled = std::nearbyint(value * static_cast<double>(pow10(decimals)));
  return to_decimal(static_cast<i128>(scaled), decimals);
}

std::string amount_of(const Instrument& instrument, Lots lots) {
  return to_decimal(i128{lots.raw()} * instrument.lot, lot_decimals);
}

i64 contract_size(const Instrument& instrument) {
  return instrument.kind == InstrumentKind::option ? price_one : instrument.lot;
}

std::string contracts_of(const Instrument& instrument, Lots lots) {
  const i128 amount = i128{lots.raw()} * instrument.lot;
  constexpr int decimals = 8;
  return to_decimal(div(amount * pow10(decimals), contract_size(instrument), Round::zero), decimals);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string index_name(const State& state, IndexId index) {
  const Index& i = state.index(index);
  return lower(state.asset(i.base).name) + "_" + lower(state.asset(i.quote).name);
}

IndexId find_index(const Engine& engine, std::string_view name) {
  const auto ours = engine.lookup.indexes.find(name);
  if (ours != engine.lookup.indexes.end()) return IndexId{ours->second};
  for (u32 i = 0; i < engine.state.indexes.size(); ++i) {
    if (index_name(engine.state, IndexId{i}) == name) return IndexId{i};
  }
  return IndexId{};
}

std::string_view kind_word(InstrumentKind kind) {
  return kind == InstrumentKind::spot ? "spot" : kind == InstrumentKind::option ? "option" : "future";
}

std::string_view direction_word(Side side) { return side == Side::buy ? "buy" : "sell"; }

std::string expiry_word(Time expiry) {
  if (expiry == Time{}) return "PERPETUAL";
  constexpr std::string_view months[] = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                         "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
  using std::chrono::days;
  const auto day = std::chrono::floor<days>(
      std::chrono::sys_time<std::chrono::microseconds>(std::chrono::microseconds(expiry.raw())));
  const std::chrono::year_month_day date(day);
  return std::to_string(static_cast<unsigned>(date.day())) +
         std::string(months[static_cast<unsigned>(date.month()) - 1]) +
         std::to_string(static_cast<int>(date.year())).substr(2);
}

bool is_open(const State& state, const Instrument& instrument) {
  return !instrument.expired && (instrument.expiry == Time{} || state.time < instrument.expiry);
}

std::string order_name(AccountId account, OrderId order) {
  return std::to_string(account.index) + "-" + std::to_string(order);
}

bool parse_order_name(std::string_view name, AccountId& account, OrderId& order) {
  const std::size_t dash = name.find('-');
  if (dash == std::string_view::npos) return false;
  const std::string_view first = name.substr(0, dash), second = name.substr(dash + 1);
  const auto whole = [](std::string_view text, auto& out) {
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), out);
    return fault == std::errc() && end == text.data() + text.size() && !text.empty();
  };
  return whole(first, account.index) && whole(second, order) && order_name(account, order) == name;
}

namespace {

std::optional<Value> by_index(const State& state, Value value, AssetId from, AssetId to, Round round) {
  if (from == to) return value;
  for (const Index& index : state.indexes) {
    if (index.price == Price{}) continue;
    const i128 price = index.price.raw();
    if (index.base == from && index.quote == to) {
      return Value::from_raw(mul_div(value.raw(), price, price_one, round));
    }
    if (index.base == to && index.quote == from) {
      return Value::from_raw(mul_div(value.raw(), price_one, price, round));
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Value> in_asset(const State& state, Value value, AssetId from, AssetId to, Round round) {
  if (const std::optional<Value> direct = by_index(state, value, from, to, round)) return direct;
  for (const Index& index : state.indexes) {
    const bool touches = index.base == from || index.quote == from;
    const AssetId between = index.base == from ? index.quote : index.base;
    if (!touches || index.price == Price{}) continue;
    const std::optional<Value> half = by_index(state, value, from, between, round);
    if (!half) continue;
    if (const std::optional<Value> whole = by_index(state, *half, between, to, round)) return whole;
  }
  return std::nullopt;
}

}  // namespace lockstep::deribit
