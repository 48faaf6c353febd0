#include "node/whatif/change.h"

#include <vector>

#include "core/units/limits.h"
#include "node/rules/decimal.h"

namespace lockstep::whatif {
namespace {

using Words = std::vector<std::string_view>;
using Parsed = Result<Change, std::string>;

Words words_of(std::string_view text) {
  Words words;
  for (std::size_t at = 0; at < text.size();) {
    at = text.find_first_not_of(" \t", at);
    if (at == std::string_view::npos) break;
    const std::size_t end = std::min(text.find_first_of(" \t", at), text.size());
    words.push_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

std::string quoted(std::string_view word) { return "\"" + std::string(word) + "\""; }

// A sign in front is allowed, as people write moves and sizes.
bool parse_signed(std::string_view text, int decimals, i128& raw) {
  if (text.starts_with('+')) text.remove_prefix(1);
  return parse_decimal(text, decimals, raw);
}

struct Reader {
  const Engine& engine;
  const Words& words;
  std::string error;

  void fail(std::string what) {
    if (error.empty()) error = std::move(what);
  }
  u32 find(const NameTable& table, std::size_t at, const char* what) {
    const auto it = table.find(words[at]);
    if (it != table.end()) return it->second;
    fail(std::string("there is no ") + what + " " + quoted(words[at]));
    return 0;
  }
  InstrumentId instrument(std::size_t at) { return {find(engine.lookup.instruments, at, "instrument")}; }
  AssetId asset(std::size_t at) { return {find(engine.lookup.assets, at, "asset")}; }

  Price price(std::size_t at, InstrumentId id) {
    i128 raw = 0;
    const bool is_number = parse_decimal(words[at], price_decimals, raw);
    if (!is_number || raw <= 0 || raw > limits::price_raw_max) {
      fail("the price must be a positive number, not " + quoted(words[at]));
      return {};
    }
    if (!error.empty()) return {};
    const Price tick = engine.state.instrument(id).tick;
    if (tick.raw() > 0 && raw % tick.raw() != 0) {
      fail("the price " + std::string(words[at]) + " is not a multiple of the tick, " +
           to_decimal(tick.raw(), price_decimals));
    }
    return Price::from_raw(static_cast<i64>(raw));
  }
  Lots lots(std::size_t at, InstrumentId id) {
    i128 raw = 0;
    if (!parse_signed(words[at], lot_decimals, raw) || raw == 0) {
      fail("the size must be a number that is not 0, not " + quoted(words[at]));
      return {};
    }
    if (!error.empty()) return {};
    const i64 lot = engine.state.instrument(id).lot;
    if (raw % lot != 0) {
      fail("the size " + std::string(words[at]) + " is not a multiple of the lot, " +
           to_decimal(lot, lot_decimals));
      return {};
    }
    if (abs(raw / lot) > limits::lots_raw_max) fail("the size " + std::string(words[at]) + " is too large");
    return Lots::from_raw(error.empty() ? static_cast<i64>(raw / lot) : 0);
  }
  Rate move(std::size_t at) {
    i128 raw = 0;
    const bool is_number = parse_signed(words[at], rate_decimals - 2, raw);
    if (!is_number || words[at + 1] != "%" || raw < -i128{rate_one} * 9999 / 10000 ||
        raw > 100 * i128{rate_one}) {
      fail("a move lies between -99.99 % and +10000 %, such as -10 %");
      return {};
    }
    return Rate::from_raw(static_cast<i64>(raw));
  }
};

Parsed trade_of(Reader& read) {
  const Words& words = read.words;
  const bool priced = words.size() == 5 && words[3] == "@";
  if (words.size() != 3 && !priced)
    return std::string("trade takes INSTRUMENT SIZE, or INSTRUMENT SIZE @ PRICE");
  Trade change;
  change.instrument = read.instrument(1);
  change.lots = read.lots(2, change.instrument);
  if (priced) change.price = read.price(4, change.instrument);
  return Change(change);
}

Parsed order_of(Reader& read) {
  const Words& words = read.words;
  const bool side = words.size() == 6 && (words[1] == "buy" || words[1] == "sell") && words[4] == "@";
  if (!side) return std::string("order takes buy|sell SIZE INSTRUMENT @ PRICE");
  NewOrder change;
  change.side = words[1] == "buy" ? Side::buy : Side::sell;
  change.instrument = read.instrument(3);
  change.lots = read.lots(2, change.instrument);
  if (change.lots < Lots{}) read.fail("the size of an order is positive");
  change.price = read.price(5, change.instrument);
  return Change(change);
}

Parsed cancel_of(Reader& read) {
  i128 id = 0;
  if (read.words.size() == 2 && read.words[1] == "all") return Change(CancelOrders{});
  if (read.words.size() != 2 || !parse_decimal(read.words[1], 0, id) || id < 1 || id > INT64_MAX) {
    return std::string("cancel takes the number of an order, or all");
  }
  return Change(CancelOrders{static_cast<OrderId>(id)});
}

Parsed transfer_of(Reader& read) {
  if (read.words.size() != 3) return std::string("transfer takes ASSET AMOUNT");
  MoveMoney change;
  change.asset = read.asset(1);
  if (!read.error.empty()) return Change(change);
  const int decimals = read.engine.state.asset(change.asset).decimals;
  i128 raw = 0;
  if (!parse_signed(read.words[2], decimals, raw) || abs(raw) > limits::amount_max * pow10(decimals)) {
    return "the amount must be a number with at most " + std::to_string(decimals) + " decimals, not " +
           quoted(read.words[2]);
  }
  change.amount = Amount::from_raw(raw);
  return Change(change);
}

Parsed time_of(const Words& words, std::string_view text) {
  Duration by;
  const std::size_t at = text.find("time") + 4;
  std::string span(text.substr(std::min(text.find_first_not_of(" \t", at), text.size())));
  if (span.starts_with('+')) span.erase(0, 1);
  if (words.size() != 3 || !parse_span(span, by) || by <= Duration{}) {
    return std::string("time takes a span such as 12 h or 7 d");
  }
  return Change(PassTime{by});
}

Parsed rules_of(const Words& words, std::string_view text, const ReadRules& read_rules) {
  if (words.size() < 2) return std::string("rulebook takes a file");
  const std::string path(text.substr(static_cast<std::size_t>(words[1].data() - text.data())));
  Result<Rulebook, Fault> rules = read_rules(path);
  if (!rules) return rules.error().what;
  return Change(UnderRules{std::move(rules).value()});
}

}  // namespace

Result<Change, std::string> parse_change(std::string_view text, const Engine& engine,
                                         const ReadRules& read_rules) {
  const Words words = words_of(text);
  Reader read{engine, words, {}};
  const std::string_view verb = words.empty() ? std::string_view() : words[0];
  Parsed parsed =
      std::string(
          "a change begins with trade, order, cancel, transfer, price, volatility, time or rulebook, "
          "not ") +
      quoted(verb);
  if (verb == "trade") parsed = trade_of(read);
  if (verb == "order") parsed = order_of(read);
  if (verb == "cancel") parsed = cancel_of(read);
  if (verb == "transfer") parsed = transfer_of(read);
  if (verb == "time") parsed = time_of(words, text);
  if (verb == "rulebook") parsed = rules_of(words, text, read_rules);
  if (verb == "price" || verb == "volatility") {
    if (words.size() != 4)
      return std::string(verb) + " takes BASE MOVE %, such as " + std::string(verb) + " BTC -10 %";
    const AssetId base = read.asset(1);
    const Rate move = read.move(2);
    parsed = verb == "price" ? Change(MovePrice{base, move}) : Change(MoveVolatility{base, move});
  }
  if (!read.error.empty()) return std::move(read.error);
  return parsed;
}

}  // namespace lockstep::whatif
