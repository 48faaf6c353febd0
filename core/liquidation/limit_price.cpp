#include "core/liquidation/limit_price.h"

#include <algorithm>

#include "core/liquidation/rounding.h"

namespace lockstep::liquidation {
namespace {

constexpr Ratio one{1, 1};

// (1 - balance/maintenance) x adjustment, within 0 and 1.
std::optional<Ratio> distress(Health account, Rate adjustment) {
  const std::optional<Ratio> missing =
      ratio((account.maintenance - account.balance).raw(), account.maintenance.raw());
  const std::optional<Ratio> factor = ratio(adjustment.raw(), rate_one);
  if (!missing || !factor) return std::nullopt;
  if (missing->numerator <= 0) return Ratio{};
  const std::optional<Ratio> adjusted = product(*missing, *factor);
  const bool whole = adjusted && adjusted->numerator >= adjusted->denominator;
  return whole ? std::optional(one) : adjusted;
}

}  // namespace

std::optional<Ratio> limit_price(i128 size, Value worth, Value maintenance, Health account,
                                 LimitPricePolicy policy) {
  if (account.maintenance <= Value{}) return std::nullopt;
  const std::optional<Ratio> share = distress(account, policy.adjustment);
  const std::optional<Ratio> spread = ratio(policy.spread.raw(), rate_one);
  const std::optional<Ratio> widest = product(*spread, {maintenance.raw(), 1});
  if (!share || !widest) return std::nullopt;
  const std::optional<Ratio> discount = product(*share, *widest);
  const std::optional<Ratio> per_size = ratio(1, size);
  if (!discount || !per_size) return std::nullopt;
  const std::optional<Ratio> proceeds = difference({worth.raw(), 1}, *discount);
  return proceeds ? product(*proceeds, *per_size) : std::nullopt;
}

Value limit_proceeds(Value worth, Value maintenance, Health account, LimitPricePolicy policy, Round round) {
  const Value missing = account.maintenance - account.balance;
  if (missing <= Value{} || account.maintenance <= Value{}) return worth;
  const Value adjusted = min(scale(missing, policy.adjustment, Round::down), account.maintenance);
  const Value widest = scale(maintenance, policy.spread, Round::down);
  const Round opposite = round == Round::up ? Round::down : round == Round::down ? Round::up : round;
  return worth - Value::from_raw(mul_div(widest.raw(), adjusted.raw(), account.maintenance.raw(), opposite));
}

i128 in_ticks(Ratio price, int power, i128 tick, i128 most, Round round) {
  LS_ASSERT(price.numerator >= 0 && tick > 0);
  const i128 largest = div(most, tick, Round::down) * tick;
  const std::optional<Ratio> scaled =
      product(price, power >= 0 ? Ratio{pow10(power), 1} : Ratio{1, pow10(-power)});
  const std::optional<Ratio> ticks = scaled ? product(*scaled, Ratio{1, tick}) : std::nullopt;
  if (!ticks) return power >= 0 ? largest : tick;
  const i128 whole = to_integer(*ticks, round);
  return std::clamp(whole > largest / tick ? largest : whole * tick, tick, std::max(tick, largest));
}

bool within_limit(Price mark, Rate fee, bool takes_long, Price limit, Rounding rounding) {
  const Value worth = money_of(mark), at = money_of(limit);
  const Value earned = times(worth, fee, rounding);
  return takes_long ? worth - earned <= at : worth + earned >= at;
}

}  // namespace lockstep::liquidation
