// SHA-256 (FIPS 180-4): identity of frames, snapshots and rulebook images.  The one wrapper around OpenSSL
// (house rule R4).  Unlike core/base/hash.h it is made against attackers: nobody can write two contents with
// one identity.
#pragma once

#include <array>
#include <span>
#include <string>

#include "core/base/int.h"

namespace lockstep {

struct Hash256 {
  std::array<u8, 32> bytes{};
  friend constexpr bool operator==(const Hash256&, const Hash256&) = default;
};

// A reusable computation: the OpenSSL context is made once, which matters for frames of one command.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  // The hash of `domain` followed by `data`.  The domain is a fixed text per kind of object, so that the hash
  // of one kind can never be presented as the hash of another.
  Hash256 operator()(std::string_view domain, std::span<const u8> data);

 private:
  void* context_;
};

// The plain hash of `data`.
Hash256 sha256(std::span<const u8> data);

// 64 lower-case hexadecimal digits.
std::string to_hex(const Hash256& hash);

}  // namespace lockstep
