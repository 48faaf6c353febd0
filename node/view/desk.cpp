#include "node/view/desk.h"

#include <algorithm>
#include <type_traits>

#include "core/wire/codec.h"
#include "node/stress/exposure.h"

namespace lockstep::view {
namespace {

// What is about one account changes that account, everything else that is accepted may change a price.
template <class C>
constexpr bool is_of_accounts = requires(const C& c) {
  c.account;
}
|| requires(const C& c) { c.from; };
template <class C>
constexpr bool moves_nothing =
    std::is_same_v<C, RegisterAsset> || std::is_same_v<C, RegisterIndex> ||
    std::is_same_v<C, RegisterInstrument> || std::is_same_v<C, OpenParty> || std::is_same_v<C, OpenAccount> ||
    std::is_same_v<C, ProposeRulebook> || std::is_same_v<C, CancelEpoch> || std::is_same_v<C, ApproveEpoch> ||
    std::is_same_v<C, RegisterReplica> || std::is_same_v<C, RetireReplica> || std::is_same_v<C, EpochReady> ||
    std::is_same_v<C, PlanUpgrade> || std::is_same_v<C, UpgradeReady> || std::is_same_v<C, CancelUpgrade> ||
    std::is_same_v<C, SetResumeRule> || std::is_same_v<C, FeedStatus> || std::is_same_v<C, AdjustFund>;

void look_at_command(AccountTable& table, const State& state, const Command& command) {
  std::visit(
      [&](const auto& c) {
        using C = std::remove_cvref_t<decltype(c)>;
        if constexpr (requires { c.account; }) table.touch(state, c.account);
        if constexpr (requires { c.from, c.to; }) table.touch(state, c.from), table.touch(state, c.to);
        if constexpr (std::is_same_v<C, Request>) {
          Command inner;
          const std::span<const u8> bytes(reinterpret_cast<const u8*>(c.command.data()), c.command.size());
          if (decode(bytes, inner) && !std::holds_alternative<Request>(inner)) {
            look_at_command(table, state, inner);
          }
        } else if constexpr (!is_of_accounts<C> && !moves_nothing<C>) {
          table.all_stale();
        }
      },
      command);
}

void touch_of_event(AccountTable& table, const State& state, const Event& event) {
  std::visit(
      [&](const auto& e) {
        if constexpr (requires { e.account; }) table.touch(state, e.account);
        if constexpr (requires { e.buyer; }) table.touch(state, e.buyer), table.touch(state, e.seller);
        if constexpr (requires { e.backstop; }) table.touch(state, e.backstop);
        if constexpr (requires { e.against; }) table.touch(state, e.against);
      },
      event);
  if (std::holds_alternative<EpochActivated>(event)) table.all_stale();
}

// The account whose party counts it, too; none: nothing that is counted.
AccountId count(LiquidationCounts& counts, const Event& event) {
  if (const auto* e = std::get_if<MarginStateChanged>(&event)) {
    if (e->to != MarginState::liquidation || e->from >= MarginState::liquidation) return {};
    return ++counts.accounts, e->account;
  }
  if (const auto* e = std::get_if<LiquidationOrdered>(&event)) return ++counts.orders, e->account;
  if (const auto* e = std::get_if<LiquidationCrossed>(&event)) return ++counts.crossed, e->seller;
  if (const auto* e = std::get_if<TakenOver>(&event)) return ++counts.taken_over, e->account;
  if (const auto* e = std::get_if<Deleveraged>(&event)) return ++counts.deleveraged, e->account;
  if (const auto* e = std::get_if<DebtCovered>(&event)) return ++counts.debts, e->account;
  return {};
}

BookSample sample_of(AccountTable& table, const State& state) {
  const auto in = [&](MarginState s) { return table.all.by_state[static_cast<std::size_t>(s)]; };
  BookSample sample;
  sample.at = state.time;
  if (!state.indexes.empty()) sample.lead = state.indexes[0].price;
  sample.equity = table.all.equity, sample.initial = table.all.initial;
  sample.maintenance = table.all.maintenance, sample.notional = table.all.notional;
  sample.below = in(MarginState::liquidation) + in(MarginState::bankrupt);
  sample.called = in(MarginState::call) + in(MarginState::reduce_only);
  for (u32 i = 0; i < state.house.size(); ++i) {
    const Value fund = to_value(state.house[i].fund, state.assets[i].decimals);
    sample.fund += stress::in_dollars(fund, table.prices.of(state, AssetId{i}));
  }
  for (const Sums& sums : table.by_rulebook) {
    sample.rulebooks.push_back({sums.initial, sums.maintenance, sums.notional});
  }
  return sample;
}

void take_sample(BookSamples& samples, AccountTable& table, const State& state) {
  if (table.rows.empty() || table.unknown != 0) return;
  // A market that was moved by hand stands still in time.
  const bool moved = !samples.rows.empty() && !state.indexes.empty() &&
                     samples.rows.back().at == state.time &&
                     samples.rows.back().lead != state.indexes[0].price;
  if (state.time < samples.next && !moved) return;
  if (samples.rows.size() == samples_max) {
    for (std::size_t i = 1; 2 * i < samples_max; ++i) samples.rows[i] = std::move(samples.rows[2 * i]);
    samples.rows.resize(samples_max / 2);
    samples.every = samples.every + samples.every;
  }
  samples.rows.push_back(sample_of(table, state));
  samples.next = Time::from_raw(state.time.raw() - state.time.raw() % samples.every.raw()) + samples.every;
}

}  // namespace

void Desk::observe(const Engine& engine, const Command& command, const Outcome& outcome) {
  const State& state = engine.state;
  table.grow(state);
  of_party.resize(state.parties.size());
  if (outcome.accepted()) look_at_command(table, state, command);
  for (const Event& event : outcome.events) {
    touch_of_event(table, state, event);
    const AccountId account = count(liquidations, event);
    if (!account.is_none()) count(of_party[state.account(account).party.index], event);
    if (const auto* crossed = std::get_if<LiquidationCrossed>(&event)) {
      const PartyId buyer = state.account(crossed->buyer).party;
      if (buyer != state.account(crossed->seller).party) of_party[buyer.index].crossed += 1;
    }
  }
}

bool Desk::settle(Engine& engine, i64 accounts) {
  const bool done = table.refresh(engine, accounts);
  take_sample(samples, table, engine.state);
  return done;
}

void Desk::tick(u64 position, Hash128 writer, Hash128 own) {
  if (ticks.size() == ticks_max) ticks.pop_front();
  ticks.push_back({position, own, writer == own});
  ticked += 1;
}

}  // namespace lockstep::view
