// Any bytes as the state of a calibrator of BTC and ETH.  It must fail, or be a state that is written as the
// same bytes again and goes on: an hour later it says what it would publish.
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "node/calibrate/calibrator.h"
#include "node/rules/compile.h"

namespace {

using namespace lockstep;
using namespace lockstep::calibrate;

constexpr const char* rulebook_text = R"(
rulebook = "small"
version  = "1"
source   = "a test"
money    = "USD"
leverage_default = "10"
[scheme.portfolio]
margin_balance   = "equity"
unit_maintenance = "max(moves, least) + large"
unit_initial     = "1.25 * maintenance"
initial          = "sum(unit) - together + orders"
maintenance      = "sum(unit) - together"
orders           = { rule = "worst position" }
liquidate        = "margin balance < maintenance"
[component.moves]
kind       = "scenario_grid"
applies_to = ["linear perpetual", "inverse option"]
[component.moves.rows]
BTC     = { moves = "±0 4 8 12 16 %", volatility_up = "45 %", volatility_down = "25 %", volatility_up_min = "0 %", power_short = "0.3", power_long = "0.13", days_min = "1", extreme_moves = "±33 66 %", extreme_range = "16 %", dampener = "0" } # // size: a row is one line
default = { moves = "±0 8 16 24 32 %", volatility_up = "60 %", volatility_down = "30 %", volatility_up_min = "0 %", power_short = "0.3", power_long = "0.13", days_min = "1", extreme_moves = "±60 80 %", extreme_range = "32 %", dampener = "0" } # // size: a row is one line
[component.least]
kind       = "minimum_charge"
applies_to = ["linear perpetual", "inverse option"]
[component.least.rows]
default = { net = "2 %", hedged = "0.5 %" }
[component.large]
kind       = "concentration"
applies_to = ["linear perpetual", "inverse option"]
[component.large.rows]
BTC       = [["0", "0 %", "1000", "0"], ["25 M", "2 %", "50", "500 k"], ["100 M", "5 %", "20", "3.5 M"]]
default   = [["0", "0 %", "1000", "0"], ["1 M", "5 %", "20", "50 k"], ["5 M", "10 %", "10", "300 k"]]
[component.together]
kind = "offset"
[component.together.rows]
BTC = { other = "ETH", credit = "50 %" }
[collateral.BTC]
initial     = { asset = "90 %", debt = "110 %" }
maintenance = { asset = "95 %", debt = "105 %" }
steps       = [["0", "100 %"], ["10 M", "90 %"], ["50 M", "50 %"]]
[prices]
stale_after = { mark = "1 min", index = "1 min", volatility = "10 min" }
divergence  = { perpetual = "10 %", future = "30 %" }
[prices.allow]
stale    = ["reduce"]
diverged = ["reduce"]
missing  = []
[gaps]
)";

const Rulebook& rulebook() {
  static const Rulebook rules = [] {
    Result<Rulebook, Fault> compiled = compile_rulebook_text(rulebook_text, "small.toml");
    if (!compiled) {
      std::fputs(compiled.error().what.c_str(), stderr);
      std::abort();
    }
    return std::move(compiled).value();
  }();
  return rules;
}

void use(Calibrator& calibrator) {
  const Time next = calibrator.estimator.now + hour;
  calibrate::Event event;
  event.at = next;
  event.is_hour = true;
  for (const u32 asset : {0u, 1u}) {
    for (const u32 venue : {0u, 1u, 2u}) event.closes.push_back({next, next, asset, venue, 100.0, 5.0});
  }
  observe(calibrator, event);
  const Evaluation evaluation = evaluate(calibrator, rulebook());
  if (evaluation.proposal.explanations.empty()) std::abort();
  note_of(evaluation);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const u8> bytes(data, size);
  Calibrator calibrator({"BTC", "ETH"}, CalibratorPolicy{});
  Reader reader(bytes);
  calibrator.read(reader);
  if (!reader.done()) return 0;
  Bytes again;
  Writer writer(again);
  calibrator.write(writer);
  if (!std::equal(bytes.begin(), bytes.end(), again.begin(), again.end())) std::abort();
  use(calibrator);
  return 0;
}
