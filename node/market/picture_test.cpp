// The picture: well-formed, small, deterministic, and with the spikes that a reader must not miss.
#include "node/market/picture.h"

#include <gtest/gtest.h>

#include "core/base/prng.h"

namespace lockstep::market {
namespace {

std::vector<StepRecord> noisy_run(u64 seed, std::size_t steps) {
  Prng prng(seed);
  std::vector<StepRecord> records(steps);
  for (StepRecord& record : records) {
    record.fundamental = Price::from_raw(prng.between(88'000, 100'000) * price_one);
    record.price = Price::from_raw(prng.between(85'000, 100'000) * price_one);
    record.liquidated = Value::from_raw(prng.between(0, 5'000'000) * value_one);
    record.fund = Value::from_raw(prng.between(-1'000'000, 9'000'000) * value_one);
  }
  return records;
}

// Empty if every tag is closed in order and nothing but text lies between tags.
std::string broken(const std::string& svg) {
  std::vector<std::string> open;
  std::size_t at = 0;
  while ((at = svg.find('<', at)) != std::string::npos) {
    const std::size_t end = svg.find('>', at);
    if (end == std::string::npos) return "a tag without an end";
    const std::string tag = svg.substr(at + 1, end - at - 1);
    if (tag.find('<') != std::string::npos) return "a tag inside of " + tag;
    const std::string name =
        tag.substr(tag[0] == '/' ? 1 : 0, tag.find_first_of(" /", 1) - (tag[0] == '/' ? 1 : 0));
    if (tag[0] == '/') {
      if (open.empty() || open.back() != tag.substr(1)) return "</" + tag.substr(1) + "> closes nothing";
      open.pop_back();
    } else if (tag.back() != '/') {
      open.push_back(name);
    }
    at = end;
  }
  return open.empty() ? "" : open.back() + " is not closed";
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) found += 1;
  return found;
}

TEST(Picture, TheCheckItselfFindsWhatIsBroken) {
  EXPECT_EQ(broken("<a><b/></a>"), "");
  EXPECT_EQ(broken("<a><b></a>"), "</a> closes nothing");
  EXPECT_EQ(broken("<a>"), "a is not closed");
}

TEST(Picture, IsWellFormedAndSmallForEveryNumberOfRuns) {
  std::vector<std::vector<StepRecord>> runs;
  for (u64 seed = 0; seed < picture_runs_max; ++seed) runs.push_back(noisy_run(seed, 22'201));
  Picture picture;
  picture.title = "-12 % in 4 minutes & 2 % of the depth <left>";
  for (std::size_t i = 0; i < runs.size(); ++i) {
    picture.runs.push_back({"policy " + std::to_string(i), runs[i]});
    const std::string svg = draw(picture);
    EXPECT_EQ(broken(svg), "");
    EXPECT_LT(svg.size(), 60'000u) << i;
    EXPECT_EQ(count(svg, "<polyline"), 3 * (i + 1) + 2);  // and the fundamental, and its line in the legend
    EXPECT_EQ(svg, draw(picture));
  }
  EXPECT_EQ(count(draw(picture), "&lt;left&gt;"), 2u);  // as title and as heading
}

TEST(Picture, ShowsOneSecondsSpikeOfADay) {
  std::vector<StepRecord> steps(86'400);
  for (StepRecord& step : steps) step.fundamental = step.price = Price::from_raw(100'000 * price_one);
  steps[50'000].price = Price::from_raw(80'000 * price_one);
  const std::string svg = draw({"a day", second, "USDT", {{"naive", steps}}});
  EXPECT_EQ(count(svg, ">80,000</text>"), 1u);
  EXPECT_EQ(count(svg, ",230 "), 1u);  // a point at the price panel's bottom
}

TEST(Picture, OfOneStepIsAPictureToo) {
  const std::vector<StepRecord> steps = noisy_run(1, 1);
  EXPECT_EQ(broken(draw({"short", second, "USDT", {{"naive", steps}}})), "");
}

}  // namespace
}  // namespace lockstep::market
