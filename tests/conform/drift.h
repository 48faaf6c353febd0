// What the adapters of Drift v2 share.
#pragma once

#include "core/risk/collateral.h"
#include "core/risk/notional_rate.h"
#include "core/risk/worst_position.h"
#include "tests/conform/conform.h"

namespace lockstep::conform::drift {

constexpr Rounding cut_money{.direction = Round::zero, .decimals = 6};
constexpr Rounding cut_weight{.direction = Round::zero, .decimals = 4};

Rate rate(const Json& json, std::string_view key);    // absent: 0
Value value(const Json& json, std::string_view key);  // absent: 0
Price price(const Json& json, std::string_view key);  // absent: 0
bool flag(const Json& json, std::string_view key);    // absent: false
std::string word(const Json& json, std::string_view key);
std::string text(Value value);
std::string text(Rate rate);
std::string text(bool value);

WeightLevel level_of(const std::string& word);

struct SpotMarket {
  int index = 0;
  int decimals = 6;
  Collateral row;
  Rate deposit_index;
  Rate borrow_index;
  Value deposits;  // tokens of everybody
  bool isolated_tier = false;
};
SpotMarket spot_market(const Json& json);

struct PerpMarket {
  int index = 0;
  NotionalRow row;    // of a usual account
  Rate high_initial;  // of one with high leverage; 0: there is none
  Rate high_maintenance;
  ProfitRow profit;
  Value net_profit;  // of all users
  Rate funding_long, funding_short;
  Price expiry;
  bool settling = false;
  bool capped = false;
  bool isolated_tier = false;
};
PerpMarket perp_market(const Json& json);

struct Prices {
  Price current;
  Price strict;  // the average, if a strict level looks at it; else 0
};

// Balance of a spot position in tokens, signed.
Value tokens_of(const SpotMarket& market, const Json& position);

// What funding has brought since the position was last settled, and the position's profit with it before
// weights.
Value funding_of(const PerpMarket& market, const Json& position);
Value profit_of(const PerpMarket& market, const Json& position, Price oracle);

// margin ratio of a perp position at a level.
Rate ratio_of(const PerpMarket& market, WeightLevel level, bool high_leverage, Value coins);

struct PerpMargin {
  Value liability;    // in money
  Value requirement;  // with what open orders cost
  Value profit;       // weighted, in money
  Value equity;       // unweighted, in money
};
PerpMargin perp_margin(const PerpMarket& market, const Json& position, Price oracle, const Prices& quote,
                       WeightLevel level, bool high_leverage, Rate custom);

Answer margin(const Vector& vector);
Answer max_withdrawable(const Vector& vector);
Answer equity(const Vector& vector);
Answer funding_long_short(const Vector& vector);
Answer borrow_rate(const Vector& vector);
Answer accumulated_interest(const Vector& vector);

Answer base_to_cover(const Vector& vector);
Answer liability_to_cover(const Vector& vector);
Answer liability_implied(const Vector& vector);
Answer asset_transfer(const Vector& vector);
Answer bankruptcy_funding(const Vector& vector);
Answer bankruptcy_interest(const Vector& vector);
Answer limit_price(const Vector& vector);
Answer perp_insurance_fee(const Vector& vector);
Answer spot_insurance_fee(const Vector& vector);
Answer share_of_round(const Vector& vector);
Answer liquidation_fee(const Vector& vector);
Answer swap_bounds(const Vector& vector);
Answer claimable_pnl(const Vector& vector);
Answer proportion(const Vector& vector);
Answer liquidate_perp(const Vector& vector);

}  // namespace lockstep::conform::drift
