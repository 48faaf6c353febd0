// The public methods about markets.
#include <algorithm>
#include <set>

#include "node/deribit/asking.h"
#include "node/json/json.h"

namespace lockstep::deribit {
namespace {

Reply test(Context&, Params& params) {
  if (params.text("expected_result", "") == "exception") {
    return api::failed({api::code::error, "error", "it was asked for", "expected_result", Refusal::none});
  }
  return api::answered(R"({"version":"lockstep"})");
}

Reply hello(Context&, Params& params) {
  params.text("client_name");
  params.text("client_version");
  if (params.error()) return api::failed(*params.error());
  return api::answered(R"({"version":"lockstep"})");
}

Reply get_time(Context& c, Params&) { return api::answered(std::to_string(c.now_us / 1'000)); }

// "false" is a text at Deribit, and clients read a flag as being locked.
Reply status(Context&, Params&) { return api::answered(R"({"locked":"false","locked_indices":[]})"); }

Reply get_announcements(Context&, Params&) { return api::answered("[]"); }

Reply get_currencies(Context& c, Params&) {
  std::vector<std::string> out;
  for (const Asset& asset : c.engine.state.assets) {
    Json json;
    json.begin_object().field("currency", asset.name).field("currency_long", asset.name);
    json.field("coin_type", asset.name).raw_field("fee_precision", std::to_string(asset.decimals));
    json.field("decimals", u32{asset.decimals}).raw_field("withdrawal_fee", "0");
    json.raw_field("min_withdrawal_fee", "0").raw_field("min_confirmations", "0").end_object();
    out.push_back(json.str());
  }
  return api::answered(array_of(out));
}

Reply get_instruments(Context& c, Params& params) {
  const Filter filter = read_filter(c, params, Currency::optional);
  const bool expired = params.flag("expired", false);
  if (params.error()) return api::failed(*params.error());
  std::vector<std::string> out;
  for (const InstrumentId id : instruments_of(c.engine.state, filter)) {
    if (is_open(c.engine.state, c.engine.state.instrument(id)) == expired) continue;
    out.push_back(instrument_json(c.engine, id));
  }
  return api::answered(array_of(out));
}

template <class Make>
Reply of_instrument(Context& c, Params& params, const Make& make) {
  const Named named = read_instrument(c, params);
  if (named.error) return api::failed(*named.error);
  return api::answered(make(named.id));
}

Reply get_contract_size(Context& c, Params& params) {
  return of_instrument(c, params, [&](InstrumentId id) {
    const i64 size = contract_size(c.engine.state.instrument(id));
    return R"({"contract_size":)" + to_decimal(size, lot_decimals) + "}";
  });
}

// The names of what can be traded, by kind: "27MAR26", and "PERPETUAL".
Reply get_expirations(Context& c, Params& params) {
  const Filter filter = read_filter(c, params, Currency::required);
  if (params.error()) return api::failed(*params.error());
  const State& state = c.engine.state;
  std::set<std::pair<Time, std::string>> of_futures, of_options;
  for (const InstrumentId id : instruments_of(state, filter)) {
    const Instrument& i = state.instrument(id);
    if (!is_open(state, i) || i.kind == InstrumentKind::spot) continue;
    (is_future(i.kind) ? of_futures : of_options).emplace(i.expiry, expiry_word(i.expiry));
  }
  Json json;
  json.begin_object();
  const auto put = [&](const char* name, const auto& expirations) {
    json.key(name).begin_array();
    for (const auto& [expiry, text] : expirations) json.text(text);
    json.end_array();
  };
  if ((filter.kinds & futures) != 0) put("future", of_futures);
  if ((filter.kinds & options) != 0) put("option", of_options);
  json.end_object();
  return api::answered(json.str());
}

std::string price_text(Price price) { return price == Price{} ? "null" : number(price); }

Reply get_index_price(Context& c, Params& params) {
  const std::string name = params.text("index_name");
  const IndexId index = params.error() ? IndexId{} : find_index(c.engine, name);
  if (!params.error() && index.is_none()) {
    params.fail("index_name",
                "there is no index " + json_shown(name) + "; public/get_index_price_names lists them");
  }
  if (params.error()) return api::failed(*params.error());
  const std::string price = price_text(c.engine.state.index(index).price);
  Json json;
  json.begin_object().raw_field("index_price", price).raw_field("estimated_delivery_price", price);
  json.end_object();
  return api::answered(json.str());
}

Reply get_index_price_names(Context& c, Params&) {
  Json json;
  json.begin_array();
  for (u32 i = 0; i < c.engine.state.indexes.size(); ++i) json.text(index_name(c.engine.state, IndexId{i}));
  json.end_array();
  return api::answered(json.str());
}

// Deprecated at Deribit, still asked for: {"BTC": price, "edp": price}.
Reply get_index(Context& c, Params& params) {
  const AssetId currency = read_currency(c, params, Currency::required);
  if (params.error()) return api::failed(*params.error());
  const State& state = c.engine.state;
  const auto found = std::find_if(state.indexes.begin(), state.indexes.end(), [&](const Index& index) {
    return index.base == currency && index.price != Price{};
  });
  if (found == state.indexes.end()) return api::failed(api::not_found("no index has this currency as base"));
  Json json;
  json.begin_object().raw_field(state.asset(currency).name, number(found->price));
  json.raw_field("edp", number(found->price)).end_object();
  return api::answered(json.str());
}

Reply get_order_book(Context& c, Params& params, Memo& memo) {
  params.integer("depth", 5, 1, 10'000);  // of a book that is empty
  if (params.error()) return api::failed(*params.error());
  return of_instrument(c, params, [&](InstrumentId id) { return order_book_json(c.engine, memo, id); });
}

Reply get_book_summary_by_currency(Context& c, Params& params, Memo& memo) {
  const Filter filter = read_filter(c, params, Currency::required);
  if (params.error()) return api::failed(*params.error());
  std::vector<std::string> out;
  for (const InstrumentId id : instruments_of(c.engine.state, filter)) {
    if (!is_open(c.engine.state, c.engine.state.instrument(id))) continue;
    out.push_back(summary_of_market_json(c.engine, memo, id));
  }
  return api::answered(array_of(out));
}

}  // namespace

void add_public(std::vector<Method>& table, const SharedMemo& memo) {
  const auto add = [&](const char* name, const char* text, auto call) {
    table.push_back({std::string("public/") + name, Scope::open, text, call});
  };
  add("test", "whether the server answers, and its version", test);
  add("hello", "introduces a client", hello);
  add("get_time", "the server's time, milliseconds", get_time);
  add("status", "whether trading is locked", status);
  add("get_announcements", "announcements: none are made here", get_announcements);
  add("get_currencies", "all currencies that accounts can have", get_currencies);
  add("get_instruments", "contracts, of all currencies or one, of all kinds or one", get_instruments);
  add("get_instrument", "one contract", [](Context& c, Params& params) {
    return of_instrument(c, params, [&](InstrumentId id) { return instrument_json(c.engine, id); });
  });
  add("get_contract_size", "what one contract is, in coins or quote units", get_contract_size);
  add("get_expirations", "the expiries that are listed", get_expirations);
  add("get_index_price", "an index", get_index_price);
  add("get_index_price_names", "the names of all indexes", get_index_price_names);
  add("get_index", "the index of a currency", get_index);
  add("ticker", "mark, index, greeks and the last day of one instrument", [memo](Context& c, Params& params) {
    Memo& m = of_call(memo, c);
    return of_instrument(c, params, [&](InstrumentId id) { return ticker_json(c.engine, m, id); });
  });
  add("get_order_book", "the ticker with an empty book: matching is the venue's",
      [memo](Context& c, Params& params) { return get_order_book(c, params, of_call(memo, c)); });
  add("get_book_summary_by_currency", "summaries of all instruments of a currency",
      [memo](Context& c, Params& params) {
        return get_book_summary_by_currency(c, params, of_call(memo, c));
      });
  add("get_book_summary_by_instrument", "the summary of one instrument, as an array of one",
      [memo](Context& c, Params& params) {
        Memo& m = of_call(memo, c);
        return of_instrument(
            c, params, [&](InstrumentId id) { return array_of({summary_of_market_json(c.engine, m, id)}); });
      });
}

}  // namespace lockstep::deribit
