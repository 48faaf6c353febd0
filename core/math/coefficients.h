// The polynomial coefficients of elementary.h.  They are mathematical constants, written as hexadecimal
// floating point so that no decimal conversion can move a bit.  How they were made (any arbitrary-precision
// package will reproduce them; 60 digits were carried, and each coefficient was rounded to binary64 once,
// at the end):
//
//   exp_q[11]     q of degree 10 with exp(r) = 1 + (r + r^2 q(r)).  Remez exchange for (exp(r) - 1 - r) / r^2
//                 on |r| <= 1.0005 ln(2)/2, error weighted by r^2 / exp(r) + 1e-12.
//                 Largest relative error 5.34e-20.
//   log_l[7]      l of degree 6 with ln((1+s)/(1-s)) = 2s + s z l(z), z = s^2.  Remez exchange for
//                 (ln((1+s)/(1-s)) - 2s) / (s z) on 0 <= z <= (1.0002 (sqrt 2 - 1)/(sqrt 2 + 1))^2, error
//                 weighted by (z + 1e-8)/2.  Largest relative error 1.24e-18.
//   erfcx_p[25]   p of degree 24 with (1 + 2t) exp(t^2) erfc(t) = p(y), y = (t - 3.75)/(t + 3.75), t >= 0.
//                 Interpolation at the 25 Chebyshev nodes of [-1, 1], turned into powers of y.  Largest
//                 relative error 5.5e-18; the sum of |coefficient| is 1.76, so the power form loses nothing.
//   hazard_p, hazard_q
//                 h = W p(r)/(1 + r q(r)), r = sqrt W, W = ln(1 + 1/zeta): the inverse of Bachelier's ratio
//                 zeta = phi(h)/h - Phi(-h) on 1e-4 <= h <= 9.5.  A rational fit with relative error 3.9e-7.
//                 Only the starting guess of core/pricing/implied.h: any fit as good would do;
//                 this one fixes the bits.
#pragma once

namespace lockstep::math {

inline constexpr double exp_q[11] = {
    0x1.0000000000000p-1,  0x1.555555555555bp-3,  0x1.5555555555503p-5,  0x1.111111110ec3fp-7,
    0x1.6c16c16c305dap-10, 0x1.a01a01b38a1bdp-13, 0x1.a01a01364eebcp-16, 0x1.71ddf00277ba7p-19,
    0x1.27e5b491554d3p-22, 0x1.af6c1dc83d475p-26, 0x1.1e3d09ec86707p-29,
};

inline constexpr double log_l[7] = {
    0x1.5555555555593p-1, 0x1.999999997fcb6p-2, 0x1.2492494200811p-2, 0x1.c71c51fc073dcp-3,
    0x1.746641cf7d468p-3, 0x1.39a16bb4de3d9p-3, 0x1.2f08a77e5a3b6p-3,
};

inline constexpr double erfcx_p[25] = {
    0x1.3ccda0b5d5dc2p+0,  -0x1.1f367683f89a5p-3,  0x1.d5f2948159e20p-9,   0x1.510169d096658p-4,
    -0x1.bda9309a28be0p-4, 0x1.7a14188a9ce86p-4,   -0x1.e0d0fa6df428dp-5,  0x1.d0b0037d155f4p-6,
    -0x1.3f603c3682d81p-7, 0x1.cc3a0e7d99253p-10,  0x1.33fb27421f98cp-12,  -0x1.303fa49e236d5p-12,
    0x1.b143d63ea931ep-15, 0x1.778b948121ce1p-16,  -0x1.8002c11990e5bp-17, -0x1.0556aa18e657bp-20,
    0x1.d65081c59291dp-20, -0x1.eb7b41166a177p-25, -0x1.1636c8002e495p-22, 0x1.8fa2f9fdc0311p-26,
    0x1.4eb5efb28ed5dp-25, -0x1.01418b99efa2ep-28, -0x1.6b2228df54be4p-28, 0x1.55fb76b7dbdd0p-32,
    0x1.e7a100062f385p-32,
};

inline constexpr double hazard_p[6] = {
    0x1.98844073fb3dcp-2,  -0x1.30f441040c253p-3, 0x1.1c495870d55ecp-4,
    -0x1.2848c1285f830p-9, 0x1.7fb0fdf80ac10p-10, 0x1.eac982042bd00p-11,
};
inline constexpr double hazard_q[6] = {
    -0x1.7e39e76d1a700p-2, 0x1.649e151a06a16p-3,  -0x1.8ecb1b6db524dp-8,
    0x1.046c9c36a7bf3p-7,  0x1.5aa296b9ca440p-11, 0x1.613b6ab475680p-11,
};

}  // namespace lockstep::math
