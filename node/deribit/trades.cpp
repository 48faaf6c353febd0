// The public methods about what was: trades, candles, funding and delivery, from the history of fills and of
// the log.  A fill is one side of a trade, so of those of one trade only the taker's is shown.
#include <algorithm>
#include <chrono>

#include "core/wire/codec.h"
#include "node/deribit/asking.h"
#include "node/deribit/orders.h"
#include "node/json/json.h"

namespace lockstep::deribit {
namespace {

using history::Select;
using history::Trade;

constexpr i64 rows_max = 1'000;

Collected<Trade> read_trades(const Context& c, const Select& select, std::size_t wanted,
                             const Filter& filter) {
  return collect<Trade>(
      [&](const Select& s) { return c.past.trades(s); }, select, wanted,
      [&](const Trade& trade) { return trade.taker && filter.matches(c.engine.state, trade.instrument); });
}

Reply last_trades(Context& c, Params& params, Filter filter) {
  Select select;
  if (!filter.instrument.is_none()) select.instrument = filter.instrument;
  read_times(params, select, Times::optional);
  const std::size_t count = static_cast<std::size_t>(params.integer("count", 10, 1, rows_max));
  const std::string sorting = params.text("sorting", "default");
  if (sorting != "default" && sorting != "asc" && sorting != "desc") {
    params.fail("sorting", "must be one of asc, desc, default");
  }
  if (const std::optional<Error> error = read_sequence(params, filter, select)) return api::failed(*error);
  if (params.error()) return api::failed(*params.error());
  const bool onward = select.from != Time{} || params.has("start_seq");
  select.rising = sorting == "asc" || (sorting == "default" && onward);
  const auto [trades, more] = trade_page(c.past, select, count, [&](const Trade& trade) {
    return trade.taker && filter.matches(c.engine.state, trade.instrument);
  });
  Json json;
  json.begin_object().key("trades").begin_array();
  for (const Trade& trade : trades) json.raw(public_trade_json(c.engine.state, trade));
  json.end_array().field("has_more", more).end_object();
  return api::answered(json.str());
}

Reply last_trades_by_instrument(Context& c, Params& params) {
  const Named named = read_instrument(c, params);
  if (named.error) return api::failed(*named.error);
  Filter filter;
  filter.instrument = named.id;
  return last_trades(c, params, filter);
}

Reply last_trades_by_currency(Context& c, Params& params) {
  const Filter filter = read_filter(c, params, Currency::required);
  if (params.error()) return api::failed(*params.error());
  return last_trades(c, params, filter);
}

struct Candle {
  i64 at = 0;  // milliseconds
  Price open, high, low, close;
  i128 lots = 0;
};

// Resolutions in minutes, and "1D".
i64 resolution_ms(std::string_view text) {
  constexpr std::pair<std::string_view, i64> known[] = {
      {"1", 1},   {"3", 3},     {"5", 5},     {"10", 10},   {"15", 15},   {"30", 30},
      {"60", 60}, {"120", 120}, {"180", 180}, {"360", 360}, {"720", 720}, {"1D", 1440}};
  for (const auto& [name, minutes] : known) {
    if (name == text) return minutes * 60'000;
  }
  return 0;
}

std::vector<Candle> candles_of(const std::vector<Trade>& trades, i64 span) {
  std::vector<Candle> out;
  for (const Trade& trade : trades) {
    const i64 at = milliseconds(trade.time) / span * span;
    if (out.empty() || out.back().at != at) {
      out.push_back({at, trade.price, trade.price, trade.price, trade.price, 0});
    }
    Candle& candle = out.back();
    candle.high = std::max(candle.high, trade.price), candle.low = std::min(candle.low, trade.price);
    candle.close = trade.price;
    candle.lots += trade.lots.raw();
  }
  return out;
}

// Spans without a trade have no candle.  cost: of perpetuals and futures that are sized in quote units the
// volume itself.
Reply get_tradingview_chart_data(Context& c, Params& params) {
  const Named named = read_instrument(c, params);
  if (named.error) return api::failed(*named.error);
  Select select;
  select.instrument = named.id, select.rising = true;
  read_times(params, select, Times::required);
  const i64 span = resolution_ms(params.text("resolution"));
  if (!params.error() && span == 0) {
    params.fail("resolution", "must be one of 1, 3, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1D");
  }
  if (params.error()) return api::failed(*params.error());
  Filter filter;
  filter.instrument = named.id;
  constexpr std::size_t trades_max = 20'000;
  const std::vector<Candle> candles = candles_of(read_trades(c, select, trades_max, filter).rows, span);
  const Instrument& instrument = c.engine.state.instrument(named.id);
  Json json;
  json.begin_object().field("status", candles.empty() ? "no_data" : "ok");
  const auto column = [&](const char* name, const auto& cell) {
    json.key(name).begin_array();
    for (const Candle& candle : candles) json.raw(cell(candle));
    json.end_array();
  };
  column("ticks", [](const Candle& x) { return std::to_string(x.at); });
  column("open", [](const Candle& x) { return number(x.open); });
  column("high", [](const Candle& x) { return number(x.high); });
  column("low", [](const Candle& x) { return number(x.low); });
  column("close", [](const Candle& x) { return number(x.close); });
  // volume in coins, cost in the quote currency; each is exact on one side, and at the close on the other.
  const bool in_quote = instrument.inverse && is_future(instrument.kind);
  column("volume", [&](const Candle& x) {
    const i128 size = x.lots * instrument.lot;
    return to_decimal(in_quote ? mul_div(size, price_one, x.close.raw(), Round::nearest) : size,
                      lot_decimals);
  });
  column("cost", [&](const Candle& x) {
    const i128 size = x.lots * instrument.lot;
    return to_decimal(in_quote ? size : mul_div(size, x.close.raw(), price_one, Round::nearest),
                      lot_decimals);
  });
  json.end_object();
  return api::answered(json.str());
}

bool decode_text(const std::string& bytes, Command& command) {
  const auto* data = reinterpret_cast<const u8*>(bytes.data());
  return !bytes.empty() && decode(std::span<const u8>(data, bytes.size()), command);
}

// A command of the log by its position, if it is of this kind, in whoever's name.
template <class Kind>
std::optional<Kind> command_at(const Context& c, u64 position) {
  std::string bytes = c.past.command_at(position);
  for (int depth = 0; depth < 3; ++depth) {
    Command command;
    if (!decode_text(bytes, command)) return std::nullopt;
    if (const Kind* found = std::get_if<Kind>(&command)) return *found;
    if (const auto* request = std::get_if<Request>(&command)) {
      bytes = request->command;
    } else if (const auto* instruction = std::get_if<Instruction>(&command)) {
      bytes = instruction->command;
    } else {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

// Accepted commands of a kind, in the order of `select`.
template <class Kind>
struct Commands {
  std::vector<std::pair<history::LogRow, Kind>> rows;
  bool cut = false;  // as in collect
};
template <class Kind>
Commands<Kind> read_commands(const Context& c, Select select, std::size_t wanted,
                             const std::function<bool(const Kind&)>& matches) {
  Commands<Kind> out;
  select.command = Kind::name_of;
  const auto keep = [&](const history::LogRow& row) {
    if (row.refusal != Refusal::none) return false;
    const std::optional<Kind> command = command_at<Kind>(c, row.position);
    if (!command || !matches(*command)) return false;
    out.rows.emplace_back(row, *command);
    return true;
  };
  out.cut =
      collect<history::LogRow>([&](const Select& s) { return c.past.log(s); }, select, wanted, keep).cut;
  return out;
}

struct FundingAsked {
  InstrumentId id;
  Select select;
  std::optional<Error> error;
};
// read_span puts the span of time into `select`.
template <class ReadSpan>
FundingAsked read_funding(Context& c, Params& params, const ReadSpan& read_span) {
  const Named named = read_instrument(c, params);
  FundingAsked asked{named.id, {}, named.error};
  if (asked.error) return asked;
  read_span(asked.select);
  asked.error = params.error();
  const State& state = c.engine.state;
  const Instrument& instrument = state.instrument(named.id);
  if (instrument.kind != InstrumentKind::perpetual && !asked.error) {
    asked.error = api::invalid_params("instrument_name", instrument.name + " is no perpetual");
  }
  const RulebookHistory& rulebook = state.rulebook(instrument.rulebook);
  if (!asked.error && rulebook.active != 0 && rulebook.rules().funding_made) {
    asked.error = Error{api::code::not_implemented, "not_implemented",
                        "the engine makes the funding of this instrument; its rates are events, which the "
                        "history does not keep; the ticker has the present one",
                        "instrument_name", Refusal::none};
  }
  return asked;
}
FundingAsked read_funding(Context& c, Params& params) {
  return read_funding(c, params, [&](Select& select) { read_times(params, select, Times::required); });
}

constexpr std::size_t funding_rows_max = 744;  // a month of hours, as at Deribit

Commands<FundingRate> read_rates(const Context& c, const FundingAsked& asked, std::size_t wanted) {
  return read_commands<FundingRate>(c, asked.select, wanted,
                                    [&](const FundingRate& rate) { return rate.instrument == asked.id; });
}

// What a charge was for is not said with it; venues charge each 8 hours, so that a rate is the interest of 8.
Reply get_funding_rate_history(Context& c, Params& params) {
  FundingAsked asked = read_funding(c, params);
  if (asked.error) return api::failed(*asked.error);
  const Commands<FundingRate> found = read_rates(c, asked, funding_rows_max);
  std::vector<std::string> out;
  for (auto row = found.rows.rbegin(); row != found.rows.rend(); ++row) {
    Json json;
    json.begin_object().field("timestamp", milliseconds(row->first.time));
    json.raw_field("interest_8h", to_decimal(row->second.rate.raw(), rate_decimals));
    const i128 hourly = div(row->second.rate.raw(), 8, Round::nearest);
    json.raw_field("interest_1h", to_decimal(hourly, rate_decimals));
    json.raw_field("index_price", row->second.price == Price{} ? "null" : number(row->second.price));
    json.raw_field("prev_index_price", "null").end_object();
    out.push_back(json.str());
  }
  return api::answered(array_of(out));
}

// What a long position paid in the span, as a share of its value: a bare number.
Reply get_funding_rate_value(Context& c, Params& params) {
  FundingAsked asked = read_funding(c, params);
  if (asked.error) return api::failed(*asked.error);
  const Commands<FundingRate> found = read_rates(c, asked, 100'000);
  if (found.cut) {
    return api::failed(api::invalid_params(
        "start_timestamp", "start_timestamp: too many rates were sent since then; ask for a shorter span"));
  }
  i128 sum = 0;
  for (const auto& [row, rate] : found.rows) sum += rate.rate.raw();
  return api::answered(to_decimal(sum, rate_decimals));
}

// The rates that were charged in the last 8 hours, 24 hours or month (31 days) before the log's time, oldest
// first, and what the rulebook's formula gives now: of current_interest and interest_8h what the ticker calls
// current_funding and funding_8h.
Reply get_funding_chart_data(Context& c, Params& params) {
  const Time now = c.engine.state.time;
  const FundingAsked asked = read_funding(c, params, [&](Select& select) {
    constexpr std::pair<std::string_view, i64> lengths[] = {{"8h", 8}, {"24h", 24}, {"1m", 31 * 24}};
    const std::string length = params.text("length");
    const auto found = std::find_if(std::begin(lengths), std::end(lengths),
                                    [&](const auto& known) { return known.first == length; });
    if (!params.error() && found == std::end(lengths)) params.fail("length", "must be one of 8h, 24h, 1m");
    if (params.error()) return;
    const i64 span = found->second * hour.raw();
    select.from = Time::from_raw(std::max<i64>(now.raw() - span, 1)), select.to = now;
  });
  if (asked.error) return api::failed(*asked.error);
  const Commands<FundingRate> found = read_rates(c, asked, funding_rows_max + 1);
  if (found.cut || found.rows.size() > funding_rows_max) {
    return api::failed(api::invalid_params(
        "length", "length: too many rates were sent in that time; ask for a shorter one"));
  }
  const FundingNow present = funding_now(c.engine, asked.id);
  const auto now_text = [](std::optional<Rate> r) {
    return r ? to_decimal(r->raw(), rate_decimals) : std::string("null");
  };
  Json json;
  json.begin_object().raw_field("current_interest", now_text(present.current));
  json.raw_field("interest_8h", now_text(present.average)).key("data").begin_array();
  for (auto row = found.rows.rbegin(); row != found.rows.rend(); ++row) {
    json.begin_object();
    json.raw_field("index_price", row->second.price == Price{} ? "null" : number(row->second.price));
    json.raw_field("interest_8h", to_decimal(row->second.rate.raw(), rate_decimals));
    json.field("timestamp", milliseconds(row->first.time)).end_object();
  }
  json.end_array().end_object();
  return api::answered(json.str());
}

// Days at which something on the index was delivered, newest first, with the price of that.
Reply get_delivery_prices(Context& c, Params& params) {
  const std::string name = params.text("index_name");
  const std::size_t offset = static_cast<std::size_t>(params.integer("offset", 0, 0, 100'000));
  const std::size_t count = static_cast<std::size_t>(params.integer("count", 10, 1, rows_max));
  const IndexId index = params.error() ? IndexId{} : find_index(c.engine, name);
  if (!params.error() && index.is_none()) {
    params.fail("index_name",
                "there is no index " + json_shown(name) + "; public/get_index_price_names lists them");
  }
  if (params.error()) return api::failed(*params.error());
  const State& state = c.engine.state;
  std::vector<std::pair<Time, Price>> days;
  read_commands<Expire>(c, {}, 100'000, [&](const Expire& expire) {
    if (state.instrument(expire.instrument).index != index || expire.price == Price{}) return false;
    const Time at = state.instrument(expire.instrument).expiry;
    if (days.empty() || days.back().first != at) days.emplace_back(at, expire.price);
    return true;
  });
  Json json;
  json.begin_object().key("data").begin_array();
  for (std::size_t i = offset; i < days.size() && i < offset + count; ++i) {
    const auto date = std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(
        std::chrono::sys_time<std::chrono::microseconds>(std::chrono::microseconds(days[i].first.raw()))));
    const auto two = [](unsigned n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    const std::string text = std::to_string(static_cast<int>(date.year())) + "-" +
                             two(static_cast<unsigned>(date.month())) + "-" +
                             two(static_cast<unsigned>(date.day()));
    json.begin_object().field("date", text).raw_field("delivery_price", number(days[i].second)).end_object();
  }
  json.end_array().field("records_total", u64{days.size()}).end_object();
  return api::answered(json.str());
}

}  // namespace

void add_trades(std::vector<Method>& table, const SharedMemo&) {
  const auto add = [&](const char* name, const char* text, auto call) {
    table.push_back({std::string("public/") + name, Scope::open, text, call});
  };
  add("get_last_trades_by_instrument", "fills of an instrument, newest first", last_trades_by_instrument);
  add("get_last_trades_by_instrument_and_time", "fills of an instrument in a span of time",
      last_trades_by_instrument);
  add("get_last_trades_by_currency", "fills of a currency, newest first", last_trades_by_currency);
  add("get_last_trades_by_currency_and_time", "fills of a currency in a span of time",
      last_trades_by_currency);
  add("get_tradingview_chart_data", "candles of the fills", get_tradingview_chart_data);
  add("get_funding_rate_history", "funding rates that were charged", get_funding_rate_history);
  add("get_funding_rate_value", "what a long position paid in a span of time", get_funding_rate_value);
  add("get_funding_chart_data", "funding rates of the last 8 hours, day or month, and the present one",
      get_funding_chart_data);
  add("get_delivery_prices", "prices at which expiries were settled", get_delivery_prices);
}

}  // namespace lockstep::deribit
