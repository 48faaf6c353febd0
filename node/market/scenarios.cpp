// The scenarios by name.  A day's prices are to be read with care: nobody can know where a price would have
// gone without the liquidations that happened.  So the falls end at what spot markets or a day's reports say,
// and not at the lows of the leveraged contracts, which the cascade itself made; the simulation has to add
// those again.  Every price between the reported ones is the close of a public half-hour bar (five minutes
// for 2025), rounded to 50 dollars; between anchors we draw straight lines.
//
// Depth is known for one moment of one day (98 % gone at the worst of 2025-10-10; on 2020-03-12 bids of 20
// million against 100 million queued).  All other depths are our guess of the same shape.
//
// Accounts that the first leg of a day has closed are not replaced: of a fall by half, as in 2020, the second
// leg meets few, and nearly every account is below maintenance even without impact.
#include <array>
#include <span>

#include "node/market/path.h"

namespace lockstep::market {
namespace {

struct Anchor {
  i64 minute;
  i64 dollars;
};
struct Thinning {
  i64 minute;
  i64 per_mille;  // of the usual depth
};

// From 10:00 UTC.  7,353 at 10:00 and the contract's low of 3,596, some 400 under spot, are BitMEX's, as
// reported by Cointelegraph that month: the fall ends at 4,000.  The quiet hours from 11:30 to 23:00 are
// cut to ten minutes (90 to 100).  Closes: Binance USD-M BTCUSDT, 30m.
constexpr Anchor prices_2020[] = {{0, 7'353},   {30, 7'200},  {60, 6'000},  {90, 6'200},  {100, 5'800},
                                  {130, 5'050}, {160, 4'750}, {250, 4'550}, {280, 4'050}, {295, 4'000},
                                  {310, 4'150}, {340, 4'700}, {370, 5'350}};
constexpr Thinning depths_2020[] = {{0, 1000},  {30, 800}, {60, 200}, {90, 300}, {130, 150},
                                    {280, 100}, {295, 50}, {310, 60}, {370, 250}};

// From 11:00 UTC.  Spot fell to 30,000, as was reported everywhere; the contract to 28,688 (Binance USD-M
// BTCUSDT, 30m bars, whose closes are the other anchors).  The minute of the low is a guess within its bar.
constexpr Anchor prices_2021[] = {{0, 39'450},   {30, 38'150},  {60, 38'700},  {90, 38'350},  {120, 35'050},
                                  {130, 30'000}, {150, 33'250}, {180, 35'650}, {210, 35'350}, {240, 37'450}};
constexpr Thinning depths_2021[] = {{0, 1000}, {90, 700}, {120, 150}, {130, 50}, {150, 100}, {240, 400}};

// From 17:00 UTC, an hour after FTX had asked for help.  Closes: Binance USD-M BTCUSDT, 30m.  The low of
// 17,250 is ours: half-way between the close before it (17,700) and the contract's low (16,830).
constexpr Anchor prices_2022[] = {{0, 20'350},   {30, 19'850},  {60, 19'350},  {90, 18'750},
                                  {120, 18'600}, {150, 17'700}, {165, 17'250}, {180, 18'250},
                                  {240, 18'150}, {270, 18'300}, {300, 18'700}};
constexpr Thinning depths_2022[] = {{0, 1000}, {60, 500}, {120, 250}, {165, 100}, {180, 150}, {300, 400}};

// From 20:45 UTC; until 20:50 level.  Amberdata: BTC 122.6k to 104.8k, depth -98 % at worst, 6.93 billion
// liquidated in 40 minutes from 20:50.  The fall ends at 104,800; the contract closed at 103,450 and its
// low was 101,516.  Closes: Binance USD-M BTCUSDT, 5m, as in node/feed/preset_table.h.
constexpr Anchor prices_2025[] = {{0, 116'850},  {5, 116'850},  {10, 115'350}, {15, 114'200}, {20, 115'000},
                                  {25, 114'400}, {30, 112'150}, {35, 104'800}, {40, 108'450}, {45, 109'200},
                                  {50, 111'350}, {65, 113'000}, {75, 113'250}};
constexpr Thinning depths_2025[] = {{0, 1000}, {10, 600}, {25, 400}, {30, 100},
                                    {35, 20},  {40, 40},  {50, 150}, {75, 400}};

// The made-up ones: five quiet minutes, the fall, ten minutes or more at the bottom, half of the fall back
// within 30 minutes.  From 100,000, so that a price reads as a percentage.
constexpr Anchor prices_slow[] = {{0, 100'000}, {5, 100'000}, {25, 88'000},
                                  {35, 88'000}, {65, 94'000}, {90, 94'000}};
constexpr Anchor prices_fast[] = {{0, 100'000}, {5, 100'000}, {9, 88'000},
                                  {35, 88'000}, {65, 94'000}, {90, 94'000}};
constexpr Anchor prices_mild[] = {{0, 100'000}, {5, 100'000}, {9, 94'000},
                                  {35, 94'000}, {65, 97'000}, {90, 97'000}};
constexpr Thinning depths_slow[] = {{0, 1000}, {5, 1000}, {15, 20}, {35, 20}, {65, 500}, {90, 500}};
constexpr Thinning depths_fast[] = {{0, 1000}, {5, 1000}, {7, 20}, {35, 20}, {65, 500}, {90, 500}};
constexpr Thinning depths_mild[] = {{0, 1000}, {5, 1000}, {7, 200}, {35, 200}, {65, 500}, {90, 500}};
constexpr Thinning depths_thin[] = {{0, 1000}, {5, 1000}, {15, 5}, {35, 5}, {65, 500}, {90, 500}};

struct Row {
  std::string_view name;
  std::string_view what;
  std::span<const Anchor> prices;
  std::span<const Thinning> depths;
};
constexpr Row rows[] = {
    {"slow", "-12 % in 20 minutes, 2 % of the depth left", prices_slow, depths_slow},
    {"fast", "-12 % in 4 minutes, 2 % of the depth left", prices_fast, depths_fast},
    {"mild", "-6 % in 4 minutes, 20 % of the depth left", prices_mild, depths_mild},
    {"thin", "-12 % in 20 minutes, 0.5 % of the depth left", prices_slow, depths_thin},
    {"2020-03-12", "BTC 7,353 to 4,000 in two legs", prices_2020, depths_2020},
    {"2021-05-19", "BTC 39,450 to 30,000 in two hours", prices_2021, depths_2021},
    {"2022-11-08", "BTC 20,350 to 17,250 in three hours", prices_2022, depths_2022},
    {"2025-10-10", "BTC 116,850 to 104,800 in half an hour", prices_2025, depths_2025},
};

}  // namespace

std::vector<std::string_view> scenario_names() {
  std::vector<std::string_view> names;
  for (const Row& row : rows) names.push_back(row.name);
  return names;
}

Result<Scenario, Fault> find_scenario(std::string_view name) {
  std::string known;
  for (const Row& row : rows) {
    known += (known.empty() ? "" : ", ") + std::string(row.name);
    if (row.name != name) continue;
    Scenario scenario{std::string(row.name), std::string(row.what), {}, {}, true};
    for (const Anchor& anchor : row.prices) {
      scenario.prices.push_back(
          {Duration::from_raw(anchor.minute * minute.raw()), Price::from_raw(anchor.dollars * price_one)});
    }
    for (const Thinning& thinning : row.depths) {
      scenario.depths.push_back({Duration::from_raw(thinning.minute * minute.raw()),
                                 Rate::from_raw(thinning.per_mille * (rate_one / 1000))});
    }
    return scenario;
  }
  return Fault{"no scenario is called " + std::string(name) + "; there are " + known, FaultKind::not_found};
}

}  // namespace lockstep::market
