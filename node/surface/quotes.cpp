#include "node/surface/quotes.h"

#include <algorithm>
#include <tuple>

#include "core/pricing/convert.h"
#include "core/pricing/implied.h"
#include "node/surface/robust.h"

namespace lockstep::surface {
namespace {

using math::absolute;
using math::square_root;

constexpr double strike_min = 1e-8, strike_max = 1e12;
constexpr double mark_max = volatility_max;

bool finite(double x) { return x - x == 0; }

void count(DropCounts& counts, Drop drop) { ++counts[static_cast<std::size_t>(drop)]; }

// Everything that tells two rows apart, so that no order of arrival shows in the result.
auto order_of(const OptionRow& r) {
  return std::tuple(r.expiry.raw(), r.strike, r.is_call, r.age.raw(), r.bid, r.ask, r.mark_volatility,
                    r.forward);
}

bool same_option(const OptionRow& a, const OptionRow& b) {
  return a.expiry == b.expiry && a.strike == b.strike && a.is_call == b.is_call;
}

Drop first_test(const OptionRow& row, Time now) {
  if (row.expiry <= now) return Drop::expired;
  if (!(row.strike >= strike_min && row.strike <= strike_max)) return Drop::bad_strike;
  if (!finite(row.bid) || !finite(row.ask) || row.bid < 0 || row.ask < 0) return Drop::bad_price;
  return Drop::none;
}

// What is known of a quote before there is a forward.
Drop second_test(const OptionRow& row, const QuoteRules& rules) {
  if (row.age > rules.stale_after) return Drop::stale;
  if (row.bid == 0 && row.ask == 0) return Drop::empty;
  if (row.bid == 0 || row.ask == 0) return Drop::one_sided;
  return row.bid > row.ask ? Drop::crossed : Drop::none;
}

// Of several rows of one option: the youngest; if the youngest differ, none.  Counts the others.
void keep_one(std::vector<OptionRow>& rows, DropCounts& counts) {
  std::vector<OptionRow> kept;
  for (std::size_t i = 0; i < rows.size();) {
    std::size_t end = i + 1;
    while (end < rows.size() && same_option(rows[end], rows[i])) ++end;
    const bool contradicted = end > i + 1 && rows[i + 1].age == rows[i].age &&
                              (rows[i + 1].bid != rows[i].bid || rows[i + 1].ask != rows[i].ask);
    counts[static_cast<std::size_t>(Drop::duplicate)] += end - i - (contradicted ? 0 : 1);
    if (!contradicted) kept.push_back(rows[i]);
    i = end;
  }
  rows = std::move(kept);
}

double volatility_of(double price, const OptionRow& row, double forward, double years, bool inverse) {
  const Result<double, ImpliedReject> implied =
      inverse ? inverse_implied_volatility(forward, row.strike, years, price, 0, row.is_call)
              : implied_volatility(forward, row.strike, years, price, 0, row.is_call);
  return implied ? implied.value() : 0.0;
}

// Of the out-of-the-money side, in size.
double outer_delta(double k, double deviation) {
  return math::normal_cdf(-absolute(k) / deviation + (k > 0 ? 0.5 : -0.5) * deviation);
}

struct Tested {
  Quote quote{};
  Drop drop = Drop::none;
  double width = 0;  // spread over middle price
};

Tested third_test(const OptionRow& row, double forward, double years, bool inverse, const QuoteRules& rules) {
  const double unit = inverse ? forward : 1.0;
  const double intrinsic = intrinsic_value(forward, row.strike, row.is_call);
  const double bound = row.is_call ? forward : row.strike;
  Tested result;
  Quote& quote = result.quote;
  quote.strike = row.strike;
  quote.is_call = row.is_call;
  quote.k = math::log(row.strike / forward);
  if (row.ask * unit <= intrinsic) return {quote, Drop::below_intrinsic};
  if (row.bid * unit >= bound || row.ask * unit >= bound) return {quote, Drop::above_bound};
  const bool outside = row.is_call ? row.strike >= forward : row.strike <= forward;
  const double root = square_root(years);
  // Of an inner option only the one near the money counts, within a tenth of a standard deviation; far from
  // it no volatility up to 500 % needs to be asked.
  if (!outside && absolute(quote.k) > 0.5 * root) return {quote, Drop::in_the_money};
  const double middle = 0.5 * (row.bid + row.ask);
  quote.middle = volatility_of(middle, row, forward, years, inverse);
  if (!outside && !(absolute(quote.k) <= 0.1 * quote.middle * root)) return {quote, Drop::in_the_money};
  if (!(quote.middle > 0)) return {quote, Drop::below_intrinsic};
  if (outer_delta(quote.k, quote.middle * root) < rules.delta_min) return {quote, Drop::far_out};
  quote.ask = volatility_of(row.ask, row, forward, years, inverse);
  quote.bid = volatility_of(row.bid, row, forward, years, inverse);
  if (!(quote.ask > 0)) return {quote, Drop::above_bound};
  if (quote.bid <= 0) return {quote, outside ? Drop::below_intrinsic : Drop::in_the_money};
  result.width = (row.ask - row.bid) / middle;
  if (result.width > rules.wide) result.drop = Drop::wide;
  return result;
}

// Up to three quotes of other strikes on one side, the nearest first.
struct Near {
  const Quote* quotes[3];
  std::size_t count = 0;
  void add(const Quote& q) {
    if (count == 0 || quotes[count - 1]->strike != q.strike) quotes[count++] = &q;
  }
};

Near below(const std::vector<Quote>& quotes, std::size_t i) {
  Near near;
  for (std::size_t j = i; j-- > 0 && near.count < 3;) {
    if (quotes[j].strike != quotes[i].strike) near.add(quotes[j]);
  }
  return near;
}
Near above(const std::vector<Quote>& quotes, std::size_t i) {
  Near near;
  for (std::size_t j = i + 1; j < quotes.size() && near.count < 3; ++j) {
    if (quotes[j].strike != quotes[i].strike) near.add(quotes[j]);
  }
  return near;
}

// The volatility that the neighbours foretell: the median over lines through pairs of them, of two on either
// side or, near an end, of three on one side.
struct Foretold {
  double volatility = 0;  // 0: too few neighbours
  double spread = 0;      // the middle one of the neighbours'
  double doubt = 0;       // how far the lines are apart
  bool at_end = false;
};
Foretold foretold(const std::vector<Quote>& quotes, std::size_t i) {
  const Quote& own = quotes[i];
  const Near left = below(quotes, i), right = above(quotes, i);
  double values[4];
  std::size_t count = 0;
  const auto line = [&](const Quote& p, const Quote& q) {
    values[count++] = p.middle + (q.middle - p.middle) / (q.k - p.k) * (own.k - p.k);
  };
  if (left.count >= 2 && right.count >= 2) {
    for (std::size_t a = 0; a < 2; ++a) {
      for (std::size_t b = 0; b < 2; ++b) {
        line(*left.quotes[a], *right.quotes[b]);
      }
    }
  } else {
    const Near& near = left.count > right.count ? left : right;
    if (near.count < 3) return {};
    for (std::size_t a = 0; a < near.count; ++a) {
      for (std::size_t b = a + 1; b < near.count; ++b) line(*near.quotes[a], *near.quotes[b]);
    }
  }
  std::sort(values, values + count);
  const double middle =
      count % 2 == 1 ? values[count / 2] : 0.5 * (values[count / 2 - 1] + values[count / 2]);
  double spreads[6];
  std::size_t neighbours = 0;
  for (const Near* near : {&left, &right}) {
    for (std::size_t n = 0; n < near->count; ++n) {
      spreads[neighbours++] = near->quotes[n]->ask - near->quotes[n]->bid;
    }
  }
  std::sort(spreads, spreads + neighbours);
  return {middle, spreads[neighbours / 2], values[count - 1] - values[0], left.count < 2 || right.count < 2};
}

// Distance from what the neighbours foretell over what is allowed: a tenth of the volatility, twice the
// quoted spread and half of what the lines differ by (at the bottom of a steep smile they say little), half
// as much again at an end.  A quote's own spread counts up to three times the neighbours': else the wildest
// lies would excuse themselves.
double strangeness(const std::vector<Quote>& quotes, std::size_t i) {
  const Foretold expected = foretold(quotes, i);
  if (expected.volatility <= 0) return 0;
  const double spread = std::min(quotes[i].ask - quotes[i].bid, 3.0 * expected.spread);
  const double allowed = 0.1 * expected.volatility + 2.0 * spread + 0.5 * expected.doubt;
  return absolute(quotes[i].middle - expected.volatility) / (expected.at_end ? 1.5 * allowed : allowed);
}

// The strangest quote goes first, because its neighbours look strange beside it.
void drop_outliers(std::vector<Tested>& tested) {
  std::vector<Quote> quotes;
  std::vector<Tested*> origins;
  for (Tested& t : tested) {
    if (t.drop != Drop::none) continue;
    quotes.push_back(t.quote);
    origins.push_back(&t);
  }
  for (;;) {
    double most = 1;
    std::size_t strangest = quotes.size();
    for (std::size_t i = 0; i < quotes.size(); ++i) {
      const double strange = strangeness(quotes, i);
      if (strange > most) most = strange, strangest = i;
    }
    if (strangest == quotes.size()) return;
    origins[strangest]->drop = Drop::outlier;
    quotes.erase(quotes.begin() + static_cast<std::ptrdiff_t>(strangest));
    origins.erase(origins.begin() + static_cast<std::ptrdiff_t>(strangest));
  }
}

// Wide quotes come back where no better quote of their side lies further out: there they are all that is
// known, and their spread gives them little weight.
void restore_wings(std::vector<Tested>& tested, const QuoteRules& rules) {
  double left = 0, right = 0;
  for (const Tested& t : tested) {
    if (t.drop != Drop::none) continue;
    left = std::min(left, t.quote.k);
    right = std::max(right, t.quote.k);
  }
  for (Tested& t : tested) {
    const bool beyond = t.quote.k < left || t.quote.k > right;
    if (t.drop == Drop::wide && beyond && t.width <= rules.wide_wing) t.drop = Drop::none;
  }
}

// A price at the limits of what an option can be worth bounds nothing.
void add_bound(const OptionRow& row, double forward, double years, bool inverse, std::vector<Bound>& bounds) {
  const bool outside = row.is_call ? row.strike >= forward : row.strike <= forward;
  const double limit = (row.is_call ? forward : row.strike) / (inverse ? forward : 1.0);
  const double price = row.bid > 0 ? row.bid : row.ask;
  if (!outside || price >= limit) return;
  const double volatility = volatility_of(price, row, forward, years, inverse);
  if (volatility > 0) bounds.push_back({math::log(row.strike / forward), volatility, row.bid > 0});
}

void add_mark(const OptionRow& row, double forward, double years, std::vector<Mark>& marks) {
  if (row.mark_volatility == 0) return;
  const bool outside = row.is_call ? row.strike >= forward : row.strike < forward;
  const double k = math::log(row.strike / forward);
  const Mark mark{row.strike, k, row.mark_volatility,
                  outer_delta(k, row.mark_volatility * square_root(years))};
  if (!marks.empty() && marks.back().strike == row.strike) {
    if (outside) marks.back() = mark;
  } else {
    marks.push_back(mark);
  }
}

}  // namespace

std::string_view drop_name(Drop drop) {
  constexpr std::string_view names[drops] = {
      "used",        "expired",      "bad strike", "bad price",        "duplicate",
      "stale",       "no quote",     "one-sided",  "crossed",          "below intrinsic",
      "above bound", "in the money", "wide",       "delta below 0.01", "outlier"};
  return names[static_cast<std::size_t>(drop)];
}

std::vector<ExpiryRows> sorted_rows(const Chain& chain, const QuoteRules& rules, DropCounts& counts) {
  std::vector<OptionRow> rows;
  for (const OptionRow& row : chain.options) {
    const Drop drop = first_test(row, chain.at);
    if (drop == Drop::none) {
      rows.push_back(row);
      if (!(row.mark_volatility > 0 && row.mark_volatility <= mark_max)) rows.back().mark_volatility = 0;
      if (!(row.forward > 0 && finite(row.forward))) rows.back().forward = 0;
    } else {
      count(counts, drop);
    }
  }
  std::sort(rows.begin(), rows.end(),
            [](const OptionRow& a, const OptionRow& b) { return order_of(a) < order_of(b); });
  keep_one(rows, counts);
  std::vector<ExpiryRows> result;
  for (const OptionRow& row : rows) {
    if (result.empty() || result.back().expiry != row.expiry) {
      result.push_back({row.expiry, years_of(row.expiry - chain.at), {}});
    }
    result.back().rows.push_back({row, second_test(row, rules)});
  }
  return result;
}

ExpiryQuotes usable_quotes(const ExpiryRows& rows, double forward, bool inverse, const QuoteRules& rules,
                           DropCounts& counts) {
  LS_ASSERT(forward > 0 && rows.years > 0);
  ExpiryQuotes result;
  std::vector<Tested> tested;
  for (const Candidate& candidate : rows.rows) {
    add_mark(candidate.row, forward, rows.years, result.marks);
    if (candidate.drop == Drop::none) {
      tested.push_back(third_test(candidate.row, forward, rows.years, inverse, rules));
    } else {
      count(counts, candidate.drop);
      if (candidate.drop == Drop::one_sided) {
        add_bound(candidate.row, forward, rows.years, inverse, result.bounds);
      }
    }
  }
  restore_wings(tested, rules);
  drop_outliers(tested);
  for (const Tested& t : tested) {
    count(counts, t.drop);
    if (t.drop != Drop::none) continue;
    const bool again = !result.quotes.empty() && result.quotes.back().strike == t.quote.strike;
    result.quotes.push_back(t.quote);
    if (again) continue;
    ++result.strikes;
    ++(t.quote.k < 0 ? result.left : result.right);
  }
  return result;
}

}  // namespace lockstep::surface
