// Keys, a moment and signed calls for the tests of this module.
#pragma once

#include <string>

#include "node/access/access.h"

namespace lockstep::access::testing {

constexpr i64 now_ms = 1'764'000'000'000;
constexpr i64 now_us = now_ms * 1'000;
inline const std::string home = "192.0.2.7";
inline const std::string target = "/api/v2/private/buy?instrument_name=BTC-PERPETUAL&amount=10&label=a%20b";

inline Key hmac_key() {
  Key key;
  key.id = "desk";
  key.party = "fund";
  key.account = "fund-1";
  key.scopes = {true, true, true, false};
  key.secret = "correct-horse-battery";
  return key;
}
// The public key of RFC 8032, 7.1, test 1.
inline Key ed25519_key() {
  Key key;
  key.id = "risk";
  key.scopes = {true, false, false, true};
  key.kind = Key::Kind::ed25519;
  const bool read = parse_public_key("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", key.public_key);
  LS_ASSERT(read);
  return key;
}

inline std::string hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    text += "0123456789abcdef"[static_cast<u8>(c) >> 4];
    text += "0123456789abcdef"[static_cast<u8>(c) & 15];
  }
  return text;
}
inline std::string hmac_hex(std::string_view secret, std::string_view text) {
  const auto mac = hmac_sha256(secret, text);
  return hex({reinterpret_cast<const char*>(mac.data()), mac.size()});
}

// As ccxt signs a GET.
inline std::string signed_header(i64 ts_ms, const std::string& nonce, const std::string& uri,
                                 const Key& key = hmac_key()) {
  const std::string ts = std::to_string(ts_ms);
  const std::string sig = hmac_hex(key.secret, ts + "\n" + nonce + "\nGET\n" + uri + "\n\n");
  return "deri-hmac-sha256 id=" + key.id + ",ts=" + ts + ",sig=" + sig + ",nonce=" + nonce;
}

}  // namespace lockstep::access::testing
