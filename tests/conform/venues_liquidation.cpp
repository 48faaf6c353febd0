// Published examples of liquidation: prices, sizes, auctions and losses of single venues.
#include "core/liquidation/auction.h"
#include "core/liquidation/bankruptcy_price.h"
#include "core/liquidation/close_size.h"
#include "core/liquidation/cover_size.h"
#include "core/liquidation/limit_price.h"
#include "core/liquidation/socialise.h"
#include "tests/conform/venues.h"

namespace lockstep::conform::venues {
namespace {

namespace rules = liquidation;

// ---- dYdX: money in USD or in quanta of 10^-6, coins of the closed perpetual and of others

struct Fillable {
  Value coins, worth, maintenance;
  Health account;
};

void add_position(const Json& in, Value coins, Value oracle, Fillable& f) {
  f.coins = coins;
  f.worth = product(coins, oracle);
  f.maintenance = scale(abs(f.worth), rate(in, "mmf"), Round::up);
  f.account.balance += f.worth;
  f.account.maintenance += f.maintenance;
}

// The last that is added is closed.  A quantum of BTC is 10^-8, one of ETH 10^-9: price per quantum in
// quanta of money.
Answer fillable_price(const Vector& vector) {
  const Json& in = inputs(vector);
  Fillable f;
  f.account.balance = value(in, "quote_balance_usd");
  i128 usd_per_unit = 100;
  if (in.find("position_btc") != nullptr) add_position(in, value(in, "position_btc"), value(in, "oracle"), f);
  if (in.find("btc") != nullptr) add_position(in, value(in, "btc"), value(in, "btc_px"), f);
  if (in.find("eth") != nullptr) {
    add_position(in, value(in, "eth"), value(in, "eth_px"), f);
    usd_per_unit = 1000;
  }
  const std::optional<rules::Ratio> price = rules::limit_price(
      f.coins.raw(), f.worth, f.maintenance, f.account, {ppm(in, "ba_ppm"), ppm(in, "smmr_ppm")});
  const std::optional<rules::Ratio> per_unit = price ? rules::product(*price, {1, usd_per_unit}) : price;
  if (!per_unit) throw VectorError{"no price: no maintenance, or beyond 128 bits"};
  const auto text = [](rules::Ratio ratio) {
    return to_decimal(ratio.numerator, 0) + "/" + to_decimal(ratio.denominator, 0);
  };
  return {{{"fillable", text(*per_unit)}, {"fillable_usd", text(*price)}}, ""};
}

// In quanta: one of money is a unit of a Value; the venue's roundings are those of NotionalRow.
struct Perpetual {
  Rate initial = Rate::from_raw(rate_one);
  Rate maintenance;  // of the initial margin
  i128 oracle = 0;   // USD per coin, whole

  Value worth(i128 quanta) const { return Value::from_raw(mul_div(quanta, oracle, 100, Round::zero)); }
  Value margin(i128 quanta) const {
    return scale(scale(abs(worth(quanta)), initial, Round::up), maintenance, Round::up);
  }
};

Answer bankruptcy_price(const Vector& vector) {
  const Json& in = inputs(vector);
  Perpetual perpetual;
  perpetual.oracle = in.at("oracle").fixed(0);
  if (in.find("mmf") != nullptr) {
    perpetual.maintenance = rate(in, "mmf");
  } else {
    perpetual.initial = rate(in, "imf");
    perpetual.maintenance = rate(in, "maint_fraction");
  }
  const i128 size = in.at("position_btc").fixed(8);
  const Json* change = in.find("delta_base_quantums");
  const i128 delta = change != nullptr
                         ? change->fixed(0)
                         : -mul_div(size, rate(in, "close_fraction").raw(), rate_one, Round::zero);
  if (!rules::closes(size, delta)) throw VectorError{"a change that does not close the position"};
  const Value balance = Value::from_raw(in.at("quote_balance_usd").fixed(6)) + perpetual.worth(size);
  const std::optional<Value> proceeds =
      rules::bankruptcy_proceeds({perpetual.worth(size), perpetual.worth(size + delta),
                                  perpetual.margin(size), perpetual.margin(size + delta)},
                                 {balance, {}, perpetual.margin(size)});
  if (!proceeds) throw VectorError{"no maintenance"};
  return {{{"delta_quote", to_decimal(proceeds->raw(), 0)}}, ""};
}

// ---- Drift

Rate millionths(const Json& in, std::string_view key) { return ppm(in, key); }

Answer base_to_cover(const Vector& vector) {
  const Json& in = inputs(vector);
  rules::FreedByClosing freed;
  freed.price = price(in, "oracle");
  freed.money_price = Price::from_raw(static_cast<i64>(in.at("quote_oracle_1e6").fixed(price_decimals - 6)));
  freed.margin = rate(in, "margin_ratio");
  freed.fee = millionths(in, "liq_fee_1e6");
  freed.insurance_fee = millionths(in, "if_fee_1e6");
  const std::optional<Value> size =
      rules::size_to_cover(value(in, "shortage_usd"), freed, {Round::zero, 6}, {Round::zero, 9});
  if (!size) throw VectorError{"no size covers the shortage"};
  return {{{"base_1e9", to_decimal(size->raw(), value_decimals - 9)}}, ""};
}

// ---- Vega

Answer disposal_ladder(const Vector& vector) {
  const Json& in = inputs(vector);
  const auto lots = [&in](std::string_view key) {
    return Lots::from_raw(static_cast<i64>(in.at(key).fixed(0)));
  };
  const rules::DisposalPolicy policy{rate(in, "fraction"), lots("full_disposal_size"),
                                     rate(in, "max_book_fraction")};
  Lots left = abs(lots("position"));
  Answer answer;
  while (left > Lots{}) {
    const Lots size = rules::disposal_size(left, lots("book_volume"), policy);
    if (size == Lots{}) break;
    answer.values.emplace_back("trades[" + std::to_string(answer.values.size()) + "]",
                               to_decimal(size.raw(), 0));
    left -= size;
  }
  return answer;
}

// ---- Derive

// The discount in the example is what is taken off; figures ending in 2 are those at the time of the bid.
Answer auction_example(const Vector& vector) {
  const Json& in = inputs(vector);
  const Rate whole = Rate::from_raw(rate_one);
  // The example states buffer margins, so that no buffer is added to them.
  rules::AuctionPolicy policy;
  policy.start = policy.cutoff = whole - rate(in, "discount");
  policy.slow = day;
  policy.fee = rate(in, "fee");
  const rules::AuctionedAccount at_start{value(in, "mtm"), value(in, "buffer"), {}};
  const rules::AuctionedAccount at_bid{value(in, "mtm2"), value(in, "buffer2"), {}};
  const rules::AuctionBid bid = rules::auction_bid(policy, at_bid, {}, rate(in, "f"));
  return {{{"fraction", text(rules::auction_share(policy, at_start, whole))},
           {"fee", text(rules::auction_fee(policy, at_start))},
           {"max_pct", text(rules::auction_share(policy, at_bid, policy.start))},
           {"bob_cost", text(bid.payment)},
           {"bob_required", text(bid.cash_required)}},
          ""};
}

Answer insolvent_example(const Vector& vector) {
  const Json& in = inputs(vector);
  const auto minutes = [&in](std::string_view key) {
    return Duration::from_raw(static_cast<i64>(in.at(key).fixed(6)) * 60);
  };
  rules::AuctionPolicy policy;
  policy.insolvent = minutes("duration");
  const rules::AuctionedAccount account{value(in, "mtm"), value(in, "mm"), {}};
  const Value payout = rules::insolvent_payout(policy, account, minutes("t_min"));
  const Rate share = rate(in, "f");
  return {{{"offer", text(-payout)},
           {"payout", text(scale(payout, share, Round::zero))},
           {"cash_required", text(rules::insolvent_cash_required(account, payout, share))}},
          ""};
}

Answer withdrawal_fee_example(const Vector& vector) {
  const Json& in = inputs(vector);
  return {{{"fee", text(rules::withdrawal_fee(value(in, "debt"), value(in, "deposits"), rate_decimals))}},
          ""};
}

// ---- OKX

Answer tier_reduction(const Vector& vector) {
  const Json& in = inputs(vector);
  return {{{"close", text(rules::size_above(value(in, "held"), value(in, "tier1_max")))}}, ""};
}

}  // namespace

std::vector<Entry> liquidation_examples() {
  return {{"dYdX", "fillable price*", fillable_price, ""},
          {"dYdX", "bankruptcy price*", bankruptcy_price, ""},
          {"Drift", "base amount to cover*", base_to_cover, ""},
          {"Vega", "liquidation disposal*", disposal_ladder, ""},
          {"Derive", "liquidation fee*", auction_example, ""},
          {"Derive", "insolvent auction*", insolvent_example, ""},
          {"Derive", "socialised loss*", withdrawal_fee_example, ""},
          {"OKX", "forced partial liquidation*", tier_reduction, ""}};
}

}  // namespace lockstep::conform::venues
