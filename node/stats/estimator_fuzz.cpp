// Any bytes as the state of an estimator: the first byte chooses which, the rest is read.  It must fail, or
// be a state that is written as the same bytes again and can be used.
#include <algorithm>
#include <cstdlib>

#include "node/stats/correlation.h"
#include "node/stats/coverage.h"
#include "node/stats/dcc.h"
#include "node/stats/ewma.h"
#include "node/stats/garch.h"
#include "node/stats/rolling_quantile.h"
#include "node/stats/shrinkage.h"
#include "node/stats/synchronise.h"

namespace {

using namespace lockstep;
using namespace lockstep::stats;

template <class State, class Use>
void try_state(std::span<const u8> bytes, State state, Use use) {
  Reader reader(bytes);
  state.read(reader);
  if (!reader.done()) return;
  Bytes again;
  Writer writer(again);
  state.write(writer);
  if (!std::equal(bytes.begin(), bytes.end(), again.begin(), again.end())) std::abort();
  use(state);
}

void check_matrix(const Matrix& correlation) {
  for (const double rho : correlation.values) {
    if (!(-1 <= rho && rho <= 1)) std::abort();
  }
}

void use_bars(BarReturns& bars) {
  bars.add(0, bars.end, 100);
  bars.close();
}

void use_coverage(Coverage& coverage) {
  coverage.add(2, 1);
  const double p_value = christoffersen_joint(coverage, 0.01).p_value;
  if (!(0 <= p_value && p_value <= 1)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::span<const u8> bytes(data + 1, size - 1);
  const std::vector<std::optional<double>> bar(assets_max, 0.01);
  const auto bar_for = [&](const auto& state) { return Returns(bar).first(state.assets()); };
  switch (data[0] % 10) {
    case 0:
      try_state(bytes, VolatilityEwma{}, [](VolatilityEwma& state) {
        state.add(Time::from_raw(i64{1} << 61), 100);
        if (state.volatility_per_year() && !is_finite(*state.volatility_per_year())) std::abort();
      });
      break;
    case 1:
      try_state(bytes, RollingQuantile(1), [](RollingQuantile& state) {
        if (!state.add(5) || !state.quantile(0.99)) std::abort();
      });
      break;
    case 2: try_state(bytes, Coverage{}, use_coverage); break;
    case 3:
      try_state(bytes, PairMoments{}, [&](PairMoments& state) {
        state.add(bar_for(state));
        check_matrix(state.correlation());
      });
      break;
    case 4:
      try_state(bytes, Correlations{}, [&](Correlations& state) {
        state.add(bar_for(state));
        check_matrix(state.worst.worst);
        check_matrix(state.worst.earlier);
      });
      break;
    case 5:
      try_state(bytes, Dcc{}, [&](Dcc& state) {
        state.add(bar_for(state));
        check_matrix(state.correlation());
      });
      break;
    case 6: try_state(bytes, BarReturns{}, use_bars); break;
    case 7:
      try_state(bytes, HayashiYoshida{}, [](HayashiYoshida& state) { state.add(0, state.side[0].last, 5); });
      break;
    case 8: try_state(bytes, Garch{}, [](Garch& state) { state.add(0.01); }); break;
    default:
      try_state(bytes, ShrinkageMoments{}, [&](ShrinkageMoments& state) {
        const Returns returns = Returns(bar).first(state.second.assets());
        state.add(returns);
        shrink(state, Target::constant_correlation);
      });
  }
  return 0;
}
