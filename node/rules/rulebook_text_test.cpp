// Every rulebook of the project, printed and compiled again, is the same rulebook to the last bit.
#include "node/rules/rulebook_text.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "node/io/linux_disk.h"
#include "node/rules/compile.h"
#include "node/rules/decimal_text.h"

namespace lockstep {
namespace {

Rulebook read(const std::string& path) {
  LinuxDisk disk;
  Result<Rulebook, Fault> rules = compile_rulebook(disk, path);
  EXPECT_TRUE(rules) << (rules ? "" : rules.error().what);
  return rules ? std::move(rules).value() : Rulebook{};
}

TEST(RulebookText, AllRulebooksComeBackWithTheirIdentity) {
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(LOCKSTEP_SOURCE_DIR "/rulebooks"))
    files.insert(entry.path().string());
  EXPECT_GE(files.size(), 21u);
  for (const std::string& file : files) {
    const Rulebook rules = read(file);
    const std::string text = rulebook_text(rules);
    const Result<Rulebook, Fault> again = compile_rulebook_text(text, file + " as printed");
    ASSERT_TRUE(again) << again.error().what;
    EXPECT_EQ(again.value().identity, rules.identity) << file;
    EXPECT_EQ(rulebook_text(again.value()), text) << file;
  }
}

TEST(RulebookText, NamesAndTextsAreQuotedWhereTheyMustBe) {
  Rulebook rules = read(LOCKSTEP_SOURCE_DIR "/rulebooks/aevo.toml");
  rules.source = "a \"quoted\" \\ text\twith a tab";
  rules.identity = rulebook_identity(rules);
  const Result<Rulebook, Fault> again = compile_rulebook_text(rulebook_text(rules), "x");
  ASSERT_TRUE(again) << again.error().what;
  EXPECT_EQ(again.value().source, rules.source);
  EXPECT_EQ(again.value().identity, rules.identity);
}

// A rulebook that is written down and put into force again asks for as many pairs of eyes as before.
TEST(RulebookText, HowEpochsComeIntoForceIsNotLost) {
  Rulebook rules = read(LOCKSTEP_SOURCE_DIR "/rulebooks/lockstep.toml");
  for (const u8 approvals : {u8{0}, u8{1}, u8{3}}) {
    rules.epochs = EpochRules{};
    rules.epochs.approvals = approvals;
    rules.epochs.emergency_approvals = 2;
    rules.epochs.notice = Duration::from_raw(30 * hour.raw());
    const Result<Rulebook, Fault> again = compile_rulebook_text(rulebook_text(rules), "x");
    ASSERT_TRUE(again) << again.error().what;
    EXPECT_EQ(again.value().identity, rulebook_identity(rules));
    EXPECT_EQ(again.value().epochs.approvals, approvals);
    EXPECT_EQ(again.value().epochs.emergency_approvals, 2u);
    EXPECT_EQ(again.value().epochs.notice.raw(), 30 * hour.raw());
    EXPECT_EQ(again.value().epochs.grace.raw(), 0);
  }
}

TEST(RulebookText, NumbersAsAPersonWouldWriteThem) {
  const auto rate = [](i64 millionths) { return Rate::from_raw(millionths * 1'000'000); };
  EXPECT_EQ(percentage_text(rate(4'500)), "0.45 %");
  EXPECT_EQ(percentage_text(rate(-660'000)), "-66 %");
  EXPECT_EQ(factor_text(rate(130'000)), "0.13");
  EXPECT_EQ(amount_text(Value::from_raw(value_one * 1'740'000)), "1.74 M");
  EXPECT_EQ(amount_text(Value::from_raw(value_one * 400'000)), "400 k");
  EXPECT_EQ(amount_text(Value::from_raw(value_one * 1'234'567)), "1234.567 k");
  EXPECT_EQ(amount_text(Value::from_raw(value_one / 4)), "0.25");
  EXPECT_EQ(amount_text(Value{}), "0");
  EXPECT_EQ(span_text(Duration::from_raw(90'000'000)), "90 s");
  EXPECT_EQ(span_text(hour), "1 h");
  EXPECT_EQ(span_text(day), "24 h");
  EXPECT_EQ(moves_text({rate(-40'000), rate(0), rate(40'000)}), "\u00b10 4 %");
  EXPECT_EQ(moves_text({rate(-660'000), rate(-330'000), rate(500'000)}), "-66 -33 +50 %");
  EXPECT_EQ(moves_text({rate(-330'000), rate(330'000)}), "\u00b133 %");
}

}  // namespace
}  // namespace lockstep
