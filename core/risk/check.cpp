#include "core/risk/check.h"

#include "core/risk/check_parts.h"
#include "core/risk/risk_book.h"

namespace lockstep {

bool is_word(const std::string& text) {
  if (text.empty() || text.size() > 64) return false;
  for (const char c : text) {
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return false;
  }
  return true;
}

namespace {

RulebookDefect check_head(const Rulebook& rules) {
  constexpr std::size_t text_max = 1000;
  if (rules.name.empty() || rules.name.size() > 64)
    return {"rulebook", "a rulebook has a name of 1 to 64 characters"};
  if (rules.version.empty() || rules.version.size() > 64)
    return {"version", "a version has 1 to 64 characters"};
  if (rules.source.empty() || rules.source.size() > text_max) {
    return {"source", "say where the rules come from, in 1 to 1000 characters"};
  }
  if (rules.leverage_default.raw() < rate_one || rules.leverage_default.raw() > 1000 * rate_one) {
    return {"leverage_default", "leverage lies between 1 and 1000"};
  }
  return {};
}

RulebookDefect check_prices(const PriceRules& prices) {
  const Duration year = Duration::from_raw(365 * day.raw());
  for (const Duration span :
       {prices.mark_stale_after, prices.index_stale_after, prices.volatility_stale_after}) {
    if (span < Duration{} || span > year)
      return {"prices.stale_after", "a price gets stale after 0 s (never) to 365 d"};
  }
  for (const Rate limit : {prices.divergence_perpetual, prices.divergence_future}) {
    if (limit < Rate{} || limit.raw() > 100 * rate_one)
      return {"prices.divergence", "a divergence lies between 0 % and 10000 %"};
  }
  const auto within = [](Rate bound) { return bound >= Rate{} && bound.raw() < rate_one; };
  if (!within(prices.bound) || !within(prices.bound_future) || prices.bound_over < Duration{} ||
      prices.bound_over > day) {
    return {"prices.bound",
            "the mark is held within 0 % (not at all) to 100 % of the index, over 0 s to 24 h"};
  }
  if ((prices.allowed_missing & ~action_bit(Action::reduce)) != 0) {
    return {"prices.allow.missing", "without a price nothing but reduce can be allowed"};
  }
  const u8 all = 0xf;
  if ((prices.allowed_stale & ~all) != 0 || (prices.allowed_diverged & ~all) != 0) {
    return {"prices.allow", "the actions are open, reduce, withdraw, liquidate"};
  }
  return {};
}

RulebookDefect check_gaps(const std::vector<Gap>& gaps) {
  if (gaps.size() > 1000) return {"gaps", "a rulebook has at most 1000 gaps"};
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    const std::string path = "gaps." + gaps[i].name;
    if (!is_word(gaps[i].name)) return {path, "a gap's name consists of a-z, 0-9 and _"};
    if (gaps[i].text.empty() || gaps[i].text.size() > 1000)
      return {path, "say what is missing, in 1 to 1000 characters"};
    for (std::size_t j = 0; j < i; ++j) {
      if (gaps[j].name == gaps[i].name) return {path, "this gap is listed twice"};
    }
  }
  return {};
}

RulebookDefect check_components(const Rulebook& rules) {
  if (rules.components.size() > 64) return {"component", "a rulebook has at most 64 components"};
  for (std::size_t i = 0; i < rules.components.size(); ++i) {
    const Component& component = rules.components[i];
    const std::string path = "component." + component.name;
    if (!is_word(component.name)) return {path, "a component's name consists of a-z, 0-9 and _"};
    for (std::size_t j = 0; j < i; ++j) {
      if (rules.components[j].name == component.name) return {path, "two components have this name"};
    }
    RulebookDefect defect = check_component(component, rules.gaps.size());
    if (!defect.none()) return defect;
  }
  for (unsigned bit = 0; bit < 8; ++bit) {
    std::size_t count = 0;
    for (const Component& component : rules.components) count += component.applies >> bit & 1u;
    if (count > row_components_max)
      return {"component", "more than 8 components apply to one class of instrument"};
  }
  return {};
}

}  // namespace

std::string to_text(const RowKey& key) {
  if (key.base.empty() && key.settle.empty()) return "default";
  if (key.settle.empty()) return key.base;
  return (key.base.empty() ? std::string("*") : key.base) + "/" + key.settle;
}

RulebookDefect check_rulebook(const Rulebook& rules) {
  RulebookDefect defect = check_head(rules);
  if (defect.none()) defect = check_prices(rules.prices);
  if (defect.none()) defect = check_states(rules.states);
  if (defect.none()) defect = check_epochs(rules.epochs);
  if (defect.none()) defect = check_liquidation(rules);
  if (defect.none()) defect = check_gaps(rules.gaps);
  if (defect.none()) defect = check_components(rules);
  if (defect.none()) defect = check_schemes(rules);
  if (defect.none()) defect = check_collateral(rules);
  if (defect.none()) defect = check_profits(rules);
  if (defect.none()) defect = check_funding(rules);
  return defect;
}

}  // namespace lockstep
