// What a venue says of one account, as a file:
//
//   account     = "longs"
//   pool        = "USDT"            the asset of its figures
//   equity      = "126670.55"       any of these three
//   initial     = "102340.08"
//   maintenance = "5270.38"
//   rulebook    = "older.toml"      the parameters that it used, if they are not ours
//   [index]                         what it used: prices, marks, signed sizes; what is not listed is as ours
//   BTCUSDT = "107250.1"
//   [mark]
//   "BTCUSDT-PERP" = "107012.4"
//   [size]
//   "BTCUSDT-PERP" = "8.5"          coins; inverse perpetuals and futures: quote units
#pragma once

#include <string>

#include "core/base/result.h"
#include "node/io/fault.h"
#include "node/whatif/attribution.h"

namespace lockstep {

struct Report {
  AccountId account;
  whatif::Report said;
};

Result<Report, Fault> read_report(const std::string& path, const Engine& engine);

}  // namespace lockstep
