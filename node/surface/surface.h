// From one chain to the next: forwards and smiles as they are published, and what is remembered between.
//
//   SurfaceState state;
//   for (const Chain& chain : chains) {
//     Result<Surface, ChainReject> surface = update(chain, rules, state);
//     if (surface && surface.value().due) send(forward_curve(..), volatility_surface(..));
//   }
//
// Temporal hygiene (quant.md section 2.5).  A surface is due if any volatility on nine nodes within two
// standard deviations moved by at least 0.05 points since the last one that was, if an expiry came or went,
// or after ten seconds.  Against a smile that was fitted less than ten minutes ago
//   - a poor fit (Flag::poor_fit) is not published: the last smile stays;
//   - a volatility moves at most five points, unless the quotes of at least three strikes lie beyond that.
// Both hold unless calendar order with the neighbours' new smiles forbids it; the flags say what was done.
// A smile that stays keeps its volatilities: its total variance shrinks with the time to expiry.
//
// The state is plain integers: stored and restored it gives the same surfaces (encode, decode).
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/model/commands.h"
#include "node/surface/fit.h"

namespace lockstep::surface {

struct SurfaceRules {
  QuoteRules quotes;
  ForwardRules forwards;
  FitRules fit;
  double move_least = 0.0005;  // volatility
  Duration every = Duration::from_raw(10 * second.raw());
  double move_most = 0.05;
  u32 confirming_strikes = 3;
  Duration smile_valid = Duration::from_raw(10 * minute.raw());
};

struct PublishedExpiry {
  Time expiry;
  Time fitted;
  Price forward;
  i64 basis = 0;  // annualised, multiples of 2^-40
  SurfaceSlice slice;
  SurfaceSlice essvi;  // the expiry's eSSVI smile
  friend bool operator==(const PublishedExpiry&, const PublishedExpiry&) = default;
};

struct SurfaceState {
  Time at;  // of the last surface that was due; 0: none yet
  std::vector<PublishedExpiry> expiries;
  friend bool operator==(const SurfaceState&, const SurfaceState&) = default;
};

Bytes encode(const SurfaceState& state);
// False if the bytes are no state: cut off, followed by more, out of order, or with a smile that has a
// defect.
bool decode(std::span<const u8> bytes, SurfaceState& state);

struct Surface {
  Time at;
  bool due = false;
  std::vector<ExpiryFit> expiries;  // in order of time
  DropCounts drops{};
};

enum class ChainReject : u8 {
  index,  // the index price is not finite, not positive or above the largest price
  empty,  // no row of an expiry that lies ahead
};
std::string_view reject_name(ChainReject reject);

// Changes the state only if the surface is due.
Result<Surface, ChainReject> update(const Chain& chain, const SurfaceRules& rules, SurfaceState& state);

// As the log carries them.  The engine refuses expiries of which it knows no option.
ForwardCurve forward_curve(const Surface& surface, IndexId index, u16 source, u64 sequence);
VolatilitySurface volatility_surface(const Surface& surface, IndexId index, u16 source, u64 sequence);

}  // namespace lockstep::surface
