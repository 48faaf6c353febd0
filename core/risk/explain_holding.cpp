#include "core/risk/components.h"
#include "core/risk/explain.h"
#include "core/risk/notional_rate.h"
#include "core/risk/weights.h"

namespace lockstep {
namespace {

struct Writer {
  StatementInputs& inputs;
  MarginLevel level;
  bool initial() const { return level == MarginLevel::initial; }
  void operator()(std::string name, std::string value) {
    inputs.push_back({.name = std::move(name), .value = std::move(value)});
  }
  void operator()(std::string name, Value value) { (*this)(std::move(name), number_text(value)); }
  void operator()(std::string name, Rate rate) { (*this)(std::move(name), percent_text(rate)); }
};

std::string factor_text(Rate rate) { return to_decimal(rate.raw(), rate_decimals); }

void brackets(const BracketRow& row, const HoldingFacts& facts, Writer write) {
  const Bracket& bracket = bracket_of(row, facts.notional);
  write("notional", facts.notional);
  write("bracket from", bracket.floor);
  if (!write.initial()) {
    write("rate", bracket.rate);
    if (bracket.deduction != Value{}) write("less", bracket.deduction);
    return;
  }
  const bool own = facts.leverage < bracket.leverage_max;
  write("leverage", factor_text(own ? facts.leverage : bracket.leverage_max));
  write("binds", own ? "the account's own leverage" : "the bracket's leverage");
}

void size(const SizeRow& row, const HoldingFacts& facts, Writer write) {
  write("size", abs(facts.coins));
  write("rate", write.initial() ? row.initial : row.maintenance);
  if (row.per_coin != Rate{}) write("more per coin", row.per_coin);
}

void short_option(const ShortOptionRow& row, const HoldingFacts& facts, Writer write) {
  if (facts.coins >= Value{}) return write("binds", "not written");
  const bool is_call = facts.option == OptionType::call;
  write("size", -facts.coins);
  write("value", facts.mark_value);
  if (!write.initial()) {
    const bool put_row = !is_call && row.maintenance_put != Rate{};
    write("rate", put_row ? row.maintenance_put : row.maintenance);
    return;
  }
  const Price from = row.distance == PriceUse::reference ? facts.reference : facts.forward;
  const i128 away = is_call ? i128{facts.strike.raw()} - from.raw() : i128{from.raw()} - facts.strike.raw();
  const i128 share = away > 0 ? div(away * rate_one, from.raw(), Round::down) : 0;
  const Rate out = Rate::from_raw(static_cast<i64>(share > 1000 * rate_one ? 1000 * i128{rate_one} : share));
  write("out of the money", out);
  const bool least = row.initial.raw() - share <= row.initial_min.raw();
  write("rate", least ? row.initial_min : row.initial - out);
  write("binds", least ? "the least rate" : "the rate less what is out of the money");
}

void roll(const RollRow& row, const HoldingFacts& facts, Writer write) {
  const i128 grown = div(i128{row.annualised.raw()} * facts.years.raw(), rate_one, Round::up);
  write("delta", facts.delta);
  const bool by_time = grown > row.minimum.raw();
  write("rate", by_time ? Rate::from_raw(static_cast<i64>(grown)) : row.minimum);
  write("binds", by_time ? "rate per year" : "the least rate");
}

void notional(const NotionalRow& row, const HoldingFacts& facts, Writer write) {
  write("notional", rounded(facts.notional, row.notional));
  if (!write.initial()) {
    if (row.of_initial) {
      write("base rate", row.initial);
      return write("share of it", row.maintenance);
    }
    return write("rate", size_premium(row.maintenance, row.premium_share, row.size_factor, facts.coins,
                                      row.rate, true));
  }
  const Rate rate = initial_rate(row, facts);
  const bool own = row.by_leverage && facts.leverage > Rate{} &&
                   i128{facts.leverage.raw()} * rate.raw() < i128{rate_one} * rate_one;
  if (own) {
    write("leverage", factor_text(facts.leverage));
    return write("binds", "the account's own leverage");
  }
  write("rate", rate);
  if (rate == row.initial) return;
  const Rate interest =
      interest_rate_of(row.initial, row.interest_lower, row.interest_upper, facts.open_interest, row.rate);
  const bool relaxed = rate < row.initial;
  write("binds", relaxed ? "the relaxed rate" : rate == interest ? "open interest" : "size");
}

void sides(const SideRow& row, const HoldingFacts& facts, Writer write) {
  write("notional", facts.notional);
  if (facts.buys != Value{}) write("orders to buy", facts.buy_notional);
  if (facts.sells != Value{}) write("orders to sell", facts.sell_notional);
  write("factor long", number_text(row.long_factor));
  write("factor short", number_text(row.short_factor));
  if (row.cap != Value{}) write("cap", row.cap);
  if (row.slippage != Rate{}) write("slippage", row.slippage);
  if (facts.funding_owed != Value{}) write("funding owed", facts.funding_owed);
}

void confidence(const ConfidenceRow& row, const HoldingFacts& facts, Writer write) {
  write(row.depeg ? "price of the money" : "confidence", row.depeg ? facts.money_price : facts.confidence);
  write("threshold", row.threshold);
  write("rate", row.rate);
}

}  // namespace

std::string number_text(Value value) { return to_decimal(value.raw(), value_decimals); }
std::string number_text(Price price) { return to_decimal(price.raw(), price_decimals); }

void explain_rounding(Rounding rounding, Value before, StatementInputs& inputs) {
  if (rounding.decimals >= value_decimals || rounded(before, rounding) == before) return;
  static constexpr const char* words[] = {"up", "down", "zero", "nearest"};
  const char* direction = rounding.direction == Round::up     ? words[0]
                          : rounding.direction == Round::down ? words[1]
                          : rounding.direction == Round::zero ? words[2]
                                                              : words[3];
  inputs.push_back(
      {.name = "rounded", .value = direction + (" to " + std::to_string(rounding.decimals)) + " decimals"});
  inputs.push_back({.name = "before", .value = number_text(before)});
}

void explain_holding(const Component& component, u16 row, const HoldingFacts& facts, MarginLevel level,
                     StatementInputs& inputs) {
  const Writer write{inputs, level};
  switch (component.kind) {
    case ComponentKind::brackets: return brackets(component.brackets[row], facts, write);
    case ComponentKind::linear_in_size: return size(component.sizes[row], facts, write);
    case ComponentKind::short_option: return short_option(component.short_options[row], facts, write);
    case ComponentKind::roll_charge: return roll(component.rolls[row], facts, write);
    case ComponentKind::notional_rate: return notional(component.notionals[row], facts, write);
    case ComponentKind::risk_factors: return sides(component.sides[row], facts, write);
    case ComponentKind::low_confidence: return confidence(component.confidences[row], facts, write);
    default: return;  // of units and pools
  }
}

}  // namespace lockstep
