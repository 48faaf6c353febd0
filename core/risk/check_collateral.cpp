// The part of check_rulebook() that looks at what balances and profits count for.
#include "core/risk/check_parts.h"
#include "core/units/limits.h"

namespace lockstep {
namespace {

bool within(Rate rate, i64 low, i64 high) { return rate.raw() >= low && rate.raw() <= high; }
bool amount(Value value) {
  return value >= Value{} && value <= Value::from_raw(limits::amount_max * value_one);
}

std::string weights_defect(const Collateral& row) {
  const Weights& initial = row.initial;
  const Weights& maintenance = row.maintenance;
  if (!within(initial.asset, 0, rate_one) || !within(maintenance.asset, 0, rate_one)) {
    return "a haircut lies between 0 % and 100 %";
  }
  if (initial.asset > maintenance.asset) {
    return "an asset counts for no more against initial margin than against maintenance";
  }
  if (!within(maintenance.liability, rate_one, 100 * rate_one) ||
      !within(initial.liability, maintenance.liability.raw(), 100 * rate_one)) {
    return "the weight of a debt lies between 100 % and 10000 %, against initial margin not below "
           "maintenance";
  }
  return {};
}

std::string steps_defect(const std::vector<FactorStep>& steps) {
  if (steps.size() > 100) return "an asset has at most 100 steps";
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const std::string number = "step " + std::to_string(i + 1) + ": ";
    if (i == 0 && steps[i].floor != Value{}) return number + "the first step starts at 0";
    if (i > 0 && steps[i].floor <= steps[i - 1].floor) return number + "floors must rise";
    if (!amount(steps[i].floor)) return number + "the floor is too large";
    if (!within(steps[i].factor, 0, rate_one)) return number + "a factor lies between 0 % and 100 %";
    if (i > 0 && steps[i].factor > steps[i - 1].factor) return number + "factors must not rise";
  }
  return {};
}

std::string size_defect(Rate factor, Rate discount) {
  if (!within(factor, 0, rate_one)) return "size_factor lies between 0 and 1";
  if (factor != Rate{} && !within(discount, 1, 10 * rate_one))
    return "discount lies above 0 and at most at 10";
  return {};
}

std::string defect_of(const Collateral& row) {
  std::string defect = weights_defect(row);
  if (defect.empty()) defect = steps_defect(row.steps);
  if (defect.empty()) defect = size_defect(row.size_factor, row.discount);
  if (!defect.empty()) return defect;
  if (!within(row.premium_share, 0, rate_one)) return "premium_share lies between 0 % and 100 %";
  if (!amount(row.deposits_start) || !amount(row.debts_start)) return "a start is not negative";
  if (!within(row.confidence_threshold, 0, rate_one) || !within(row.confidence_rate, 0, rate_one)) {
    return "confidence_threshold and confidence_rate lie between 0 % and 100 %";
  }
  if (row.worth.decimals > value_decimals || row.weights.decimals > value_decimals) {
    return "at most 16 decimals";
  }
  if (row.worth.direction == Round::up) return "what an asset is worth is not rounded up";
  return {};
}

std::string defect_of(const ProfitRow& row) {
  if (!within(row.initial, 0, rate_one) || !within(row.maintenance, row.initial.raw(), rate_one)) {
    return "initial lies between 0 % and maintenance, maintenance at most at 100 %";
  }
  if (!amount(row.initial_max)) return "initial_max is not negative";
  if (!amount(row.imbalance_max)) return "imbalance_max is not negative";
  if (row.rounding.decimals > value_decimals || row.weights.decimals > value_decimals) {
    return "at most 16 decimals";
  }
  if (row.rounding.direction == Round::up) return "a profit is not rounded up";
  return size_defect(row.size_factor, row.discount);
}

}  // namespace

RulebookDefect check_collateral(const Rulebook& rules) {
  if (rules.money.size() > 64) return {"money", "the name of an asset has at most 64 characters"};
  if (rules.collateral.size() > 1000) return {"collateral", "at most 1000 assets"};
  for (std::size_t i = 0; i < rules.collateral.size(); ++i) {
    const Collateral& row = rules.collateral[i];
    const std::string path = "collateral." + row.asset;
    if (row.asset.empty() || row.asset.size() > 64)
      return {"collateral", "an asset's name has 1 to 64 characters"};
    std::string defect = defect_of(row);
    if (!defect.empty()) return {path, std::move(defect)};
    for (std::size_t j = 0; j < i; ++j) {
      if (rules.collateral[j].asset == row.asset) return {path, "this asset is listed twice"};
    }
  }
  return {};
}

RulebookDefect check_profits(const Rulebook& rules) {
  if (rules.profits.size() > 5000) return {"profits", "at most 5000 rows of profits"};
  for (std::size_t i = 0; i < rules.profits.size(); ++i) {
    const ProfitRow& row = rules.profits[i];
    const std::string path = "profits." + to_text(row.key);
    if (row.key.base.size() > 64 || row.key.settle.size() > 64)
      return {"profits", "a row's name is too long"};
    std::string defect = defect_of(row);
    if (!defect.empty()) return {path, std::move(defect)};
    for (std::size_t j = 0; j < i; ++j) {
      if (to_text(rules.profits[j].key) == to_text(row.key)) return {path, "this row is listed twice"};
    }
  }
  return {};
}

}  // namespace lockstep
