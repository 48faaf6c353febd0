// The shipped rulebooks compile to what their files say, and every kind of bad input is one line that says
// where and what would be right.
#include "node/rules/compile.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "core/wire/codec.h"
#include "node/io/memory_disk.h"

namespace lockstep {
namespace {

// The smallest rulebook that says everything once.
const std::string good = R"toml(rulebook = "test"
version = "1"
source = "made up"
leverage_default = "20"

[prices]
stale_after = { mark = "10 s", index = "1 min", volatility = "5 min" }
divergence = { perpetual = "10 %", future = "50 %" }
[prices.allow]
stale = ["reduce"]
diverged = ["open", "reduce"]
missing = []

[component.tiers]
kind = "brackets"
applies_to = ["linear perpetual"]
[component.tiers.rows]
BTC = [
  ["0", "0.4 %", "125", "0"],
  ["50 k", "0.5 %", "100", "50"],
]

[scheme.cross]
margin_balance = "equity"
unit_initial = "tiers"
unit_maintenance = "tiers"
initial = "sum(unit) + orders"
maintenance = "sum(unit)"
orders = { rule = "worst side" }
liquidate = "margin balance <= maintenance"

[scheme.portfolio]
gap = "portfolio"

[gaps]
portfolio = "not published"
)toml";

// `good` with one piece of text replaced.
std::string with(const std::string& from, const std::string& to) {
  std::string text = good;
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string fault_of(const std::string& text) {
  const Result<Rulebook, Fault> rules = compile_rulebook_text(text, "x.toml");
  return rules ? "no fault" : rules.error().what;
}

Result<Rulebook, Fault> compile_shipped(const std::string& name) {
  const std::string path = std::string(LOCKSTEP_SOURCE_DIR) + "/rulebooks/" + name;
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return compile_rulebook_text(text.str(), "rulebooks/" + name);
}

TEST(Compile, ReadsEveryPartExactly) {
  const Result<Rulebook, Fault> compiled = compile_rulebook_text(good, "x.toml");
  ASSERT_TRUE(compiled) << compiled.error().what;
  const Rulebook& rules = compiled.value();
  EXPECT_EQ(rules.name, "test");
  EXPECT_EQ(rules.leverage_default.raw(), 20 * rate_one);
  EXPECT_EQ(rules.prices.mark_stale_after, Duration::from_raw(10'000'000));
  EXPECT_EQ(rules.prices.volatility_stale_after, Duration::from_raw(300'000'000));
  EXPECT_EQ(rules.prices.divergence_perpetual.raw(), rate_one / 10);
  EXPECT_EQ(rules.prices.allowed_stale, action_bit(Action::reduce));
  EXPECT_EQ(rules.prices.allowed_diverged, action_bit(Action::open) | action_bit(Action::reduce));
  ASSERT_EQ(rules.components.size(), 1u);
  const Component& tiers = rules.components[0];
  EXPECT_EQ(tiers.applies, class_bit(InstrumentKind::perpetual, false));
  ASSERT_EQ(tiers.brackets.size(), 1u);
  EXPECT_EQ(tiers.brackets[0].key.base, "BTC");
  ASSERT_EQ(tiers.brackets[0].brackets.size(), 2u);
  const Bracket& second = tiers.brackets[0].brackets[1];
  EXPECT_TRUE(second.floor.raw() == 50'000 * value_one);
  EXPECT_EQ(second.rate.raw(), 5'000'000'000);
  EXPECT_TRUE(second.deduction.raw() == 50 * value_one);
  ASSERT_EQ(rules.schemes.size(), 2u);
  EXPECT_EQ(rules.schemes[0].pool_initial.code.size(), 3u);
  EXPECT_TRUE(rules.schemes[0].liquidate_at_equality);
  EXPECT_EQ(rules.schemes[1].gap, 0);
  EXPECT_EQ(rules.identity.size(), 64u);
}

TEST(Compile, IdentityNamesTheContentAndNotTheFile) {
  const std::string first = compile_rulebook_text(good, "x.toml").value().identity;
  EXPECT_EQ(compile_rulebook_text(good + "# a comment\n", "y.toml").value().identity, first);
  EXPECT_NE(compile_rulebook_text(with("\"1\"", "\"2\""), "x.toml").value().identity, first);
}

TEST(Compile, ImageSurvivesTheWire) {
  const Rulebook rules = compile_rulebook_text(good, "x.toml").value();
  Rulebook back;
  ASSERT_TRUE(decode(encode(rules), back));
  EXPECT_EQ(encode(back), encode(rules));
  EXPECT_EQ(rulebook_identity(back), rules.identity);
}

TEST(Compile, ShippedBinance) {
  const Result<Rulebook, Fault> compiled = compile_shipped("binance-usdm.toml");
  ASSERT_TRUE(compiled) << compiled.error().what;
  const Rulebook& rules = compiled.value();
  EXPECT_EQ(rules.name, "binance-usdm");
  EXPECT_NE(find_scheme(rules, MarginMode::isolated, false), nullptr);
  EXPECT_NE(find_scheme(rules, MarginMode::cross, true), nullptr);
  EXPECT_EQ(find_scheme(rules, MarginMode::portfolio, false), nullptr);
  EXPECT_NE(find_scheme(rules, MarginMode::portfolio, true)->gap, no_gap);
  EXPECT_EQ(rules.components[0].brackets.size(), 35u);
  EXPECT_EQ(rules.components[0].brackets[0].brackets.size(), 12u);
}

TEST(Compile, ShippedDeribit) {
  const Result<Rulebook, Fault> compiled = compile_shipped("deribit.toml");
  ASSERT_TRUE(compiled) << compiled.error().what;
  const Rulebook& rules = compiled.value();
  ASSERT_EQ(rules.components.size(), 5u);
  const GridRow& eth = rules.components[2].grids[1];
  ASSERT_EQ(eth.moves.size(), 9u);
  EXPECT_EQ(eth.moves[0].raw(), -18 * (rate_one / 100));
  EXPECT_EQ(eth.moves[5].raw(), rate_one / 1000 * 45);
  EXPECT_EQ(eth.extreme_moves[7].raw(), 5 * rate_one);
  EXPECT_TRUE(eth.dampener.raw() == 200'000 * value_one);
  EXPECT_EQ(rules.schemes[1].initial_rounding.decimals, 9);
  EXPECT_EQ(rules.schemes[1].initial_rounding.direction, Round::nearest);
}

TEST(Compile, EveryModelOfOptionsIsARulebook) {
  for (const char* name :
       {"derive-srm.toml", "derive-pmrm.toml", "derive-pmrm1.toml", "span.toml", "es.toml", "paradex.toml"}) {
    const Result<Rulebook, Fault> compiled = compile_shipped(name);
    ASSERT_TRUE(compiled) << compiled.error().what;
    EXPECT_EQ(compiled.value().name + ".toml", name);
  }
  const Rulebook pmrm = compile_shipped("derive-pmrm.toml").value();
  EXPECT_EQ(pmrm.components[0].grids[0].listed.size(), 31u);
  EXPECT_EQ(compile_shipped("derive-pmrm1.toml").value().components[0].grids[0].listed.size(), 23u);
  EXPECT_EQ(compile_shipped("span.toml").value().components[0].grids[0].listed.size(), 16u);
  EXPECT_EQ(compile_shipped("paradex.toml").value().components[0].grids[0].listed.size(), 24u);
  EXPECT_EQ(compile_shipped("es.toml").value().components[0].grids[0].tail, 3u);
}

TEST(BadInput, NotToml) {
  EXPECT_EQ(fault_of("rulebook = \n").substr(0, 11), "x.toml:1:12");
  EXPECT_EQ(fault_of("rulebook = \n").find('\n'), std::string::npos);
}

TEST(BadInput, StrayCharacters) {
  const std::string what = "characters outside ASCII belong into comments";
  EXPECT_EQ(fault_of("a = 1\nb = \u00e9\n"), "x.toml:2:5: " + what);
  EXPECT_EQ(fault_of("a = \"# \u00e9\"\n"), "x.toml:1:8: " + what);
  EXPECT_EQ(fault_of("a = 'x' # \u00e9\nb = \"\"\"\nx\"\"\" \u00e9"), "x.toml:3:6: " + what);
  EXPECT_EQ(fault_of("# it's \u00e9\n" + good), "no fault");
  EXPECT_EQ(fault_of(with("\"made up\"", "\"made up, \u00b1 a little\"")), "no fault");
}

TEST(BadInput, DuplicateKey) {
  const std::string fault = fault_of("version = \"1\"\nversion = \"2\"\n");
  EXPECT_EQ(fault.substr(0, 9), "x.toml:2:") << fault;
}

TEST(BadInput, UnknownKey) {
  EXPECT_EQ(
      fault_of("foo = 1\n" + good),
      "x.toml:1:1: unknown key \"foo\"; expected one of rulebook, version, source, money, leverage_default, "
      "prices, states, epochs, liquidation, component, scheme, collateral, profits, funding, gaps");
  EXPECT_EQ(fault_of(with("kind = \"brackets\"", "knd = \"brackets\"")),
            "x.toml:15:1: unknown key \"knd\"; expected one of kind, applies_to, round, gap_above, price, "
            "depeg_threshold, depeg_factor, rows");
}

TEST(BadInput, MissingKey) {
  EXPECT_EQ(fault_of(with("version = \"1\"\n", "")),
            "x.toml:1:1: the file lacks the key \"version\": a version such as \"2026-02-15\"");
  EXPECT_EQ(fault_of(with("orders = { rule = \"worst side\" }\n", "")),
            "x.toml:23:9: \"cross\" lacks the key \"orders\": a table such as { rule = \"per order\" } or { "
            "gap = \"...\" }");
}

TEST(BadInput, WrongType) {
  EXPECT_EQ(fault_of(with("\"20\"", "20")),
            "x.toml:4:1: leverage_default must be a number without unit such as \"0.8\", not an integer");
  EXPECT_EQ(
      fault_of(with("mark = \"10 s\"", "mark = 10.5")),
      "x.toml:7:17: mark must be a time span such as \"30 s\", \"5 min\", \"24 h\" or \"2 d\", not a number");
}

TEST(BadInput, WrongUnitAndMalformedNumber) {
  EXPECT_EQ(fault_of(with("\"0.4 %\"", "\"0.004\"")),
            "x.toml:19:9: the rate must be a percentage such as \"0.4 %\", not \"0.004\"");
  EXPECT_EQ(fault_of(with("\"0.4 %\"", "\"0,4 %\"")),
            "x.toml:19:9: the rate must be a percentage such as \"0.4 %\", not \"0,4 %\"");
  EXPECT_EQ(fault_of(with("\"50 k\"", "\"50 kk\"")),
            "x.toml:20:4: the floor must be an amount of money such as \"300 k\", not \"50 kk\"");
  EXPECT_EQ(fault_of(with("\"50 k\"", "\"1e5\"")),
            "x.toml:20:4: the floor must be an amount of money such as \"300 k\", not \"1e5\"");
}

TEST(BadInput, DeductionThatIsNotTheIntegral) {
  EXPECT_EQ(fault_of(with("\"100\", \"50\"", "\"100\", \"60\"")),
            "x.toml:18:1: component.tiers.rows.BTC: bracket 2: the deduction must be 50, so that margin has "
            "no jump at "
            "50000; it is 60");
}

TEST(BadInput, RatesThatFall) {
  EXPECT_EQ(fault_of(with("\"0.5 %\"", "\"0.3 %\"")),
            "x.toml:18:1: component.tiers.rows.BTC: bracket 2: rates must rise");
}

TEST(BadInput, Expressions) {
  EXPECT_EQ(fault_of(with("unit_initial = \"tiers\"", "unit_initial = \"tears\"")),
            "x.toml:25:1: expected a component, a number, max, min, sum(unit), orders, maintenance or "
            "initial at character 1 of \"tears\"");
  EXPECT_EQ(fault_of(with("unit_initial = \"tiers\"", "unit_initial = \"1.3 + tiers\"")),
            "x.toml:25:1: scheme.cross.unit_initial: +, -, max and min take amounts of money, not numbers");
  EXPECT_EQ(fault_of(with("sum(unit) + orders", "sum(unit) + tiers")),
            "x.toml:27:1: scheme.cross.initial: components other than scenario_grid, borrow and offset "
            "belong into unit expressions");
  EXPECT_EQ(fault_of(with("sum(unit) + orders", "max(sum(unit))")),
            "x.toml:27:1: expected \",\" at character 14 of \"max(sum(unit))\"");
}

TEST(BadInput, NamesThatAreNotListed) {
  EXPECT_EQ(fault_of(with("gap = \"portfolio\"", "gap = \"prtfolio\"")),
            "x.toml:33:1: \"prtfolio\" is not listed in [gaps]");
  EXPECT_EQ(fault_of(with("[\"linear perpetual\"]", "[\"linear perpetuals\"]")),
            "x.toml:16:15: a class must be linear or inverse, then perpetual, future or option, not \"linear "
            "perpetuals\"");
  EXPECT_EQ(
      fault_of(with("[scheme.portfolio]", "[scheme.portfolios]")),
      "x.toml:32:9: unknown key \"portfolios\"; expected one of isolated, cross, cross_pooled, portfolio, "
      "portfolio_pooled");
}

TEST(BadInput, ContradictionsBetweenParts) {
  EXPECT_EQ(fault_of(with("missing = []", "missing = [\"open\"]")),
            "x.toml:9:9: prices.allow.missing: without a price nothing but reduce can be allowed");
  EXPECT_EQ(fault_of(with("[scheme.portfolio]\ngap", "[scheme.cross_pooled]\ngap")), "no fault");
  EXPECT_EQ(fault_of(with("[scheme.cross]", "[scheme.cross_pooled]")),
            "x.toml:23:9: scheme.cross_pooled: a pooled scheme needs money and [collateral]");
}

TEST(BadInput, MissingFile) {
  MemoryDisk disk;
  const Result<Rulebook, Fault> rules = compile_rulebook(disk, "rulebooks/none.toml");
  ASSERT_FALSE(rules);
  EXPECT_EQ(rules.error().kind, FaultKind::not_found);
  EXPECT_NE(rules.error().what.find("rulebooks/none.toml"), std::string::npos);
}

}  // namespace
}  // namespace lockstep
