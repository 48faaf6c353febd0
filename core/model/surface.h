// One expiry's volatility smile, as the log carries it: integers, never doubles (architecture section 4).  A
// slice gives total implied variance w(k) at log-moneyness k = ln(K/F); volatility is sqrt(w/T).
#pragma once

#include "core/base/int.h"

namespace lockstep {

// How the five parameters are read; each parameter is an integer multiple of 2^-40 (quant.md section 0, point
// 2).
//   none   no slice: volatility comes from the instrument's own implied volatility
//   svi    raw SVI, Gatheral and Jacquier 2014:  a, b, rho, m, sigma
//   essvi  extended SSVI, Hendriks and Martini:  theta, rho, psi  (p3 and p4 are zero)
enum class SliceKind : u8 { none, svi, essvi };

constexpr i64 slice_one = i64{1} << 40;

struct SurfaceSlice {
  SliceKind kind = SliceKind::none;
  i64 p0 = 0;
  i64 p1 = 0;
  i64 p2 = 0;
  i64 p3 = 0;
  i64 p4 = 0;
  friend bool operator==(const SurfaceSlice&, const SurfaceSlice&) = default;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("kind", s.kind), f("p0", s.p0), f("p1", s.p1), f("p2", s.p2), f("p3", s.p3), f("p4", s.p4);
  }
};

}  // namespace lockstep
