// A book of four accounts under one short rulebook, for the tests of node/stress: 5 % of BTC and 10 % of ETH,
// closed to 1.2 times maintenance, at 20,000 and 1,000.  What each can bear is said beside it.
#pragma once

#include <memory>
#include <string>

#include "core/base/assert.h"
#include "node/book/book.h"
#include "node/rules/compile.h"

namespace lockstep::stress {

constexpr char testing_rules[] = R"toml(
rulebook = "short"
version  = "1"
source   = "made for the tests"
leverage_default = "10"
LIQUIDATION
[scheme.cross]
margin_balance   = "equity"
unit_initial     = "brackets + options"
unit_maintenance = "brackets + options"
initial          = "sum(unit)"
maintenance      = "sum(unit)"
orders           = { rule = "none" }
liquidate        = "margin balance < maintenance"
[scheme.isolated]
margin_balance   = "equity"
unit_initial     = "brackets + options"
unit_maintenance = "brackets + options"
initial          = "sum(unit)"
maintenance      = "sum(unit)"
orders           = { rule = "none" }
liquidate        = "margin balance < maintenance"
[prices]
stale_after = { mark = "1 h", index = "24 h", volatility = "24 h" }
divergence  = { perpetual = "20 %", future = "20 %" }
[prices.allow]
stale    = ["reduce"]
diverged = ["reduce"]
missing  = []
[gaps]
[component.brackets]
kind       = "brackets"
applies_to = ["linear perpetual", "linear future"]
[component.brackets.rows]
"BTC/USDT" = [["0", "5 %", "10", "0"]]
"ETH/USDT" = [["0", "10 %", "5", "0"]]
[component.options]
kind       = "short_option"
applies_to = ["linear option"]
[component.options.rows.default]
initial         = "15 %"
initial_min     = "10 %"
maintenance     = "5 %"
maintenance_put = "5 %"
of_mark         = "0 %"
)toml";

// size: texts, no function
//   long      1 BTC on 2,000: at -5 % equity 1,000 and maintenance 950; at -7.5 %, 500 and 925; gone at -10 %
//   short     1 BTC on 3,000: at +10 % 1,000 and 1,100; gone at +15 %
//   wide      0.5 BTC and 10 ETH long on 20,000: never within 50 %
//   idle      nothing but money
constexpr char testing_book[] = R"toml(
at = "2026-02-05T12:00:00Z"
[assets]
USDT = 6
BTC  = 8
ETH  = 8
[index.BTCUSDT]
base  = "BTC"
quote = "USDT"
price = "20000"
[index.ETHUSDT]
base  = "ETH"
quote = "USDT"
price = "1000"
[instrument.BTC-PERP]
kind  = "perpetual"
index = "BTCUSDT"
lot   = "0.001"
tick  = "0.1"
mark  = "20000"
[instrument.ETH-PERP]
kind  = "perpetual"
index = "ETHUSDT"
lot   = "0.001"
tick  = "0.1"
mark  = "1000"
[[account]]
name     = "long"
mode     = "cross"
balances = { USDT = "2000" }
[[account.holding]]
instrument = "BTC-PERP"
size       = "1"
entry      = "20000"
[[account]]
name     = "short"
mode     = "cross"
balances = { USDT = "3000" }
[[account.holding]]
instrument = "BTC-PERP"
size       = "-1"
entry      = "20000"
[[account]]
name     = "wide"
mode     = "cross"
balances = { USDT = "20000" }
[[account.holding]]
instrument = "BTC-PERP"
size       = "0.5"
entry      = "20000"
[[account.holding]]
instrument = "ETH-PERP"
size       = "10"
entry      = "1000"
[[account]]
name     = "idle"
mode     = "cross"
balances = { USDT = "100" }
)toml";

// liquidation: a [liquidation] section, or nothing.  more: tables at the end of the book.
inline std::unique_ptr<Engine> testing_engine(const std::string& liquidation = "",
                                              const std::string& more = "") {
  std::string rules = testing_rules;
  rules.replace(rules.find("LIQUIDATION"), 11, liquidation);
  Result<Rulebook, Fault> compiled = compile_rulebook_text(rules, "short.toml");
  LS_ASSERT(static_cast<bool>(compiled));
  Result<std::unique_ptr<Engine>, Fault> opened =
      open_book(testing_book + more, "short-book.toml", compiled.value());
  LS_ASSERT(static_cast<bool>(opened));
  return std::move(opened).value();
}

constexpr char to_target[] = "[liquidation]\nsize = \"to target\"\ntarget = \"1.2\"\nlimit = \"1 %\"\n";

inline Value dollars(i64 whole) { return Value::from_raw(i128{whole} * value_one); }
inline Rate permille(i64 n) { return Rate::from_raw(rate_one / 1000 * n); }

}  // namespace lockstep::stress
