#include "core/liquidation/auction.h"

#include <algorithm>

namespace lockstep::liquidation {
namespace {

constexpr Rate whole = Rate::from_raw(rate_one);

Value part(Value value, Rate rate) { return scale(value, rate, Round::zero); }

Rate part(Rate rate, Duration of, Duration length) {
  return Rate::from_raw(static_cast<i64>(mul_div(rate.raw(), of.raw(), length.raw(), Round::zero)));
}

}  // namespace

Value buffer_margin(const AuctionPolicy& policy, const AuctionedAccount& account) {
  return account.margin + part(account.margin - account.worth, policy.buffer);
}

Rate auction_discount(const AuctionPolicy& policy, Duration elapsed) {
  if (elapsed < policy.fast) {
    return policy.start - part(policy.start - policy.cutoff, elapsed, policy.fast);
  }
  const Duration slow = elapsed - policy.fast;
  if (slow >= policy.slow) return {};
  return policy.cutoff - part(policy.cutoff, slow, policy.slow);
}

Value auction_price(const AuctionedAccount& account, Rate discount) {
  return part(account.worth - account.reserved, discount);
}

Rate auction_share(const AuctionPolicy& policy, const AuctionedAccount& account, Rate discount) {
  if (account.worth < policy.worth_min) return whole;
  const Value buffer = min(buffer_margin(policy, account), Value{});
  if (buffer == Value{}) return {};
  const Value rest = buffer - part(account.worth, discount) - part(account.reserved, whole - discount);
  if (rest >= buffer) return whole;
  return Rate::from_raw(static_cast<i64>(mul_div(buffer.raw(), rate_one, rest.raw(), Round::zero)));
}

AuctionBid auction_bid(const AuctionPolicy& policy, const AuctionedAccount& account, Duration elapsed,
                       Rate asked) {
  const Rate discount = auction_discount(policy, elapsed);
  const Rate most = auction_share(policy, account, discount);
  AuctionBid bid;
  bid.ends = asked >= most;
  bid.share = std::min(asked, most);
  bid.payment = part(auction_price(account, discount), bid.share);
  bid.cash_required = bid.payment + part(abs(buffer_margin(policy, account) - account.reserved), bid.share);
  return bid;
}

Value auction_fee(const AuctionPolicy& policy, const AuctionedAccount& account) {
  const AuctionedAccount fresh{account.worth, account.margin, {}};
  return part(part(abs(account.worth), auction_share(policy, fresh, whole)), policy.fee);
}

Value insolvent_payout(const AuctionPolicy& policy, const AuctionedAccount& account, Duration elapsed) {
  if (account.margin >= Value{}) return {};
  const Value first = -min(account.worth, Value{});
  const Value last = -account.margin;
  if (elapsed >= policy.insolvent) return last;
  return first +
         Value::from_raw(mul_div((last - first).raw(), elapsed.raw(), policy.insolvent.raw(), Round::zero));
}

Value insolvent_cash_required(const AuctionedAccount& account, Value payout, Rate share) {
  return part(-min(account.margin, Value{}), share) - part(payout, share);
}

AuctionState auction_state(const AuctionPolicy& policy, const AuctionedAccount& account, bool insolvent,
                           Duration elapsed) {
  if (insolvent) return account.margin >= Value{} ? AuctionState::over : AuctionState::insolvent;
  if (buffer_margin(policy, account) >= Value{}) return AuctionState::over;
  const bool nothing = account.worth < Value{} || account.reserved >= account.worth;
  const bool ran_out = elapsed >= policy.fast + policy.slow;
  return nothing || ran_out ? AuctionState::insolvent : AuctionState::solvent;
}

}  // namespace lockstep::liquidation
