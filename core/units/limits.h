// The largest input of every kind, and the proof that an account at every limit at once still sums without
// overflow (house rule R14).  Commands are bounded at the door by these numbers; behind the door nobody
// checks.
#pragma once

#include "core/units/units.h"

namespace lockstep::limits {

constexpr std::size_t name_size_max = 64;  // bytes of any name
constexpr int asset_decimals_max = 12;
constexpr u32 assets_max = 1'000;
constexpr u32 indexes_max = 2'000;
constexpr u32 instruments_max = 100'000;
constexpr u32 parties_max = 2'000'000;
constexpr u32 accounts_max = 1'000'000;
constexpr u32 rulebooks_max = 64;
constexpr u32 replicas_max = 64;
constexpr u32 sessions_max = 1'000'000;
constexpr u32 feeds_max = 20'000;
constexpr u32 epochs_max = 10'000;  // per rulebook
constexpr std::size_t holdings_per_account_max = 512;
constexpr std::size_t orders_per_account_max = 512;
constexpr std::size_t graces_per_account_max = 1'024;
constexpr std::size_t approvals_max = 16;             // of one epoch
constexpr std::size_t note_size_max = 4'096;          // bytes
constexpr std::size_t rows_per_command_max = 20'000;  // prices, surface slices
constexpr std::size_t rulebook_bytes_max = 1'000'000;

constexpr i64 price_raw_max = 10'000'000'000'000'000;  // 10^8 quote units
constexpr i64 lots_raw_max = i64{1} << 40;
constexpr i128 amount_max = 10'000'000'000'000;  // whole units of an asset in one deposit, transfer or fee
constexpr i128 balance_max = 1'000'000'000'000'000;  // whole units of an asset in one balance
constexpr i64 rate_raw_max = 1'000'000 * rate_one;
// One holding at its lot limit and its price limit: 10^13 units of the settlement asset.
constexpr i128 holding_value_raw_max = i128{10'000'000'000'000} * value_one;
// And 10^18 units of the underlying, in 10^-8: there are coins at 10^-5 of a dollar.
constexpr i128 holding_size_raw_max = i128{1'000'000'000'000'000'000} * price_one;
// Beyond this (10^15 units, what a balance can hold) a requirement or the worth of collateral is not counted
// further: two inputs in range, such as a size and an index, can have a product that is not.
constexpr i128 requirement_raw_max = balance_max * value_one;

// Theoretical value of one lot in a risk array, in 10^-12 of the settlement asset (core/risk/arrays.h).
constexpr int array_decimals = 12;
constexpr i64 array_raw_max = i64{1} << 61;

static_assert(holding_value_raw_max <= i128_max / static_cast<i128>(holdings_per_account_max) / accounts_max,
              "every account at every limit at once still sums without overflow");
static_assert(i128{array_raw_max} * lots_raw_max <= i128_max / static_cast<i128>(holdings_per_account_max),
              "a scenario total of an account at its limits fits");
static_assert(balance_max <= i128_max / value_one / accounts_max,
              "the balances of all accounts sum as Values");
static_assert(holding_size_raw_max * rate_one <= i128_max, "a rate of the size of a holding fits");
static_assert(requirement_raw_max * 1000 <= i128_max / 8 / static_cast<i128>(holdings_per_account_max),
              "the requirements of an account under every component, times the largest factor, fit");
static_assert(amount_max <= balance_max / 2, "two amounts at the limit do not wrap a balance");
static_assert(i128{price_raw_max} * value_one <= i128_max,
              "an inverse value per lot divides without overflow");

}  // namespace lockstep::limits
