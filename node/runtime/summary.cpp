#include "node/runtime/summary.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace lockstep {
namespace {

bool is_dollar(const Asset& asset) {
  for (const std::string_view name : {"USD", "USDT", "USDC"}) {
    if (asset.name == name) return true;
  }
  return false;
}

i64 dollars(Value value, Price price) {
  return static_cast<i64>(mul_div(value.raw(), price.raw(), value_one * price_one, Round::nearest));
}

// 10^16 x 10^8 fits 128 bits; checked where it is used.
static_assert(value_one * price_one <= i128_max / 1000);

void add_deficit(AccountId id, const PoolTotals& pool, Price price, BookSummary& summary) {
  const Value missing = pool.maintenance - pool.margin_balance;
  if (missing <= Value{}) return;
  Deficit& deficit = summary.worst.emplace_back();
  deficit.account = id;
  deficit.asset = pool.asset;
  deficit.missing = missing;
  deficit.missing_dollars = dollars(missing, price);
}

void add_account(Engine& engine, AccountId id, const std::vector<Price>& prices, BookSummary& summary) {
  const Assessment assessment = assess_account(engine, id);
  summary.by_state[static_cast<std::size_t>(engine.state.account(id).state)] += 1;
  const bool has_dollars = std::all_of(
      assessment.pools.begin(), assessment.pools.end(),
      [&](const PoolTotals& pool) { return prices[pool.asset.index] != Price{} || is_nothing(pool); });
  const bool judged = assessment.obstacle <= Obstacle::price_diverged;
  summary.unjudged += !judged || !has_dollars;
  if (!judged) return;
  for (const PoolTotals& pool : assessment.pools) {
    const Price price = prices[pool.asset.index];
    add_deficit(id, pool, price, summary);
    if (!has_dollars) continue;
    summary.equity += dollars(pool.equity, price);
    summary.initial += dollars(pool.initial, price);
    summary.maintenance += dollars(pool.maintenance, price);
    if (pool.isolated.is_none() && pool.available < Value{})
      summary.called += dollars(-pool.available, price);
  }
}

std::string short_dollars(i64 amount) {
  const char* unit = "";
  i64 scale = 1;
  const i64 size = amount < 0 ? -amount : amount;
  if (size >= 10'000'000'000)
    unit = " bn", scale = 1'000'000'000;
  else if (size >= 1'000'000)
    unit = " M", scale = 1'000'000;
  else if (size >= 10'000)
    unit = " k", scale = 1'000;
  if (scale == 1) return std::to_string(amount);
  return to_decimal(div(i128{amount} * 10, scale, Round::nearest), 1, 1) + unit;
}

}  // namespace

Price dollars_of(const State& state, AssetId asset) {
  if (is_dollar(state.asset(asset))) return Price::from_raw(price_one);
  for (const Index& index : state.indexes) {
    if (index.base == asset && is_dollar(state.asset(index.quote)) && index.price != Price{})
      return index.price;
  }
  return Price{};
}

bool is_nothing(const PoolTotals& pool) {
  return pool.equity == Value{} && pool.margin_balance == Value{} && pool.available == Value{} &&
         pool.initial == Value{} && pool.maintenance == Value{};
}

BookSummary summarize(Engine& engine, RulebookId rulebook) {
  BookSummary summary;
  summary.time = engine.state.time;
  summary.position = engine.state.position;
  if (!engine.state.indexes.empty()) {
    summary.lead = engine.state.indexes[0].name;
    summary.lead_price = engine.state.indexes[0].price;
  }
  std::vector<Price> prices;
  for (u32 i = 0; i < engine.state.assets.size(); ++i) prices.push_back(dollars_of(engine.state, AssetId{i}));
  for (u32 i = 0; i < engine.state.accounts.size(); ++i) {
    if (!rulebook.is_none() && engine.state.accounts[i].rulebook != rulebook) continue;
    add_account(engine, AccountId{i}, prices, summary);
  }
  const auto larger = [](const Deficit& a, const Deficit& b) {
    return a.missing_dollars != b.missing_dollars ? a.missing_dollars > b.missing_dollars
                                                  : a.account < b.account;
  };
  std::sort(summary.worst.begin(), summary.worst.end(), larger);
  if (summary.worst.size() > 3) summary.worst.resize(3);
  for (Deficit& deficit : summary.worst) {
    deficit.account_name = engine.state.account(deficit.account).name;
    deficit.asset_name = engine.state.asset(deficit.asset).name;
  }
  return summary;
}

std::string time_text(Time time) {
  using namespace std::chrono;
  const sys_time<microseconds> moment{microseconds{time.raw()}};
  const auto midnight = floor<days>(moment);
  const year_month_day date{midnight};
  const hh_mm_ss clock{moment - midnight};
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d:%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  std::string result = text;
  const i64 fraction = clock.subseconds().count();
  if (fraction != 0) result += to_decimal(fraction, 6).substr(1);
  return result;
}

std::string grouped(i64 number) {
  const std::string digits = to_decimal(number < 0 ? -i128{number} : i128{number}, 0);
  std::string text(number < 0 ? "-" : "");
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i != 0 && (digits.size() - i) % 3 == 0) text.push_back(',');
    text.push_back(digits[i]);
  }
  return text;
}

std::string summary_line(const BookSummary& s) {
  const auto together = [&](std::initializer_list<MarginState> states) {
    u32 count = 0;
    for (const MarginState state : states) count += s.by_state[static_cast<std::size_t>(state)];
    return grouped(count);
  };
  char text[512];
  std::snprintf(text, sizeof text,
                "%s  %s %7s  normal %6s  call %5s  liquidation %5s  bankrupt %4s  equity %9s  IM %9s  MM %9s "
                " called %9s",
                time_text(Time::from_raw(s.time.raw() - s.time.raw() % second.raw())).c_str(), s.lead.c_str(),
                grouped(s.lead_price.raw() / price_one).c_str(),
                together({MarginState::normal, MarginState::warning}).c_str(),
                together({MarginState::call, MarginState::reduce_only}).c_str(),
                together({MarginState::liquidation}).c_str(), together({MarginState::bankrupt}).c_str(),
                short_dollars(s.equity).c_str(), short_dollars(s.initial).c_str(),
                short_dollars(s.maintenance).c_str(), short_dollars(s.called).c_str());
  std::string line = text;
  if (!s.worst.empty()) {
    line.append("  worst ").append(s.worst[0].account_name).append(" -");
    line.append(short_dollars(s.worst[0].missing_dollars));
  }
  return line;
}

}  // namespace lockstep
