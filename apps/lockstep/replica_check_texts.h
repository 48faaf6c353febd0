// The rulebook and the book of replica_check.cpp, as a user would write them.  They are made up: every kind
// of derivative, component and order once, in as few lines as that takes.
#pragma once

namespace lockstep {

constexpr char replica_check_rules[] = R"toml(
# // size: a text, not a function
rulebook = "self-test"
version  = "1"
source   = "made up for this test"
leverage_default = "10"

[scheme.cross]
margin_balance   = "equity without options"
unit_initial     = "futures + options + brackets"
unit_maintenance = "futures + options + brackets"
initial          = "sum(unit) + orders"
maintenance      = "sum(unit)"
orders           = { rule = "per order" }
liquidate        = "margin balance < maintenance"

[scheme.portfolio]
margin_balance   = "equity"
unit_initial     = "scenarios + roll"
unit_maintenance = "0.8 * (scenarios + roll)"
initial          = "sum(unit) + orders"
maintenance      = "sum(unit)"
orders           = { rule = "none" }
liquidate        = "margin balance < maintenance"

[component.futures]
kind       = "linear_in_size"
applies_to = ["inverse perpetual", "inverse future"]
[component.futures.rows]
default = { initial = "2 %", maintenance = "1 %", per_coin = "0.005 %" }

[component.options]
kind       = "short_option"
applies_to = ["inverse option"]
[component.options.rows]
default = { initial = "15 %", initial_min = "10 %", maintenance = "7.5 %" }

[component.brackets]
kind       = "brackets"
applies_to = ["linear perpetual"]
[component.brackets.rows]
default = [
  ["0",     "0.4 %", "100", "0"],
  ["100 k", "1 %",   "50",  "600"],
]

[component.scenarios]
kind       = "scenario_grid"
applies_to = ["inverse perpetual", "inverse future", "inverse option"]
[component.scenarios.rows.default]
moves             = "±0 4 8 12 16 %"
volatility_up     = "50 %"
volatility_down   = "25 %"
volatility_up_min = "50 %"
power_short       = "0.3"
power_long        = "0.13"
days_min          = "1"
extreme_moves     = "-66 -33 +50 +100 %"
extreme_range     = "16 %"
dampener          = "100 k"

[component.roll]
kind       = "roll_charge"
applies_to = ["inverse perpetual", "inverse future", "inverse option"]
[component.roll.rows]
default = { annualised = "7.5 %", minimum = "1 %" }

[prices]
stale_after = { mark = "24 h", index = "24 h", volatility = "24 h" }
divergence  = { perpetual = "50 %", future = "50 %" }
[prices.allow]
stale    = ["reduce"]
diverged = ["reduce"]
missing  = []
)toml";

constexpr char replica_check_book[] = R"toml(
at = "2026-02-05T00:00:00Z"
[assets]
BTC  = 8
USD  = 2
USDT = 6
[index.BTC-USD]
base = "BTC"
quote = "USD"
price = "64000"
[index.BTC-USDT]
base = "BTC"
quote = "USDT"
price = "64010"
[instrument.perpetual]
kind = "perpetual"
inverse = true
index = "BTC-USD"
lot = "10"
tick = "0.5"
mark = "63990.5"
[instrument.linear]
kind = "perpetual"
index = "BTC-USDT"
lot = "0.001"
tick = "0.1"
mark = "64003.3"
[instrument.future]
kind = "future"
inverse = true
index = "BTC-USD"
expiry = "2026-03-27T08:00:00Z"
lot = "10"
tick = "0.5"
mark = "64700"
[instrument.call]
kind = "option"
option = "call"
inverse = true
index = "BTC-USD"
strike = "70000"
expiry = "2026-02-27T08:00:00Z"
lot = "0.1"
tick = "0.0001"
[instrument.put]
kind = "option"
option = "put"
inverse = true
index = "BTC-USD"
strike = "55000"
expiry = "2026-02-27T08:00:00Z"
lot = "0.1"
tick = "0.0001"
volatility = "81.7 %"
forward = "64300"
[[surface]]
index = "BTC-USD"
expiry = "2026-02-27T08:00:00Z"
forward = "64300"
svi = { a = "0.012", b = "0.07", rho = "-0.35", m = "0.01", sigma = "0.15" }
[[account]]
name = "portfolio"
mode = "portfolio"
balances = { BTC = "9.87654321" }
[[account.holding]]
instrument = "call"
contracts = "-150"
entry = "0.031"
[[account.holding]]
instrument = "put"
contracts = "-80"
entry = "0.0225"
[[account.holding]]
instrument = "future"
size = "120000"
entry = "65001.5"
[[account]]
name = "cross"
mode = "cross"
balances = { BTC = "1.5", USDT = "31000.123456" }
leverage = { linear = "20" }
[[account.holding]]
instrument = "perpetual"
size = "-98760"
entry = "66123.45678901"
[[account.holding]]
instrument = "linear"
size = "2.345"
entry = "66777.7"
[[account.holding]]
instrument = "call"
contracts = "-3"
[[account.order]]
id = 1
instrument = "linear"
side = "buy"
size = "0.5"
price = "60000"
[[account.order]]
id = 2
instrument = "perpetual"
side = "buy"
type = "stop"
size = "9870"
trigger = "66000"
reduce_only = true
)toml";

}  // namespace lockstep
