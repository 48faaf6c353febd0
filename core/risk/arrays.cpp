#include "core/risk/arrays.h"

#include "core/math/elementary.h"
#include "core/pricing/convert.h"
#include "core/pricing/surface.h"
#include "core/units/limits.h"

namespace lockstep {
namespace {

constexpr double units_per_one = 1e12;
static_assert(limits::array_decimals == 12);

double real(Price price) { return static_cast<double>(price.raw()) / static_cast<double>(price_one); }
double real(Rate rate) { return static_cast<double>(rate.raw()) / static_cast<double>(rate_one); }

bool fits(double units) { return math::absolute(units) < static_cast<double>(limits::array_raw_max); }

double series_volatility(const Series& series, double forward, double strike) {
  const double at_fit = years_of(series.expiry - series.stamp.at);
  constexpr double years_min = 1e-6;  // half a minute
  const double span = at_fit < years_min ? years_min : at_fit;
  return volatility(smile_of(series.slice), span, math::log(strike / forward));
}

// The option under one shock of price and one volatility, per coin, discounted.
class Pricer {
 public:
  explicit Pricer(const OptionInputs& option) : option_(option) {
    inside_ = option.window.years_to_start <= 0 && option.window.years_length > 0;
    if (inside_) return;
    years_ = option.window.years_to_start + option.window.years_length / 3.0;
    if (total(1.0) > 0) terms_ = option_terms(total(1.0), option.strike, years_, option.is_call);
  }
  double operator()(const PriceShock& shock, double volatility) const {
    return option_.discount * undiscounted(shock, volatility);
  }
  // ln(K/F), nothing shocked.
  double log_strike() const { return -terms_.log_moneyness; }
  double years() const { return years_; }

 private:
  double total(double factor) const { return option_.forward * factor + option_.fixed; }
  double undiscounted(const PriceShock& shock, double volatility) const {
    const OptionInputs& o = option_;
    if (inside_) {
      return o.inverse ? averaged_inverse_value(o.window, o.forward, o.strike, shock, volatility, o.is_call)
                       : averaged_value(o.window, o.forward, o.strike, shock, volatility, o.is_call);
    }
    if (o.inverse) return inverse_value_at(terms_, shock, volatility);
    if (o.fixed == 0 && o.forward > 0) return value_at(terms_, shock, volatility);
    const double forward = total(shock.factor);
    if (forward <= 0) return o.is_call ? 0.0 : o.strike;
    return black_value(forward, o.strike, years_, volatility, o.is_call);
  }

  const OptionInputs& option_;
  bool inside_ = false;
  double years_ = 0;
  OptionTerms terms_;
};

struct Volatilities {
  double down;
  double same;
  double up;
};

Volatilities shocked_volatilities(const OptionInputs& option, const GridRow& grid) {
  constexpr double pivot_days = 30.0;
  const double days_min = real(grid.days_min);
  const double days = option.days < days_min ? days_min : option.days;
  if (days <= 0) return {.down = option.volatility, .same = option.volatility, .up = option.volatility};
  const double power = real(option.days <= pivot_days ? grid.power_short : grid.power_long);
  const double stretch = math::exp(power * math::log(pivot_days / days));
  const double v = option.volatility;
  const double up = v * (1.0 + real(grid.volatility_up) * stretch);
  const double down = v * (1.0 - real(grid.volatility_down) * stretch);
  const double up_min = real(grid.volatility_up_min);
  return {.down = down > 0 ? down : 0.0, .same = v, .up = up > up_min ? up : up_min};
}

double skewed_volatility(const OptionInputs& option, const Pricer& price, const Skew& skew, bool absolute) {
  if (option.strike <= 0) return option.volatility;
  const double root = math::square_root(price.years() > 0 ? price.years() : 0.0);
  const double cap = absolute ? real(skew.absolute_base) + root * real(skew.absolute_per_sqrt_year)
                              : real(skew.linear_base) + root * real(skew.linear_per_sqrt_year);
  const double width = root * real(skew.width) * (real(skew.level) + root * real(skew.level_per_sqrt_year));
  const double k_min = real(skew.k_min);
  const double turn_at = width > k_min ? width : k_min;
  const double k = absolute ? math::absolute(price.log_strike()) : price.log_strike();
  const double turn = k * cap / turn_at;
  const double held = k >= 0 ? (turn < cap ? turn : cap) : (turn > -cap ? turn : -cap);
  return option.volatility * (1.0 + held > 0 ? 1.0 + held : 0.0);
}

double listed_volatility(const OptionInputs& option, const Pricer& price, const GridRow& grid,
                         const Volatilities& shocked, const ListedScenario& scenario) {
  if (scenario.volatility_move != Rate{}) return option.volatility * (1.0 + real(scenario.volatility_move));
  switch (scenario.volatility) {
    case VolatilityMove::same: return shocked.same;
    case VolatilityMove::up: return shocked.up;
    case VolatilityMove::down: return shocked.down;
    case VolatilityMove::skew_linear: return skewed_volatility(option, price, grid.skew, false);
    case VolatilityMove::skew_absolute: return skewed_volatility(option, price, grid.skew, true);
  }
  return shocked.same;
}

PriceShock shock_of(Rate move) { return move == Rate{} ? PriceShock{} : price_shock(1.0 + real(move)); }

// Appends profits against the model value with nothing shocked.
struct Appender {
  std::vector<i64>& array;
  double unshocked;
  double scale;
  bool fit = true;
  void operator()(double profit) {
    const double units = profit * scale;
    fit = fit && fits(units);
    array.push_back(fit ? to_units(units, 1) : 0);
  }
};

}  // namespace

std::size_t scenario_count(const GridRow& grid) {
  return grid.moves.size() * 3 + grid.extreme_moves.size() + grid.listed.size();
}

bool option_inputs(const State& state, const Instrument& instrument, const Market& market,
                   const Series* series, Time at, OptionInputs& out) {
  Price forward = market.forward;
  if (forward == Price{} && series != nullptr) forward = series->forward;
  const bool sliced =
      market.volatility == Rate{} && series != nullptr && series->slice.kind != SliceKind::none;
  if (forward == Price{} || (market.volatility == Rate{} && !sliced)) return false;
  const Duration left = instrument.expiry - at;
  out.is_call = instrument.option == OptionType::call;
  out.inverse = instrument.inverse;
  out.forward = real(forward);
  out.strike = real(instrument.strike);
  out.volatility = sliced ? series_volatility(*series, out.forward, out.strike) : real(market.volatility);
  out.days = years_of(left) * 365.0;
  out.lot = static_cast<double>(instrument.lot) / 1e8;
  out.window = {.years_to_start = years_of(left - instrument.averaging),
                .years_length = years_of(instrument.averaging)};
  if (out.window.years_length <= 0 || out.window.years_to_start > 0) return true;

  // Inside the window the underlying is the index, and part of the average is known (methodology 7.5).
  const Price index = state.index(instrument.index).price;
  if (index == Price{}) return false;
  out.forward = real(index);
  out.window.mean = out.forward;
  if (series == nullptr || series->average_sum <= 0) return true;  // not seen: settlement is on the index too
  const Duration seen = series->average_until - (instrument.expiry - series->averaging);
  LS_ASSERT(seen.raw() > 0);
  const i128 mean = div(series->average_sum, seen.raw(), Round::nearest);
  out.window.mean = real(Price::from_raw(static_cast<i64>(mean)));
  return true;
}

i64 option_value_units(const OptionInputs& option) {
  const double units = Pricer(option)(PriceShock{}, option.volatility) * option.lot * units_per_one;
  return fits(units) ? to_units(units, 1) : limits::array_raw_max;
}

namespace {

double linear_delta(const OptionInputs& option, const AveragedUnderlying& u) {
  const double forward = u.forward + option.fixed;
  return option.discount *
         black_greeks(forward, option.strike, u.years, option.volatility, option.is_call).delta;
}

}  // namespace

i64 option_delta_units(const OptionInputs& option) {
  if (option.forward <= 0) return 0;
  const AveragedUnderlying u = averaged_underlying(option.window, option.forward);
  const double delta =
      option.inverse
          ? inverse_greeks(u.forward, option.strike, u.years, option.volatility, option.is_call).net_delta
          : linear_delta(option, u);
  const double units = delta * u.delta_factor * option.lot * units_per_one;
  return fits(units) ? to_units(units, 1) : limits::array_raw_max;
}

bool append_scenarios(const OptionInputs& option, const GridRow& grid, std::vector<i64>& array) {
  const Pricer price(option);
  const Volatilities shocked = shocked_volatilities(option, grid);
  const double unshocked = price(PriceShock{}, option.volatility);
  Appender append{array, unshocked, option.lot * units_per_one};
  for (const Rate move : grid.moves) {
    const PriceShock shock = shock_of(move);
    append(price(shock, shocked.down) - unshocked);
    append(price(shock, shocked.same) - unshocked);
    append(price(shock, shocked.up) - unshocked);
  }
  const double range = real(grid.extreme_range);
  for (const Rate move : grid.extreme_moves) {
    const PriceShock shock = price_shock(1.0 + real(move));
    double share = range / math::absolute(real(move));
    if (option.inverse) share *= shock.factor / (1.0 + (move < Rate{} ? -range : range));
    append((price(shock, shocked.up) - unshocked) * share);
  }
  for (const ListedScenario& scenario : grid.listed) {
    append(price(shock_of(scenario.move), listed_volatility(option, price, grid, shocked, scenario)) -
           unshocked);
  }
  return append.fit;
}

bool append_basis(const OptionInputs& option, const BasisRow& row, std::vector<i64>& array) {
  const Pricer price(option);
  const double unshocked = price(PriceShock{}, option.volatility);
  Appender append{array, unshocked, option.lot * units_per_one};
  for (const Rate move : {row.up, row.down}) append(price(shock_of(move), option.volatility) - unshocked);
  return append.fit;
}

}  // namespace lockstep
