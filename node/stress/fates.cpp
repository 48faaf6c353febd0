#include "node/stress/fates.h"

#include <algorithm>
#include <numeric>

namespace lockstep::stress {
namespace {

constexpr u32 no_class = ~u32{0};
constexpr std::size_t classes_max = 4'096;
constexpr u32 nobody = ~u32{0};

AssetId money_of(const State& state, const Account& account) {
  const RulebookHistory& history = state.rulebook(account.rulebook);
  if (history.active == 0 || history.rules().money.empty()) return {};
  for (u32 i = 0; i < state.assets.size(); ++i) {
    if (state.assets[i].name == history.rules().money) return AssetId{i};
  }
  return {};
}

bool is_notable(const Fate& fate) { return !fate.judged || fate.state >= MarginState::liquidation; }

}  // namespace

Fates::Fates(const State& state) : state_(state), exposure_(exposure_of(state)), market_(state) {
  std::map<Kind, u32> numbers;
  class_of_.reserve(state.accounts.size());
  for (const Account& account : state.accounts) {
    const u32 next = static_cast<u32>(classes_.size());
    const auto [at, fresh] = numbers.try_emplace(kind_of(account), next < classes_max ? next : no_class);
    if (fresh && at->second == next) classes_.push_back({at->first, &account, {}});
    class_of_.push_back(at->second);
    if (at->second == no_class) numbers.erase(at);
  }
  std::vector<u32> order(state.accounts.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](u32 a, u32 b) { return class_of_[a] < class_of_[b]; });
  copies_.reserve(order.size());
  for (const u32 id : order) copies_.push_back({AccountId{id}, state.accounts[id]});
}

// Every asset whose index assess() and fate_of() may look at for the account: of its instruments, of its
// collateral, of the rulebook's money.
Fates::Kind Fates::kind_of(const Account& account) const {
  Kind kind{.parts = {},
            .rulebook = account.rulebook,
            .pooled = account.pooled,
            .holdings = !account.holdings.empty(),
            .orders = !account.orders.empty(),
            .balances = !account.balances.empty()};
  const auto add = [&](AssetId asset, bool options) {
    if (asset.is_none()) return;
    const auto at = std::lower_bound(kind.parts.begin(), kind.parts.end(), asset,
                                     [](const Part& part, AssetId id) { return part.asset < id; });
    if (at != kind.parts.end() && at->asset == asset) {
      at->options = at->options || options;
    } else {
      kind.parts.insert(at, {asset, touches(exposure_, account, asset), options});
    }
  };
  const auto add_instrument = [&](InstrumentId id) {
    const Instrument& instrument = state_.instrument(id);
    const Index& index = state_.index(instrument.index);
    add(index.base, instrument.kind == InstrumentKind::option);
    add(index.quote, false);
    add(instrument.settle, false);
  };
  for (const Holding& holding : account.holdings) add_instrument(holding.instrument);
  for (const Order& order : account.orders) add_instrument(order.instrument);
  for (const Balance& balance : account.balances) {
    if (account.pooled) add(balance.asset, false);
  }
  add(money_of(state_, account), false);
  return kind;
}

Fates::Sight Fates::sight_of(const Kind& kind, std::span<const Move> moves) {
  Sight sight;
  for (const Part& part : kind.parts) {
    for (const Move& move : moves) {
      const Rate volatility = part.options ? move.volatility : Rate{};
      if (move.base != part.asset || (move.price == Rate{} && volatility == Rate{})) continue;
      sight.insert(sight.end(), {i64{part.asset.index}, move.price.raw(), volatility.raw()});
    }
  }
  return sight;
}

// The accounts whose fates are not known from an earlier sweep.
void Fates::seek(const std::vector<bool>& unknown, std::vector<Notable>& found) {
  for (const Copy& copy : copies_) {
    if (!unknown[copy.id.index]) continue;
    Fate fate = fate_of(market_, copy.account, scratch_);
    if (is_notable(fate)) found.push_back({copy.id, std::move(fate)});
  }
  std::sort(found.begin(), found.end(),
            [](const Notable& a, const Notable& b) { return a.account < b.account; });
}

u64 Fates::sweep(std::span<const Move> moves, const Concerns& concerns, const Visit& visit) {
  const u32 own = static_cast<u32>(sweeps_.size());
  sweeps_.emplace_back();
  market_.move(moves);
  std::vector<u32> of_class;  // the sweep that found its fates
  for (Class& one : classes_) {
    const bool asked = concerns(*one.one);
    of_class.push_back(asked ? one.seen.try_emplace(sight_of(one.kind, moves), own).first->second : nobody);
  }
  std::vector<u32> sources;
  std::vector<bool> unknown;
  u64 asked = 0;
  for (u32 i = 0; i < state_.accounts.size(); ++i) {
    const bool alone = class_of_[i] == no_class;
    const u32 source = !alone ? of_class[class_of_[i]] : concerns(state_.accounts[i]) ? own : nobody;
    sources.push_back(source);
    asked += source != nobody;
    unknown.push_back(source == own);
  }
  seek(unknown, sweeps_[own]);
  std::vector<std::size_t> read(sweeps_.size(), 0);  // how much of each is behind the account
  for (u32 i = 0; i < sources.size(); ++i) {
    if (sources[i] == nobody) continue;
    const std::vector<Notable>& found = sweeps_[sources[i]];
    std::size_t& at = read[sources[i]];
    while (at < found.size() && found[at].account.index < i) ++at;
    if (at < found.size() && found[at].account.index == i) visit(AccountId{i}, found[at].fate);
  }
  return asked;
}

}  // namespace lockstep::stress
