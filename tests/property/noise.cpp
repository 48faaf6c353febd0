// Noise for one field of a command: the extremes of its type, small numbers around zero, and anything.
#include "core/wire/fields.h"
#include "tests/property/stream.h"

namespace lockstep::property {
namespace {

template <class T>
T noisy_integer(Prng& prng) {
  using Unsigned = std::conditional_t<sizeof(T) == 16, u128, u64>;
  Unsigned bits = prng.next();
  if constexpr (sizeof(T) == 16) bits = (bits << 64) | prng.next();
  const unsigned width = static_cast<unsigned>(sizeof(T) * 8);
  switch (prng.below(6)) {
    case 0: return T{0};
    case 1: return T{1};
    case 2: return static_cast<T>(~Unsigned{0});                      // -1, or the largest
    case 3: return static_cast<T>(Unsigned{1} << (width - 1));        // the smallest, if signed
    case 4: return static_cast<T>((Unsigned{1} << (width - 1)) - 1);  // the largest, if signed
    default: return static_cast<T>(bits >> prng.below(width));
  }
}

// Counts fields down and puts noise into the one where the count arrives at zero.
struct Noise {
  Prng& prng;
  u64 left;

  template <class T>
  void operator()(std::string_view, T& x) {
    visit(x);
  }
  template <class T>
  void visit(T& x) {
    using namespace wire;
    if constexpr (is_vector<T>) {
      if (left-- == 0) return resize(x);
      if (!x.empty()) visit(x[prng.below(x.size())]);
    } else if constexpr (is_scalar<T> || std::is_same_v<T, std::string>) {
      if (left-- == 0) replace(x);
    } else {
      T::each_field(x, *this);
    }
  }
  template <class T>
  void resize(std::vector<T>& x) {
    if (prng.chance(1, 2)) return x.clear();
    if (!x.empty()) x.push_back(x.front());
  }
  template <class T>
  void replace(T& x) {
    using namespace wire;
    if constexpr (std::is_same_v<T, std::string>) {
      x = prng.chance(1, 3) ? "" : std::string(prng.below(100), static_cast<char>('a' + prng.below(30)));
    } else if constexpr (std::is_same_v<T, bool>) {
      x = !x;
    } else if constexpr (std::is_enum_v<T>) {
      x = static_cast<T>(prng.below(static_cast<u64>(LastValue<T>::last) + 1));
    } else if constexpr (is_unit<T>) {
      x = T::from_raw(noisy_integer<typename T::rep>(prng));
    } else if constexpr (is_id<T>) {
      x.index = prng.chance(1, 2) ? static_cast<u32>(prng.below(8)) : noisy_integer<u32>(prng);
    } else {
      x = noisy_integer<T>(prng);
    }
  }
};

}  // namespace

void add_noise(Command& command, Prng& prng) {
  Noise noise{prng, prng.below(14)};
  std::visit([&noise](auto& c) { std::decay_t<decltype(c)>::each_field(c, noise); }, command);
}

}  // namespace lockstep::property
