#include "node/deribit/market.h"

#include <algorithm>
#include <chrono>

#include "core/funding/rate.h"
#include "core/funding/window.h"
#include "core/ledger/valuation.h"
#include "core/pricing/convert.h"
#include "core/risk/arrays.h"
#include "node/json/json.h"

namespace lockstep::deribit {
namespace {

const RiskRow* row_of(Engine& engine, InstrumentId id) {
  const State& state = engine.state;
  if (state.rulebook(state.instrument(id).rulebook).active == 0) return nullptr;
  return &risk_row(state, engine.risk, id);
}

double real(i128 raw, i64 one) { return static_cast<double>(raw) / static_cast<double>(one); }

// A perpetual's end, as Deribit says it: 1 January 3000.
constexpr i64 never_ms = 32'503'708'800'000;

std::string_view settlement_period(const Instrument& instrument) {
  if (instrument.kind == InstrumentKind::perpetual) return "perpetual";
  using std::chrono::days;
  const auto date = std::chrono::floor<days>(
      std::chrono::sys_time<std::chrono::microseconds>(std::chrono::microseconds(instrument.expiry.raw())));
  const std::chrono::weekday weekday(date);
  if (weekday != std::chrono::Friday) return "day";
  const auto month = [](auto d) { return std::chrono::year_month_day(d).month(); };
  return month(date) != month(date + days(7)) ? "month" : "week";
}

struct Currencies {
  std::string base, quote, counter, settle;
};
Currencies currencies_of(const State& state, const Instrument& instrument) {
  const Index& index = state.index(instrument.index);
  Currencies c;
  c.base = state.asset(index.base).name;
  c.counter = state.asset(index.quote).name;
  c.settle = state.asset(instrument.settle).name;
  const bool in_coin = instrument.kind == InstrumentKind::option && instrument.inverse;
  c.quote = in_coin ? c.base : c.counter;
  return c;
}

std::string series_word(const State& state, const Instrument& instrument) {
  return state.asset(state.index(instrument.index).base).name + "-" + expiry_word(instrument.expiry);
}

}  // namespace

std::optional<Price> mark_price(Engine& engine, InstrumentId id) {
  const Price received = engine.state.market(id).mark;
  if (received != Price{}) return received;
  const RiskRow* row = row_of(engine, id);
  if (row == nullptr || row->mark_known != Known::yes) return std::nullopt;
  const i128 raw = div(row->mark.raw(), engine.state.instrument(id).lot, Round::nearest);
  return Price::from_raw(static_cast<i64>(raw));
}

std::optional<Price> underlying_price(Engine& engine, InstrumentId id) {
  const State& state = engine.state;
  const Instrument& instrument = state.instrument(id);
  Price price;
  if (instrument.kind == InstrumentKind::option) {
    price = state.market(id).forward;
    const Series* series = find_series(state, instrument.index, instrument.expiry);
    if (price == Price{} && series != nullptr) price = series->forward;
  }
  if (price == Price{}) price = state.index(instrument.index).price;
  return price == Price{} ? std::nullopt : std::optional<Price>(price);
}

std::optional<OptionQuote> option_quote(const State& state, InstrumentId id) {
  const Instrument& instrument = state.instrument(id);
  const Market& market = state.market(id);
  const Series* series = find_series(state, instrument.index, instrument.expiry);
  OptionInputs inputs;
  if (instrument.kind != InstrumentKind::option ||
      !option_inputs(state, instrument, market, series, latest_news(market, series), inputs)) {
    return std::nullopt;
  }
  const AveragedUnderlying u = averaged_underlying(inputs.window, inputs.forward);
  if (!(u.forward > 0)) return std::nullopt;
  const Greeks greeks = black_greeks(u.forward, inputs.strike, u.years, inputs.volatility, inputs.is_call);
  OptionQuote quote;
  quote.volatility = inputs.volatility;
  quote.delta = greeks.delta * u.delta_factor;
  quote.gamma = greeks.gamma * u.delta_factor * u.delta_factor;
  quote.vega = greeks.vega / 100.0;
  quote.theta = greeks.theta / 365.0;
  quote.rho = u.years * (u.forward * greeks.delta - greeks.value) / 100.0;
  return quote;
}

Lots open_interest(const Engine& engine, Memo& memo, InstrumentId instrument) {
  const State& state = engine.state;
  if (memo.counted_at != state.position || memo.longs.size() != state.instruments.size()) {
    memo.longs.assign(state.instruments.size(), 0);
    for (const Account& account : state.accounts) {
      for (const Holding& holding : account.holdings) {
        if (holding.lots > Lots{}) memo.longs[holding.instrument.index] += holding.lots.raw();
      }
    }
    memo.counted_at = state.position;
  }
  return Lots::from_raw(static_cast<i64>(memo.longs[instrument.index]));
}

namespace {

// Trades come newest first.
Day look_up(const State& state, const history::History& past, InstrumentId id) {
  history::Select select;
  select.instrument = id;
  select.from = state.time - day;
  select.limit = 1'000;
  const Instrument& instrument = state.instrument(id);
  Day out;
  for (const history::Trade& trade : past.trades(select)) {
    if (!trade.taker) continue;  // the other side of one that is counted
    if (!out.any()) out.last = out.low = out.high = trade.price;
    out.first = trade.price;
    out.low = std::min(out.low, trade.price), out.high = std::max(out.high, trade.price);
    const double amount = real(i128{trade.lots.raw()} * instrument.lot, price_one);
    const double price = real(trade.price.raw(), price_one);
    const bool in_quote = instrument.inverse && is_future(instrument.kind);
    out.coins += in_quote ? amount / price : amount;
    const double unit = instrument.kind == InstrumentKind::option && instrument.inverse
                            ? price * real(state.index(instrument.index).price.raw(), price_one)
                            : price;
    out.quote += in_quote ? amount : amount * unit;
  }
  return out;
}

}  // namespace

const Day& day_of(const Engine& engine, Memo& memo, InstrumentId instrument) {
  Day& found = memo.days[instrument];
  const Time now = engine.state.time;
  const bool old = found.at == Time{} || now < found.at || now - found.at > Duration::from_raw(5'000'000);
  if (old && memo.past != nullptr) {
    found = look_up(engine.state, *memo.past, instrument);
    found.at = now;
  }
  return found;
}

FundingNow funding_now(Engine& engine, InstrumentId id) {
  const State& state = engine.state;
  const Market& market = state.market(id);
  const RiskRow* risk = row_of(engine, id);
  FundingNow out;
  if (state.instrument(id).kind != InstrumentKind::perpetual || risk == nullptr) return out;
  if (risk->funding_row == no_row || market.mark == Price{} || risk->index == Price{}) return out;
  const FundingRow& row = state.rulebook(state.instrument(id).rulebook).rules().funding[risk->funding_row];
  const auto eight_hours = [&](Rate premium) {
    const Rate rate = funding_rate(row, premium, {});
    const i128 raw = mul_div(rate.raw(), 8 * hour.raw(), row.period.raw(), Round::nearest);
    return Rate::from_raw(static_cast<i64>(raw));
  };
  if (row.premium == PremiumFrom::mark) {
    out.current = eight_hours(limited_premium(row, premium_to_mark(market.mark, risk->index)));
  }
  out.average =
      market.window.count > 0 ? std::optional(eight_hours(average_premium(market.window, row))) : out.current;
  return out;
}

std::string instrument_json(Engine& engine, InstrumentId id) {
  const State& state = engine.state;
  const Instrument& i = state.instrument(id);
  const Currencies c = currencies_of(state, i);
  Json json;
  json.begin_object().field("instrument_name", i.name).field("instrument_id", id.index + 1);
  json.field("kind", kind_word(i.kind)).field("base_currency", c.base).field("quote_currency", c.quote);
  json.field("counter_currency", c.counter).field("price_index", index_name(state, i.index));
  if (i.kind != InstrumentKind::spot) {
    json.field("settlement_currency", c.settle).field("settlement_period", settlement_period(i));
    json.field("instrument_type", i.inverse ? "reversed" : "linear");
    json.field("expiration_timestamp", i.expiry == Time{} ? never_ms : milliseconds(i.expiry));
  }
  if (is_future(i.kind)) json.field("future_type", i.inverse ? "reversed" : "linear");
  if (i.kind == InstrumentKind::option) {
    json.raw_field("strike", number(i.strike));
    json.field("option_type", i.option == OptionType::call ? "call" : "put");
  }
  json.field("is_active", is_open(state, i)).field("state", is_open(state, i) ? "open" : "closed");
  json.raw_field("tick_size", number(i.tick)).key("tick_size_steps").begin_array().end_array();
  json.raw_field("min_trade_amount", to_decimal(i.lot, lot_decimals));
  json.raw_field("contract_size", to_decimal(contract_size(i), lot_decimals));
  // Fees are the venue's: they come with its fills.
  json.raw_field("maker_commission", "0").raw_field("taker_commission", "0");
  json.key("creation_timestamp").null();
  json.field("rulebook", state.rulebook(i.rulebook).name);
  json.end_object();
  return json.str();
}

namespace {

void put_stats(Json& json, const Day& day) {
  json.key("stats").begin_object();
  json.raw_field("high", day.any() ? number(day.high) : "null");
  json.raw_field("low", day.any() ? number(day.low) : "null");
  const double change = day.any() ? (real(day.last.raw(), 1) / real(day.first.raw(), 1) - 1.0) * 100.0 : 0.0;
  json.raw_field("price_change", day.any() ? statistic(change, 4) : "null");
  json.raw_field("volume", statistic(day.coins, 8));
  json.raw_field("volume_usd", statistic(day.quote, 2));
  json.end_object();
}

void put_greeks(Json& json, const State& state, InstrumentId id) {
  const std::optional<OptionQuote> quote = option_quote(state, id);
  const auto put = [&](const char* name, double OptionQuote::*member) {
    json.raw_field(name, quote ? statistic((*quote).*member, 8) : "null");
  };
  json.raw_field("mark_iv", quote ? statistic(quote->volatility * 100.0, 4) : "null");
  json.raw_field("bid_iv", "0").raw_field("ask_iv", "0");
  json.key("greeks").begin_object();
  put("delta", &OptionQuote::delta), put("gamma", &OptionQuote::gamma), put("vega", &OptionQuote::vega);
  put("theta", &OptionQuote::theta), put("rho", &OptionQuote::rho);
  json.end_object();
}

void put_ticker(Json& json, Engine& engine, Memo& memo, InstrumentId id) {
  const State& state = engine.state;
  const Instrument& i = state.instrument(id);
  const Price index = state.index(i.index).price;
  const std::optional<Price> index_price = index == Price{} ? std::nullopt : std::optional(index);
  const Day& day = day_of(engine, memo, id);
  json.field("instrument_name", i.name).field("timestamp", milliseconds(state.time));
  json.field("state", is_open(state, i) ? "open" : "closed");
  json.raw_field("mark_price", number(mark_price(engine, id))).raw_field("index_price", number(index_price));
  json.raw_field("last_price", day.any() ? number(day.last) : "null");
  json.raw_field("best_bid_price", "0").raw_field("best_bid_amount", "0");
  json.raw_field("best_ask_price", "0").raw_field("best_ask_amount", "0");
  json.raw_field("min_price", number(i.tick)).raw_field("max_price", number(i.price_max));
  json.raw_field("open_interest", amount_of(i, open_interest(engine, memo, id)));
  json.raw_field("estimated_delivery_price", number(index_price));
  if (i.kind == InstrumentKind::perpetual) {
    const FundingNow funding = funding_now(engine, id);
    const auto rate = [](std::optional<Rate> r) { return r ? to_decimal(r->raw(), rate_decimals) : "null"; };
    json.raw_field("current_funding", rate(funding.current)).raw_field("funding_8h", rate(funding.average));
  }
  if (i.kind == InstrumentKind::option) {
    put_greeks(json, state, id);
    json.raw_field("underlying_price", number(underlying_price(engine, id)));
    json.field("underlying_index", series_word(state, i)).raw_field("interest_rate", "0");
  }
  put_stats(json, day);
}

}  // namespace

std::string ticker_json(Engine& engine, Memo& memo, InstrumentId id) {
  Json json;
  json.begin_object();
  put_ticker(json, engine, memo, id);
  json.end_object();
  return json.str();
}

std::string order_book_json(Engine& engine, Memo& memo, InstrumentId id) {
  Json json;
  json.begin_object();
  put_ticker(json, engine, memo, id);
  json.field("change_id", engine.state.position);
  json.key("bids").begin_array().end_array().key("asks").begin_array().end_array();
  json.end_object();
  return json.str();
}

std::string summary_of_market_json(Engine& engine, Memo& memo, InstrumentId id) {
  const State& state = engine.state;
  const Instrument& i = state.instrument(id);
  const Currencies c = currencies_of(state, i);
  const Day& day = day_of(engine, memo, id);
  const auto of_day = [&](const std::string& text) { return day.any() ? text : std::string("null"); };
  Json json;
  json.begin_object().field("instrument_name", i.name);
  json.field("base_currency", c.base).field("quote_currency", c.quote);
  json.field("creation_timestamp", milliseconds(state.time));
  json.raw_field("bid_price", "null").raw_field("ask_price", "null").raw_field("mid_price", "null");
  json.raw_field("mark_price", number(mark_price(engine, id)));
  json.raw_field("last", of_day(number(day.last))).raw_field("high", of_day(number(day.high)));
  json.raw_field("low", of_day(number(day.low)));
  json.raw_field("volume", statistic(day.coins, 8)).raw_field("volume_usd", statistic(day.quote, 2));
  const double change = day.any() ? (real(day.last.raw(), 1) / real(day.first.raw(), 1) - 1.0) * 100.0 : 0.0;
  json.raw_field("price_change", of_day(statistic(change, 4)));
  json.raw_field("open_interest", amount_of(i, open_interest(engine, memo, id)));
  if (i.kind == InstrumentKind::option) {
    const std::optional<OptionQuote> quote = option_quote(state, id);
    json.raw_field("mark_iv", quote ? statistic(quote->volatility * 100.0, 4) : "null");
    json.raw_field("underlying_price", number(underlying_price(engine, id)));
    json.field("underlying_index", series_word(state, i)).raw_field("interest_rate", "0");
  } else {
    const Price index = state.index(i.index).price;
    json.raw_field("estimated_delivery_price", index == Price{} ? "null" : number(index));
  }
  if (i.kind == InstrumentKind::perpetual) {
    const FundingNow funding = funding_now(engine, id);
    const auto rate = [](std::optional<Rate> r) { return r ? to_decimal(r->raw(), rate_decimals) : "null"; };
    json.raw_field("current_funding", rate(funding.current)).raw_field("funding_8h", rate(funding.average));
  }
  json.end_object();
  return json.str();
}

}  // namespace lockstep::deribit
