// Grace: whom a change of parameters, and not the market, carries below maintenance is called and not
// liquidated for a while.  docs/methodology.md 6.7.
#include <algorithm>
#include <optional>

#include "core/engine/context.h"

namespace lockstep {
namespace {

bool same_pool(const Grace& grace, const PoolTotals& pool) {
  return grace.asset == pool.asset && grace.isolated == pool.isolated && grace.leg == pool.leg;
}

// What the grace is worth to the pool as it is now.
Value relief_of(const Grace& grace, const PoolTotals& pool) {
  if (pool.maintenance >= grace.maintenance) return grace.relief;
  return Value::from_raw(
      mul_div(grace.relief.raw(), pool.maintenance.raw(), grace.maintenance.raw(), Round::down));
}

// Whether the pool is below maintenance although what its graces took is given back; those that are over at
// `now` give nothing.
bool is_below(const Scheme& scheme, const Account& account, PoolTotals pool, Time now) {
  Value relief;
  for (const Grace& grace : account.graces) {
    if (same_pool(grace, pool) && now < grace.until) relief += relief_of(grace, pool);
  }
  pool.maintenance -= relief;
  return margin_state(scheme, pool) >= MarginState::liquidation;
}

bool has_grace(const Account& account, const PoolTotals& pool, Time now) {
  return std::any_of(account.graces.begin(), account.graces.end(),
                     [&](const Grace& grace) { return same_pool(grace, pool) && now < grace.until; });
}

// How the pool's grace, which it has or had, ends at `now`; nothing: it goes on.
std::optional<GraceEnd> end_of(const Rulebook& rules, const Account& account, const PoolTotals& pool,
                               Time now) {
  const Scheme& scheme = *find_scheme(rules, account.mode, account.pooled);
  if (is_below(scheme, account, pool, now)) {
    return is_below(scheme, account, pool, Time{}) ? GraceEnd::fallen : GraceEnd::expired;
  }
  const MarginState state = margin_state(scheme, rules.states, pool, rules.states.release);
  const bool goes_on = state >= MarginState::liquidation && has_grace(account, pool, now);
  return goes_on ? std::nullopt : std::optional(GraceEnd::met);
}

// The pool that the grace stands for; one without anything in it if the account does not have it any more.
PoolTotals pool_of(const Grace& grace, const Assessment& assessment) {
  PoolTotals like;
  like.asset = grace.asset;
  like.isolated = grace.isolated;
  like.leg = grace.leg;
  const PoolTotals* pool = assessment.find_like(like);
  return pool == nullptr ? like : *pool;
}

Value headroom(const PoolTotals& pool) { return pool.margin_balance - pool.maintenance; }

// What the account has grace for, in terms of the pool behind another change.  A milder epoch takes back what
// a stricter one took, the latest first.
void rebase(Account& account, const PoolTotals& was, const PoolTotals& pool) {
  Value gain = headroom(pool) - headroom(was);
  for (std::size_t i = account.graces.size(); i-- > 0;) {
    Grace& grace = account.graces[i];
    if (!same_pool(grace, pool)) continue;
    grace.relief = relief_of(grace, was);
    grace.maintenance = pool.maintenance;
    const Value part = min(max(gain, Value{}), grace.relief);
    grace.relief -= part;
    gain -= part;
  }
}

}  // namespace

bool waits(const Scheme& scheme, const Account& account, const PoolTotals& pool, Time now) {
  return has_grace(account, pool, now) && !is_below(scheme, account, pool, now);
}

namespace {

// Whether the pool was not in liquidation under the rules before the change.
bool stood(const Rulebook& rules, const Account& account, const PoolTotals& was, Time now) {
  const Scheme& scheme = *find_scheme(rules, account.mode, account.pooled);
  if (waits(scheme, account, was, now)) return true;
  const Rate release = account.state >= MarginState::liquidation ? rules.states.release : Rate{};
  return margin_state(scheme, rules.states, was, release) < MarginState::liquidation;
}

// One account, assessed before the change, under the rules of then, and behind it.
void weigh(Context& c, AccountId id, const Rulebook& rules_before, const Assessment& before,
           const Assessment& behind, u32 epoch) {
  Account& account = c.state().accounts[id.index];
  const Rulebook& rules = c.state().rulebook(account.rulebook).rules();
  const Scheme& scheme = *find_scheme(rules, account.mode, account.pooled);
  const Time until = c.now + rules.epochs.grace;
  bool given = false;
  for (const PoolTotals& pool : behind.pools) {
    const PoolTotals* was = before.find_like(pool);
    if (was == nullptr) continue;
    const bool gives = until > c.now && stood(rules_before, account, *was, c.now);
    rebase(account, *was, pool);
    const Value fall = headroom(*was) - headroom(pool);
    const bool falls_below = fall > Value{} && margin_state(scheme, pool) >= MarginState::liquidation;
    if (!gives || !falls_below || account.graces.size() == limits::graces_per_account_max) continue;
    account.graces.push_back({until, pool.asset, pool.isolated, pool.leg, fall, pool.maintenance});
    const Amount amount = to_amount(-headroom(pool), c.state().asset(pool.asset).decimals, Round::up);
    c.emit(GraceGiven{id, epoch, pool.asset, pool.isolated, pool.leg, amount, until});
    given = true;
  }
  c.touch(Kind::account, id.index);
  if (given) renew_state(c, id);
}

}  // namespace

Time grace_until(const Account& account) {
  Time until;
  for (const Grace& grace : account.graces) until = std::max(until, grace.until);
  return until;
}

void give_grace(Context& c, RulebookId rulebook, u32 previous, RiskBook& book_before) {
  State& state = c.state();
  RulebookHistory& history = state.rulebooks[rulebook.index];
  const u32 epoch = history.active;
  const bool gives = history.rules().epochs.grace > Duration{};
  Assessment before, behind;
  for (u32 i = 0; i < state.accounts.size(); ++i) {
    Account& account = state.accounts[i];
    if (account.rulebook != rulebook || (!gives && account.graces.empty())) continue;
    assess_into(state, c.engine.risk, account, nullptr, behind);
    if (behind.state < MarginState::liquidation && account.graces.empty()) continue;
    if (!allowed(history.rules(), behind.obstacle, Action::liquidate)) continue;  // no price, no decision
    history.active = previous;
    assess_into(state, book_before, account, nullptr, before);
    const Rulebook& rules_before = history.rules();
    history.active = epoch;
    if (!allowed(rules_before, before.obstacle, Action::liquidate)) continue;
    weigh(c, AccountId{i}, rules_before, before, behind, epoch);
  }
}

void end_graces(Context& c, AccountId id, const Assessment& assessment) {
  Account& account = c.state().accounts[id.index];
  const Rulebook& rules = c.state().rulebook(account.rulebook).rules();
  const std::size_t had = account.graces.size();
  for (std::size_t i = 0; i < account.graces.size();) {
    const PoolTotals pool = pool_of(account.graces[i], assessment);
    const std::optional<GraceEnd> end = end_of(rules, account, pool, c.now);
    if (!end.has_value()) {
      ++i;
      continue;
    }
    // In front of it there are only graces of pools that go on waiting.
    std::erase_if(account.graces, [&](const Grace& grace) { return same_pool(grace, pool); });
    c.emit(GraceEnded{id, pool.asset, pool.isolated, pool.leg, *end});
  }
  std::erase_if(account.graces, [&](const Grace& grace) { return grace.until <= c.now; });
  if (account.graces.size() == had) return;
  if (account.graces.empty() && rules.states.call_period == Duration{}) {
    account.call_until = Time{};  // it was the grace's call
  }
  c.touch(Kind::account, id.index);
}

}  // namespace lockstep
