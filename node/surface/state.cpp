// The surface's state as bytes: a version, the moment, then the expiries, little-endian.
#include "node/surface/surface.h"

namespace lockstep::surface {
namespace {

constexpr u32 version = 1;
constexpr u32 expiries_max = 10'000;

void write(Writer& writer, const SurfaceSlice& slice) {
  writer.integer(static_cast<u8>(slice.kind));
  for (const i64 parameter : {slice.p0, slice.p1, slice.p2, slice.p3, slice.p4}) writer.integer(parameter);
}

SurfaceSlice read_slice(Reader& reader) {
  SurfaceSlice slice;
  const u8 kind = reader.integer<u8>();
  slice.kind = kind <= static_cast<u8>(SliceKind::essvi) ? static_cast<SliceKind>(kind) : SliceKind::none;
  slice.p0 = reader.integer<i64>();
  slice.p1 = reader.integer<i64>();
  slice.p2 = reader.integer<i64>();
  slice.p3 = reader.integer<i64>();
  slice.p4 = reader.integer<i64>();
  return slice;
}

bool valid(const PublishedExpiry& e, Time at) {
  constexpr i64 basis_max = i64{1} << 52;
  return e.expiry > at && e.fitted <= at && e.forward > Price{} && e.basis >= -basis_max &&
         e.basis <= basis_max && e.essvi.kind == SliceKind::essvi &&
         smile_defect(e.slice) == SmileDefect::none && smile_defect(e.essvi) == SmileDefect::none;
}

}  // namespace

Bytes encode(const SurfaceState& state) {
  Bytes bytes;
  Writer writer(bytes);
  writer.integer(version);
  writer.integer(state.at.raw());
  writer.integer(static_cast<u32>(state.expiries.size()));
  for (const PublishedExpiry& e : state.expiries) {
    writer.integer(e.expiry.raw());
    writer.integer(e.fitted.raw());
    writer.integer(e.forward.raw());
    writer.integer(e.basis);
    write(writer, e.slice);
    write(writer, e.essvi);
  }
  return bytes;
}

bool decode(std::span<const u8> bytes, SurfaceState& state) {
  Reader reader(bytes);
  SurfaceState read;
  if (reader.integer<u32>() != version) return false;
  read.at = Time::from_raw(reader.integer<i64>());
  const u32 count = reader.integer<u32>();
  if (count > expiries_max) return false;
  for (u32 i = 0; i < count; ++i) {
    PublishedExpiry e;
    e.expiry = Time::from_raw(reader.integer<i64>());
    e.fitted = Time::from_raw(reader.integer<i64>());
    e.forward = Price::from_raw(reader.integer<i64>());
    e.basis = reader.integer<i64>();
    e.slice = read_slice(reader);
    e.essvi = read_slice(reader);
    if (reader.failed() || !valid(e, read.at)) return false;
    if (!read.expiries.empty() && e.expiry <= read.expiries.back().expiry) return false;
    read.expiries.push_back(e);
  }
  if (reader.failed() || reader.left() != 0) return false;
  state = std::move(read);
  return true;
}

}  // namespace lockstep::surface
