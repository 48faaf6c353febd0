// When an account is warned, called, confined and liquidated, and how that is done: two sections of a
// rulebook. docs/methodology.md section 10.
#pragma once

#include <string>

#include "core/units/units.h"

namespace lockstep {

// The lines between margin states; with everything 0 an account is normal, called, in liquidation or
// bankrupt.
//   warning      warned while initial balance < initial x (1 + warning); 0: nobody is
//   reduce_only  confined while margin balance < maintenance x (1 + reduce_only); 0: nobody is
//   release      a state is left for a better one only when its line is passed by this share
//   call_period  a call that is not met for so long confines the account; 0: nobody is called by name
//   gate         withdrawals of an asset are closed for so long after the fund could not pay all of a debt in
//   it
struct StateRules {
  Rate warning;
  Rate reduce_only;
  Rate release;
  Duration call_period;
  Duration gate;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("warning", s.warning), f("reduce_only", s.reduce_only), f("release", s.release);
    f("call_period", s.call_period), f("gate", s.gate);
  }
};

// How much of a holding is closed.
//   none       accounts are judged and left alone
//   whole      everything at once
//   tier       down by `tiers` brackets, whole where there are not so many
//   to_target  as little as restores margin balance >= target x maintenance
enum class LiquidationSize : u8 { none, whole, tier, to_target };
// Where liquidation orders are limited.
//   mark        `limit` away from the mark
//   bankruptcy  where closing uses up the holding's part of the pool's equity; a bankrupt pool: as mark
//   health      from the mark of a pool at maintenance to a spread of the holding's maintenance from it
enum class LimitRule : u8 { mark, bankruptcy, health };
// What the fee of a fill may use up: all that the pool has, or what the fill leaves of the part of the equity
// that goes with what it closes, which is what it gets above the bankruptcy price.
enum class FeeRule : u8 { pool, part };
// Who bears what the fund may not pay.
//   fund      the fund all the same, below zero
//   ranked    winners, the highest score first: profit per cost times value per equity
//   pro_rata  winners, by their profit
enum class LossRule : u8 { fund, ranked, pro_rata };

// Shares and rates are of value at the mark unless another thing is named.
struct LiquidationRules {
  LiquidationSize size = LiquidationSize::none;
  Rate target;  // to_target: at least 1
  Rate fee;     // of what is closed in the market, to the fund, never below an equity of zero
  Rate cost;    // what closing is expected to cost besides
  Rate impact;  // and this times the root of value / volume of a day, two thirds of it; 0: not counted
  Rate limit;   // liquidation orders are limited this far from the mark
  LimitRule limit_at = LimitRule::mark;
  Rate spread;      // health: at most, of the holding's maintenance
  Rate adjustment;  // health: how fast it opens; 1: whole at bankruptcy, 2: whole half-way
  FeeRule fee_from = FeeRule::pool;
  u8 tiers = 1;           // tier: how many brackets down in one round
  Rate share;             // most of a holding in one round, of holdings worth more than share_above
  Value share_above;      // of the settlement asset
  Lots share_lots;        // a holding of so many lots or fewer goes whole
  Value share_least;      // of the settlement asset: a round may always close this much
  Duration cooldown;      // between two rounds of one account; 0: every tick has one
  Duration whole_within;  // a round so soon after the last one is not sliced; 0: all are
  Rate depth_share;       // most of the depth observed, all accounts together, in one round; 0: no pace
  Rate deviation;         // of one second; with it a deadline: when `deviations` of it eat the equity
  Rate deviations;
  Duration urgent;       // a deadline nearer than this is not paced
  bool cross = false;    // opposite liquidations meet at the mark first
  std::string backstop;  // account that takes over whole pools; empty: none
  Rate backstop_at;      // margin balance below this share of maintenance: taken over at once
  Rate penalty;          // holdings go over at the mark less this, never below an equity of zero
  Rate fund_daily;       // most that the fund pays in a day, of what it held when the day began
  LossRule losses = LossRule::fund;
  Rate deleverage_at;           // balance below this share of maintenance: winners are closed against it
  Rate leverage_cap;            // ranked: leverage counts up to this
  bool protect_hedges = false;  // a holding whose closing raises its owner's maintenance is not deleveraged
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("size", s.size), f("target", s.target), f("fee", s.fee), f("cost", s.cost), f("impact", s.impact);
    f("limit", s.limit), f("limit_at", s.limit_at), f("spread", s.spread), f("adjustment", s.adjustment);
    f("fee_from", s.fee_from), f("tiers", s.tiers), f("share", s.share), f("share_above", s.share_above);
    f("share_lots", s.share_lots), f("share_least", s.share_least), f("cooldown", s.cooldown);
    f("whole_within", s.whole_within);
    f("depth_share", s.depth_share), f("deviation", s.deviation), f("deviations", s.deviations);
    f("urgent", s.urgent), f("cross", s.cross), f("backstop", s.backstop), f("backstop_at", s.backstop_at);
    f("penalty", s.penalty), f("fund_daily", s.fund_daily), f("losses", s.losses);
    f("deleverage_at", s.deleverage_at), f("leverage_cap", s.leverage_cap),
        f("protect_hedges", s.protect_hedges);
  }
};

}  // namespace lockstep
