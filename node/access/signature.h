// What proves a key: HMAC-SHA256 (RFC 2104) with a shared secret and Ed25519 (RFC 8032) with a public key,
// over Deribit's texts.  The one wrapper around OpenSSL in this module, besides the randomness of tokens.
//
//   a call over HTTP    ts "\n" nonce "\n" METHOD "\n" target "\n" body "\n"    target: as it was sent
//   public/auth         timestamp "\n" nonce "\n" data
//
// An HMAC is written in 64 hexadecimal digits, an Ed25519 signature in base64.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "core/base/int.h"
#include "core/base/result.h"
#include "node/access/keys.h"

namespace lockstep::access {

std::array<u8, 32> hmac_sha256(std::string_view secret, std::string_view text);
bool verify_ed25519(const std::array<u8, 32>& public_key, std::string_view text, std::string_view signature);

// Whether the key made it.  Takes as long for every wrong one.
bool is_signed_by(const Key& key, std::string_view text, std::string_view signature);
// Compares hashes of both, so that neither place nor length of a difference shows in the time it takes.
bool same_secret(std::string_view a, std::string_view b);

std::string call_text(std::string_view ts, std::string_view nonce, std::string_view method,
                      std::string_view target, std::string_view body);

// The four parts of `deri-hmac-sha256 id=..,ts=..,sig=..,nonce=..` behind the first word, in any order.
struct Signature {
  std::string id, ts, sig, nonce;
};
Result<Signature, std::string> parse_signature(std::string_view parts);

// Standard alphabet, padded, nothing left over.
bool from_base64(std::string_view text, std::string& out);
bool from_hex(std::string_view text, std::string& out);  // digits of either case

}  // namespace lockstep::access
