// dYdX v4: liquidation prices and sizes, the insurance fund's part, and deleveraging.  In quanta, as the
// venue counts: one quantum of money is one unit of a Value.
#include "core/liquidation/bankruptcy_price.h"
#include "core/liquidation/close_size.h"
#include "core/liquidation/deleverage.h"
#include "core/liquidation/fee.h"
#include "core/liquidation/limit_price.h"
#include "tests/conform/dydx_account.h"

namespace lockstep::conform::dydx {
namespace {

namespace rules = liquidation;

constexpr const char* bad_size = "ErrInvalidPerpetualPositionSizeDelta";
constexpr i128 subticks_max = ~u64{0};

// An account whose position in one perpetual is liquidated, settled.
struct Liquidated {
  Market market;
  Account account;
  Id id = 0;
  i128 size = 0;

  const Perpetual& perpetual() const { return market.perpetual(id); }
};

i128 held(const Account& account, Id id) {
  const auto found = account.positions.find(id);
  return found == account.positions.end() ? 0 : found->second.quanta;
}

Liquidated liquidated_of(const Vector& vector) {
  const Json& portfolio = vector.json.at("portfolio");
  Liquidated l;
  l.market = market_of(vector.json.at("market"));
  l.account = account_of(portfolio);
  settle_funding(l.market, l.account);
  l.id = id_of(portfolio.at("perp"));
  l.size = held(l.account, l.id);
  return l;
}

Value bankruptcy_of(const Market& market, const Account& account, Id id, i128 change) {
  const i128 size = held(account, id);
  if (!rules::closes(size, change)) throw VectorError{bad_size};
  const Perpetual& perpetual = market.perpetual(id);
  const rules::Closing closing{
      notional_of(perpetual.oracle, size), notional_of(perpetual.oracle, size + change),
      margin_of(perpetual, size).maintenance, margin_of(perpetual, size + change).maintenance};
  const std::optional<Value> proceeds = rules::bankruptcy_proceeds(closing, health_of(market, account));
  if (!proceeds) throw VectorError{"an account without maintenance has no bankruptcy price"};
  return *proceeds;
}

rules::Ratio ratio_of(const Json& json) {
  const std::size_t slash = json.text.find('/');
  i128 numerator = 0, denominator = 1;
  const bool read =
      parse_decimal(json.text.substr(0, slash), 0, numerator) &&
      (slash == std::string::npos || parse_decimal(json.text.substr(slash + 1), 0, denominator));
  const std::optional<rules::Ratio> ratio = read ? rules::ratio(numerator, denominator) : std::nullopt;
  if (!ratio) throw VectorError{"not a ratio: " + json.text};
  return *ratio;
}

std::string text(rules::Ratio ratio) {
  return to_decimal(ratio.numerator, 0) + "/" + to_decimal(ratio.denominator, 0);
}

int conversion_exponent(const Vector& vector) {
  return static_cast<int>(integer(vector.json.at("params"), "quantum_conversion_exponent"));
}

}  // namespace

Answer bankruptcy(const Vector& vector) {
  return with_errors([&]() -> Answer {
    const Liquidated l = liquidated_of(vector);
    const i128 change = integer(vector.json.at("portfolio"), "delta");
    return {{{"quote_quantums", text(bankruptcy_of(l.market, l.account, l.id, change))}}, ""};
  });
}

Answer fillable(const Vector& vector) {
  return with_errors([&]() -> Answer {
    const Liquidated l = liquidated_of(vector);
    if (!rules::closes(l.size, integer(vector.json.at("portfolio"), "delta"))) throw VectorError{bad_size};
    const Json& params = vector.json.at("params");
    const std::optional<rules::Ratio> price = rules::limit_price(
        l.size, notional_of(l.perpetual().oracle, l.size), margin_of(l.perpetual(), l.size).maintenance,
        health_of(l.market, l.account),
        {ppm(params.at("bankruptcy_adjustment_ppm")), ppm(params.at("spread_to_mmr_ppm"))});
    if (!price) throw VectorError{"no price: no maintenance, or beyond 128 bits"};
    return {{{"price_rational", text(*price)}}, ""};
  });
}

Answer fillable_to_subticks(const Vector& vector) {
  const Json& portfolio = vector.json.at("portfolio");
  const rules::Ratio price = ratio_of(portfolio.at("price_rational"));
  if (price.numerator < 0) throw VectorError{"a negative price"};
  const bool sells = portfolio.at("liquidating_long").text == "true";
  const i128 tick = integer(vector.json.at("params"), "subticks_per_tick");
  if (tick <= 0) throw VectorError{"a tick of 0"};
  const i128 subticks = rules::in_ticks(price, -conversion_exponent(vector), tick, subticks_max,
                                        sells ? Round::up : Round::down);
  return {{{"subticks", to_decimal(subticks, 0)}}, ""};
}

Answer insurance_delta(const Vector& vector) {
  return with_errors([&]() -> Answer {
    const Json& portfolio = vector.json.at("portfolio");
    const i128 filled = integer(portfolio, "fill_amount");
    if (filled == 0) throw VectorError{"ErrInvalidQuantumsForInsuranceFundDeltaCalculation"};
    const Liquidated l = liquidated_of(vector);
    const bool buys = portfolio.at("is_buy").text == "true";
    const Value quote =
        Value::from_raw(scaled_product(integer(portfolio, "subticks"), filled, conversion_exponent(vector)));
    const Value bankruptcy = bankruptcy_of(l.market, l.account, l.id, buys ? filled : -filled);
    const Value delta = rules::insurance_transfer(
        buys ? -quote : quote, bankruptcy, ppm(vector.json.at("params").at("max_liquidation_fee_ppm")));
    return {{{"insurance_fund_delta", text(delta)}}, ""};
  });
}

Answer insurance_fund_ok(const Vector& vector) {
  const Json& portfolio = vector.json.at("portfolio");
  const bool valid = rules::fund_covers(Value::from_raw(integer(portfolio, "balance")),
                                        Value::from_raw(integer(portfolio, "delta")));
  return {{{"valid", text(valid)}}, ""};
}

Answer position_liq_bounds(const Vector& vector) {
  const Market market = market_of(vector.json.at("market"));
  const Account account = account_of(vector.json.at("portfolio"));
  if (account.positions.size() != 1) throw VectorError{"bounds of one position, not of several"};
  const auto& [id, position] = *account.positions.begin();
  const Json& params = vector.json.at("params");
  const rules::CloseBounds bounds =
      rules::close_bounds(notional_of(market.perpetual(id).oracle, position.quanta),
                          {Value::from_raw(integer(params, "min_position_notional")),
                           ppm(params.at("max_position_portion_ppm"))});
  return {{{"min_notional", text(bounds.least)}, {"max_notional", text(bounds.most)}}, ""};
}

// A position closed against a counterparty's, at a price that the vector names or gives.
Answer deleverage(const Vector& vector) {
  return with_errors([&]() -> Answer {
    const Json& portfolio = vector.json.at("portfolio");
    Market market = market_of(vector.json.at("market"));
    Account closed = account_of(portfolio.at("liquidated")), other = account_of(portfolio.at("offsetting"));
    settle_funding(market, closed);
    settle_funding(market, other);
    const Id id = id_of(portfolio.at("perp"));
    const i128 change = integer(portfolio, "delta");
    const std::string& price = portfolio.at("quote_delta").text;
    Value quote;
    if (price == "bankruptcy") {
      quote = bankruptcy_of(market, closed, id, change);
    } else if (price == "oracle") {
      quote = notional_of(market.perpetual(id).oracle, -change);
    } else {
      quote = Value::from_raw(integer(portfolio, "quote_delta"));
    }
    if (!rules::may_deleverage(held(closed, id), held(other, id), change)) throw VectorError{bad_size};
    market.perpetuals.at(id).open_interest +=
        interest_change(held(closed, id), change) + interest_change(held(other, id), -change);
    Account closed_after, other_after;
    const bool done = judge(market, closed, {id, change, quote.raw()}, closed_after) == Transition::allowed &&
                      judge(market, other, {id, -change, -quote.raw()}, other_after) == Transition::allowed;
    if (!done) throw VectorError{"ErrFailedToUpdateSubaccounts"};
    Answer answer;
    answer.values.emplace_back("success", text(true));
    answer_account(closed_after, "liquidated.", answer);
    answer_account(other_after, "offsetting.", answer);
    return answer;
  });
}

}  // namespace lockstep::conform::dydx
