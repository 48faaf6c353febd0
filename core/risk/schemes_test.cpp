// What a scheme may say beyond its expressions, worked out by hand: what is one unit, which price values a
// holding, roundings, levels, and grids over a whole pool.
#include <gtest/gtest.h>

#include "core/risk/testing_rules.h"

namespace lockstep {
namespace {

using namespace testing;

Component notional(std::string_view initial, std::string_view maintenance) {
  Component component;
  component.name = "rate";
  component.kind = ComponentKind::notional_rate;
  component.applies =
      class_bit(InstrumentKind::perpetual, false) | class_bit(InstrumentKind::perpetual, true);
  NotionalRow row;
  row.initial = percent(initial);
  row.maintenance = percent(maintenance);
  component.notionals.push_back(row);
  return component;
}

Component one_move_grid(std::string_view move) {
  Component component;
  component.name = "moves";
  component.kind = ComponentKind::scenario_grid;
  component.applies = 0xfc;
  GridRow grid;
  grid.moves = {-percent(move), Rate{}, percent(move)};
  grid.days_min = rate("1");
  component.grids.push_back(grid);
  return component;
}

Collateral collateral(const char* asset, std::string_view weight) {
  Collateral row;
  row.asset = asset;
  row.initial.asset = row.maintenance.asset = percent(weight);
  return row;
}

Rulebook rules_of(Component component, Scheme scheme) {
  Rulebook rules;
  rules.name = "made_up";
  rules.version = "1";
  rules.source = "made up";
  rules.money = "USDT";
  rules.leverage_default = rate("10");
  rules.components.push_back(std::move(component));
  rules.schemes.push_back(std::move(scheme));
  rules.collateral = {collateral("USDT", "100"), collateral("BTC", "90")};
  return rules;
}

Scheme plain(MarginMode mode, bool pooled = false) {
  Scheme scheme;
  scheme.mode = mode;
  scheme.pooled = pooled;
  scheme.unit_initial.code = scheme.unit_maintenance.code = {op(OpCode::component, 0)};
  scheme.pool_initial.code = {op(OpCode::sum_units), op(OpCode::orders), op(OpCode::add)};
  scheme.pool_maintenance.code = {op(OpCode::sum_units)};
  return scheme;
}

// BTC perpetuals at 50,000: linear of 0.001 BTC a lot, inverse of 100 a lot.
struct Desk {
  World world;
  AssetId usdt = world.asset("USDT", 6);
  AssetId btc = world.asset("BTC", 8);
  AssetId eth = world.asset("ETH", 8);
  IndexId btc_index = world.index(btc, usdt, "50000");
  IndexId eth_index = world.index(eth, usdt, "2000");
  InstrumentId linear = world.add("BTC-PERP", InstrumentKind::perpetual, false, btc_index, "0.001", "50000");
  InstrumentId inverse = world.add("BTC-INV", InstrumentKind::perpetual, true, btc_index, "100", "50000");
  InstrumentId ether = world.add("ETH-PERP", InstrumentKind::perpetual, false, eth_index, "0.01", "2000");
  Account account;
  Desk(const Rulebook& rules) : world(rules) {
    const Scheme& scheme = rules.schemes[0];
    account = World::account(scheme.mode, scheme.pooled);
    EXPECT_EQ(check_rulebook(rules).what, "") << check_rulebook(rules).path;
  }
  PoolTotals pool() {
    const Assessment assessment = world.assess(account);
    EXPECT_EQ(assessment.obstacle, Obstacle::none);
    EXPECT_EQ(assessment.pools.size(), 1u);
    return assessment.pools[0];
  }
};

TEST(Levels, AreMadeFromTheTotalsAsRounded) {
  Scheme scheme = plain(MarginMode::cross);
  scheme.levels = {
      {.name = "warning",
       .expression = {"1.5 * maintenance",
                      {op(OpCode::number, 0, rate("1.5")), op(OpCode::maintenance), op(OpCode::multiply)}},
       .rounding = {},
       .by_unit = false},
      {.name = "gap",
       .expression = {"initial - maintenance",
                      {op(OpCode::initial), op(OpCode::maintenance), op(OpCode::subtract)}},
       .rounding = {.direction = Round::up, .decimals = 0},
       .by_unit = false}};
  scheme.maintenance_rounding = {.direction = Round::up, .decimals = 0};
  Desk desk(rules_of(notional("10", "5"), scheme));
  World::hold(desk.account, desk.linear, 3, value("50"));  // 150: initial 15, maintenance 7.5 -> 8
  const PoolTotals pool = desk.pool();
  EXPECT_EQ(text(pool.maintenance), "8");
  EXPECT_EQ(text(pool.levels[0]), "12");
  EXPECT_EQ(text(pool.levels[1]), "7");
}

TEST(Levels, ByUnitAreRoundedUnitByUnit) {
  Scheme scheme = plain(MarginMode::cross);
  scheme.levels = {
      {.name = "search",
       .expression = {"1.1 * maintenance",
                      {op(OpCode::number, 0, rate("1.1")), op(OpCode::maintenance), op(OpCode::multiply)}},
       .rounding = {.direction = Round::zero, .decimals = 0},
       .by_unit = true}};
  Desk desk(rules_of(notional("10", "5"), scheme));
  World::hold(desk.account, desk.linear, 6, value("50"));  // 300: maintenance 15 -> 16.5 -> 16
  World::hold(desk.account, desk.ether, 15, value("20"));  // 300: likewise
  EXPECT_EQ(text(desk.pool().levels[0]), "32");
}

TEST(Unit, IsRoundedBeforeUnitsAreAddedUp) {
  Scheme scheme = plain(MarginMode::cross);
  scheme.unit_maintenance_rounding = {.direction = Round::up, .decimals = 0};
  scheme.unit_initial.code = {op(OpCode::number, 0, rate("1.3")), op(OpCode::maintenance),
                              op(OpCode::multiply)};
  scheme.unit_initial_rounding = {.direction = Round::zero, .decimals = 0};
  Desk desk(rules_of(notional("10", "5"), scheme));
  World::hold(desk.account, desk.linear, 3, value("50"));  // 150: 7.5 -> 8; 10.4 -> 10
  World::hold(desk.account, desk.ether, 1, value("20"));   // 20: 1; 1.3 -> 1
  EXPECT_EQ(text(desk.pool().maintenance), "9");
  EXPECT_EQ(text(desk.pool().initial), "11");
}

TEST(Unit, OfOneInstrumentDoesNotNetWithAnother) {
  Scheme scheme = plain(MarginMode::portfolio);
  Desk desk(rules_of(one_move_grid("10"), scheme));
  const InstrumentId other =
      desk.world.add("BTC-2", InstrumentKind::perpetual, false, desk.btc_index, "0.001", "50000");
  World::hold(desk.account, desk.linear, 100, value("50"));  // 5,000
  World::hold(desk.account, other, -60, value("50"));        // -3,000
  EXPECT_EQ(text(desk.pool().initial), "200");
  desk.world.rules().schemes[0].unit = UnitBy::instrument;
  EXPECT_EQ(text(desk.pool().initial), "800");
}

TEST(Unit, OfAnUnderlyingNetsCoinMarginedWithLinear) {
  Scheme scheme = plain(MarginMode::portfolio, true);
  scheme.unit = UnitBy::underlying;
  Desk desk(rules_of(one_move_grid("10"), scheme));
  desk.world.deposit(desk.account, desk.usdt, "10000");
  World::hold(desk.account, desk.linear, 100, value("50"));       // +0.1 BTC
  World::hold(desk.account, desk.inverse, -50, value("-0.002"));  // -5,000, that is -0.1 BTC
  EXPECT_EQ(text(desk.pool().initial), "0");
  desk.world.rules().schemes[0].unit = UnitBy::underlying_and_settlement;
  // 500 of the linear one at -10 %, and 0.1 x 0.1/1.1 = 1/110 BTC of the other at +10 %: 454.5454...
  EXPECT_EQ(text(desk.pool().initial), "954.545455");
}

TEST(Unit, OfAnUnderlyingNeedsAPooledScheme) {
  Scheme scheme = plain(MarginMode::portfolio);
  scheme.unit = UnitBy::underlying;
  EXPECT_EQ(check_rulebook(rules_of(one_move_grid("10"), scheme)).what,
            "a unit over all settlement assets needs a pooled scheme");
}

TEST(Valuation, ByTheReferenceLeavesTheMarkOut) {
  Scheme scheme = plain(MarginMode::cross);
  Desk desk(rules_of(notional("10", "5"), scheme));
  desk.world.deposit(desk.account, desk.usdt, "1000");
  World::hold(desk.account, desk.linear, 100, value("50"));
  desk.world.mark(desk.linear, "51000");
  EXPECT_EQ(text(desk.pool().equity), "1100");
  desk.world.rules().schemes[0].valuation = PriceUse::reference;
  EXPECT_EQ(text(desk.pool().equity), "1000");
}

TEST(Grid, LooksAtPerpetualsAtTheReference) {
  Component grid = one_move_grid("10");
  grid.grids[0].price = PriceUse::reference;
  Desk desk(rules_of(grid, plain(MarginMode::portfolio)));
  World::hold(desk.account, desk.linear, 100, value("50"));
  desk.world.mark(desk.linear, "52000");
  EXPECT_EQ(text(desk.pool().initial), "500");
}

TEST(Grid, OverThePoolCountsGainsInPart) {
  Component grid = one_move_grid("10");
  grid.grids[0].gains = percent("60");
  Scheme scheme = plain(MarginMode::portfolio);
  scheme.pool_initial.code = scheme.pool_maintenance.code = {op(OpCode::component, 0)};
  scheme.unit_initial.code = scheme.unit_maintenance.code = {op(OpCode::component, 1)};
  Rulebook rules = rules_of(grid, scheme);
  rules.components.push_back(notional("0", "0"));
  Desk desk(rules);
  World::hold(desk.account, desk.linear, 100, value("50"));  // at +-10 %: +-500
  World::hold(desk.account, desk.ether, -100, value("20"));  // -+200
  EXPECT_EQ(text(desk.pool().initial), "380");               // -500 + 60 % of 200
}

TEST(Grid, GainsNeedAGridOverThePool) {
  Component grid = one_move_grid("10");
  grid.grids[0].gains = percent("60");
  EXPECT_EQ(
      check_rulebook(rules_of(grid, plain(MarginMode::portfolio))).what,
      "component moves: gains other than 100 % need the grid in initial or maintenance, where units add "
      "up");
}

TEST(Grids, TwoInOneSchemeKeepTheirOwnScenarios) {
  Scheme scheme = plain(MarginMode::portfolio);
  scheme.unit_initial.code = {op(OpCode::component, 1)};
  Rulebook rules = rules_of(one_move_grid("10"), scheme);
  Component wider = one_move_grid("30");
  wider.name = "wider";
  wider.grids[0].moves = {-percent("30"), -percent("20"), Rate{}, percent("30")};
  rules.components.push_back(wider);
  Desk desk(rules);
  const InstrumentId put = desk.world.option(false, OptionType::put, desk.btc_index, "0.01", day, "50000",
                                             "0.5", "0");  // worth nothing, but it has scenarios
  World::hold(desk.account, put, -1, Value{});
  World::hold(desk.account, desk.linear, 100, value("50"));
  EXPECT_EQ(text(desk.pool().maintenance), "500");
  EXPECT_EQ(text(desk.pool().initial), "1500");
}

TEST(Brackets, WholeHoldingAtTheRateOfItsBracket) {
  Component tiers;
  tiers.name = "tiers";
  tiers.kind = ComponentKind::brackets;
  tiers.applies = class_bit(InstrumentKind::perpetual, false);
  BracketRow row;
  row.brackets = {bracket("0", "1", "100", "0"), bracket("10000", "2", "50", "0")};
  row.whole = true;
  tiers.brackets.push_back(row);
  Desk desk(rules_of(tiers, plain(MarginMode::cross)));
  World::hold(desk.account, desk.linear, 200, value("50"));
  EXPECT_EQ(text(desk.pool().maintenance), "100");
  desk.account.holdings[0].lots = lots(202);
  EXPECT_EQ(text(desk.pool().maintenance), "202");
}

TEST(Worst, PositionTakesTheWorseSideOfEveryHolding) {
  Scheme scheme = plain(MarginMode::cross);
  scheme.orders.kind = OrderRuleKind::worst_position;
  scheme.orders.each = value("0.01");
  Desk desk(rules_of(notional("10", "5"), scheme));
  World::hold(desk.account, desk.linear, 100, value("50"));           // 5,000
  World::order(desk.account, desk.linear, Side::buy, 20, "49000");    // 6,000 if it fills
  World::order(desk.account, desk.linear, Side::sell, 250, "51000");  // -7,500 if it fills
  World::order(desk.account, desk.ether, Side::buy, 50, "1900");      // 1,000, not held
  EXPECT_EQ(text(desk.pool().initial), "850.03");
  EXPECT_EQ(text(desk.pool().maintenance), "425");
  desk.account.orders.erase(desk.account.orders.begin() + 1);
  EXPECT_EQ(text(desk.pool().initial), "700.02");
}

TEST(Worst, PositionOfAUnitIsTheUnitAfterAllBuysOrAllSells) {
  Scheme scheme = plain(MarginMode::portfolio);
  scheme.orders.kind = OrderRuleKind::worst_position;
  Desk desk(rules_of(one_move_grid("10"), scheme));
  const InstrumentId hedge =
      desk.world.add("BTC-2", InstrumentKind::perpetual, false, desk.btc_index, "0.001", "50000");
  World::hold(desk.account, desk.linear, 100, value("50"));
  World::order(desk.account, hedge, Side::sell, 100,
               "50000");  // would hedge: nothing is gained before it fills
  EXPECT_EQ(text(desk.pool().initial), "500");
  World::order(desk.account, hedge, Side::buy, 40, "50000");
  EXPECT_EQ(text(desk.pool().initial), "700");
}

TEST(AtLimit, TheDearerSideBeyondWhatCloses) {
  Scheme scheme = plain(MarginMode::cross);
  scheme.orders.kind = OrderRuleKind::at_limit;
  Desk desk(rules_of(notional("0", "0"), scheme));
  World::hold(desk.account, desk.linear, 100, value("50"));
  World::order(desk.account, desk.linear, Side::buy, 10, "49000");    // 490 / 10
  World::order(desk.account, desk.linear, Side::sell, 110, "51000");  // 10 lots open: 510 / 10
  EXPECT_EQ(text(desk.pool().initial), "51");
}

TEST(AtLimit, InverseContractsCostTheirCoins) {
  Scheme scheme = plain(MarginMode::cross);
  scheme.orders.kind = OrderRuleKind::at_limit;
  Desk desk(rules_of(notional("0", "0"), scheme));
  World::hold(desk.account, desk.inverse, -10, value("-0.002"));
  World::order(desk.account, desk.inverse, Side::buy, 10, "40000");  // fills last: 0.0025 a lot
  World::order(desk.account, desk.inverse, Side::buy, 5, "50000");   // fills first and closes
  EXPECT_EQ(text(desk.pool().initial), "0.00125");                   // 5 lots of 0.0025 / 10
}

TEST(Profits, CountByTheirWeightAndLossesInFull) {
  Rulebook rules = rules_of(notional("10", "5"), plain(MarginMode::cross));
  ProfitRow row;
  row.initial = percent("50");
  row.maintenance = percent("80");
  row.key.base = "BTC";
  rules.profits.push_back(row);
  Desk desk(rules);
  desk.world.deposit(desk.account, desk.usdt, "1000");
  World::hold(desk.account, desk.linear, 100, value("49"));  // +100
  PoolTotals pool = desk.pool();
  EXPECT_EQ(text(pool.equity), "1100");
  EXPECT_EQ(text(pool.margin_balance), "1080");
  EXPECT_EQ(text(pool.initial_balance), "1050");
  EXPECT_EQ(text(pool.available), "550");
  desk.world.mark(desk.linear, "48000");  // -100
  pool = desk.pool();
  EXPECT_EQ(text(pool.margin_balance), "900");
  EXPECT_EQ(text(pool.initial_balance), "900");
}

TEST(Pooled, DebtsCanBePartOfTheRequirement) {
  Scheme scheme = plain(MarginMode::cross, true);
  Rulebook rules = rules_of(notional("10", "5"), scheme);
  rules.collateral[1].initial.liability = percent("120");
  rules.collateral[1].maintenance.liability = percent("110");
  Desk desk(rules);
  desk.world.deposit(desk.account, desk.usdt, "10000");
  desk.world.deposit(desk.account, desk.btc, "-0.1");
  PoolTotals pool = desk.pool();
  EXPECT_EQ(text(pool.margin_balance), "4500");
  EXPECT_EQ(text(pool.initial_balance), "4000");
  EXPECT_EQ(text(pool.initial), "0");
  desk.world.rules().schemes[0].liabilities_required = true;
  pool = desk.pool();
  EXPECT_EQ(text(pool.margin_balance), "10000");
  EXPECT_EQ(text(pool.maintenance), "5500");
  EXPECT_EQ(text(pool.initial), "6000");
  EXPECT_EQ(text(pool.available), "4000");
}

TEST(Pooled, SpotBidsAreWeighedAtTheirWorse) {
  Scheme scheme = plain(MarginMode::cross, true);
  scheme.orders.kind = OrderRuleKind::worst_position;
  scheme.orders.spot = SpotOrderRule::either_fills;
  Desk desk(rules_of(notional("10", "5"), scheme));
  desk.world.deposit(desk.account, desk.usdt, "10000");
  const InstrumentId spot =
      desk.world.add("BTC", InstrumentKind::spot, false, desk.btc_index, "0.001", "50000");
  World::order(desk.account, spot, Side::buy, 100, "40000");
  EXPECT_EQ(text(desk.pool().available), "9500");  // pays 5,000 for coins that count for 4,500
  World::order(desk.account, spot, Side::sell, 10, "60000");
  EXPECT_EQ(text(desk.pool().available), "9500");  // the other way costs nothing: 500 for a debt of 500
}

TEST(Valuation, ByAMissingReferenceIsAnObstacle) {
  Scheme scheme = plain(MarginMode::cross);
  scheme.valuation = PriceUse::reference;
  Rulebook rules = rules_of(notional("10", "5"), scheme);
  rules.components[0].price = PriceUse::reference;
  Desk desk(rules);
  World::hold(desk.account, desk.inverse, 10, value("-0.002"));
  desk.world.state.indexes[desk.btc_index.index].price = Price{};
  invalidate_all(desk.world.book);
  EXPECT_EQ(desk.world.assess(desk.account).obstacle, Obstacle::price_missing);
}

TEST(Statement, NamesTheRuleThatBinds) {
  Scheme scheme = plain(MarginMode::cross);
  scheme.unit_initial.code = {op(OpCode::number, 0, rate("2")), op(OpCode::maintenance),
                              op(OpCode::multiply)};
  scheme.unit_initial.text = "2 * maintenance";
  scheme.unit_maintenance.text = "rate";
  Desk desk(rules_of(notional("10", "5"), scheme));
  World::hold(desk.account, desk.linear, 100, value("50"));
  World::hold(desk.account, desk.ether, 100, value("20"));
  Statement statement;
  desk.world.assess(desk.account, &statement);
  EXPECT_EQ(binding_rule(statement, 0),
            "4.7 BTC/USDT: 2 * maintenance > 5.9 rate > 5.9 100 lots of BTC-PERP");
  EXPECT_EQ(binding_rule(statement, 1), "");
}

TEST(Check, RulesOfOrdersThatNothingWouldCompute) {
  Scheme scheme = plain(MarginMode::cross);
  scheme.orders.each = value("1");
  EXPECT_FALSE(check_rulebook(rules_of(notional("10", "5"), scheme)).none());
  scheme.orders.kind = OrderRuleKind::worst_position;
  EXPECT_TRUE(check_rulebook(rules_of(notional("10", "5"), scheme)).none());
  scheme.orders.rounding = {.direction = Round::up, .decimals = 2};
  EXPECT_FALSE(check_rulebook(rules_of(notional("10", "5"), scheme)).none());
  scheme.orders.by_value = true;
  EXPECT_TRUE(check_rulebook(rules_of(notional("10", "5"), scheme)).none());
  scheme.orders.spot = SpotOrderRule::reserved;
  EXPECT_FALSE(check_rulebook(rules_of(notional("10", "5"), scheme)).none());
}

TEST(Check, WordsOfExpressionsStandWhereTheyCanBeKnown) {
  Scheme scheme = plain(MarginMode::cross);
  scheme.unit_maintenance.code = {op(OpCode::maintenance)};
  EXPECT_EQ(check_rulebook(rules_of(notional("10", "5"), scheme)).what,
            "maintenance cannot be made from maintenance");
  scheme = plain(MarginMode::cross);
  scheme.pool_initial.code = {op(OpCode::initial)};
  EXPECT_EQ(check_rulebook(rules_of(notional("10", "5"), scheme)).what,
            "only a level can be made from initial");
  scheme = plain(MarginMode::cross);
  scheme.levels = {
      {.name = "warning", .expression = {"orders", {op(OpCode::orders)}}, .rounding = {}, .by_unit = false}};
  EXPECT_EQ(check_rulebook(rules_of(notional("10", "5"), scheme)).what,
            "a level is made of maintenance and initial");
}

TEST(Depeg, RaisesInitialMarginWhileTheMoneyIsCheap) {
  Rulebook rules = rules_of(notional("10", "5"), plain(MarginMode::cross));
  rules.components[0].depeg_threshold = percent("98");
  rules.components[0].depeg_factor = rate("4");
  Desk desk(rules);
  World::hold(desk.account, desk.linear, 100, value("50"));
  EXPECT_EQ(text(desk.pool().initial), "500");
  const AssetId usd = desk.world.asset("USD", 2);
  desk.world.index(desk.usdt, usd, "0.95");
  EXPECT_EQ(text(desk.pool().initial), "560");  // x (1 + 4 x 3 %)
  EXPECT_EQ(text(desk.pool().maintenance), "250");
}

TEST(Unit, OfAnUnderlyingTakesProfitsOfCoinOptionsAtTheMovedPrice) {
  Scheme scheme = plain(MarginMode::portfolio, true);
  scheme.unit = UnitBy::underlying;
  Desk desk(rules_of(one_move_grid("10"), scheme));
  // Both are worth 25,000 now, 30,000 after +10 %: in coin 1/2 and 6/11, a profit of 1/22 coin at 55,000.
  const InstrumentId coin =
      desk.world.option(true, OptionType::call, desk.btc_index, "25000", day, "50000", "0.01", "0");
  const InstrumentId money =
      desk.world.option(false, OptionType::call, desk.btc_index, "25000", day, "50000", "0.01", "0");
  World::hold(desk.account, coin, 1, Value{});
  World::hold(desk.account, money, -1, Value{});
  const double asked = static_cast<double>(desk.pool().initial.raw()) / static_cast<double>(value_one);
  EXPECT_NEAR(asked, 2500, 1e-5);  // 5,000 lost, 2,500 gained
}

TEST(Pooled, ReservedAmountsCountAsTheLesserOfWhatTheyCanBecome) {
  Scheme scheme = plain(MarginMode::cross, true);
  scheme.orders.kind = OrderRuleKind::worst_position;
  scheme.orders.spot = SpotOrderRule::reserved;
  Rulebook rules = rules_of(notional("10", "5"), scheme);
  rules.collateral[1].initial.liability = rules.collateral[1].maintenance.liability = percent("120");
  Desk desk(rules);
  desk.world.deposit(desk.account, desk.usdt, "10000");
  const InstrumentId spot =
      desk.world.add("BTC", InstrumentKind::spot, false, desk.btc_index, "0.001", "50000");
  World::order(desk.account, spot, Side::buy, 100, "40000");
  // 4,000 stand aside: as money 4,000, as coins at the index 0.08 x 50,000 x 90 % = 3,600.
  EXPECT_EQ(text(desk.pool().available), "9600");
  EXPECT_EQ(text(desk.pool().equity), "10000");
  World::order(desk.account, spot, Side::sell, 100, "60000");
  // 6,000 are left, and a debt of 0.1 coins at 120 %, -6,000.  What stands aside: as coins 0.18, of which 0.1
  // repay (6,000) and 0.08 count 3,600; as money 4,000 + 5,000 at the index.
  EXPECT_EQ(text(desk.pool().available), "9000");
}

}  // namespace
}  // namespace lockstep
