// One look at the whole book: how many accounts are in which state, what they have and what they need, and
// who lacks most.  Sums over accounts of every asset are expressed in dollars at the index, for people to
// read; no decision is made from them.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/engine/engine.h"

namespace lockstep {

struct Deficit {
  AccountId account;
  AssetId asset;
  std::string account_name, asset_name;
  Value missing;  // maintenance margin - margin balance, in the pool's asset
  i64 missing_dollars = 0;
};

struct BookSummary {
  Time time;
  u64 position = 0;
  std::string lead;  // the first index, as a sign of where the market is
  Price lead_price;
  std::array<u32, 6> by_state{};  // by MarginState
  // A price that was needed is missing, that of an asset in dollars too, or a rule is not published; amounts
  // are without these accounts.
  u32 unjudged = 0;
  i64 equity = 0;  // whole dollars
  i64 initial = 0;
  i64 maintenance = 0;
  i64 called = 0;              // what accounts in the state `call` or worse miss to their initial margin
  std::vector<Deficit> worst;  // largest first, at most three
};

// Owns and needs nothing in the pool's asset, so that no price of it is needed.
bool is_nothing(const PoolTotals& pool);

// Every account, or those of one rulebook.
BookSummary summarize(Engine& engine, RulebookId rulebook = RulebookId{});

// One line; widths are fixed so that lines stand below each other.
std::string summary_line(const BookSummary& summary);

// "2026-02-05 21:29:00.123" UTC, without trailing zeros of the fraction.
std::string time_text(Time time);
// 1234567 -> "1,234,567"
std::string grouped(i64 number);

// The price of one unit of an asset in dollars: 1 for dollars themselves and what is pegged to them, else the
// index against one of them; zero if there is none.
Price dollars_of(const State& state, AssetId asset);

}  // namespace lockstep
