#include "node/stress/moved_market.h"

#include <algorithm>
#include <set>

#include "node/stress/exposure.h"

namespace lockstep::stress {
namespace {

constexpr Rate least = Rate::from_raw(-rate_one * 99 / 100);

Account account_of_everything(const State& state) {
  std::set<InstrumentId> used;
  for (const Account& account : state.accounts) {
    for (const Holding& holding : account.holdings) used.insert(holding.instrument);
    for (const Order& order : account.orders) used.insert(order.instrument);
  }
  Account account;
  for (const InstrumentId instrument : used) {
    Holding& holding = account.holdings.emplace_back();
    holding.instrument = instrument;
    holding.lots = Lots::from_raw(1);
  }
  return account;
}

}  // namespace

MovedMarket::MovedMarket(const State& live) : live_(live), everything_(account_of_everything(live)) {
  refresh(live_, everything_, book_);
}

void MovedMarket::move(std::span<const Move> moves) {
  refresh(live_, everything_, book_);
  for (const Move& move : moves) {
    if (move.price != Rate{}) move_price(book_, everything_, move.base, std::max(move.price, least));
    if (move.volatility != Rate{}) {
      move_volatility(book_, everything_, move.base, std::max(move.volatility, least));
    }
  }
}

std::vector<AssetId> movable_bases(const State& state) {
  std::set<AssetId> bases;
  for (const Index& index : state.indexes) {
    if (index.price != Price{} && !is_dollar(state, index.base)) bases.insert(index.base);
  }
  return {bases.begin(), bases.end()};
}

}  // namespace lockstep::stress
