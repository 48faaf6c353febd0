// Ed25519 keys of replicas: what they say is signed, and whoever reads it checks.  The one wrapper around
// OpenSSL's signatures.
#pragma once

#include <array>
#include <string>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "node/io/disk.h"

namespace lockstep {

struct SigningKey {
  std::array<u8, 32> secret{};
  std::string name;  // the public key, 64 hexadecimal digits: Replica::key
};
constexpr std::size_t signature_size = 64;

SigningKey key_of(const std::array<u8, 32>& secret);
// The key in folder/key (64 hexadecimal digits); made from the system's randomness where there is none.
Result<SigningKey, Fault> load_key(Disk& disk, const std::string& folder);

// Appends the signature of `data` to it.
void sign(const SigningKey& key, Bytes& data);
// The data in front of a valid signature by the key of that name; empty if it is not valid.
std::span<const u8> signed_data(const std::string& name, std::span<const u8> bytes);

}  // namespace lockstep
