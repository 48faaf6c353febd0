// A key: who comes with it, what it may do, and what proves it.  Keys are made by the operator and stand in
// the service's configuration (node/config); nothing here makes or changes one.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/int.h"
#include "node/access/address.h"
#include "node/access/rate_limit.h"

namespace lockstep::access {

// Each stands for itself: none includes another.  What they allow: node/api/api.h, Scope.
struct Scopes {
  bool read = false, simulate = false, trade = false, operate = false;
};

struct Key {
  enum class Kind : u8 { hmac, ed25519 };
  std::string id;       // 1 to 64 of A-Z a-z 0-9 _ . -; stands in the log as who did it
  std::string party;    // whose accounts; empty: nobody's, with operate everybody's
  std::string account;  // where a call names none; empty: the party's first
  Scopes scopes;
  Kind kind = Kind::hmac;
  std::string secret;                      // hmac: shared with the client, 16 to 256 printable characters
  std::array<u8, 32> public_key{};         // ed25519
  std::vector<Network> allow;              // where it may come from; empty: anywhere
  std::optional<RateLimit> reads, trades;  // its own, instead of those for all
};

bool is_key_id(std::string_view text);
bool is_secret(std::string_view text);

// Sets the flag of "read", "simulate", "trade" or "operate"; false if it is no such word.
bool add_scope(std::string_view word, Scopes& scopes);
// Deribit's words for what its clients look at, then ours: "account:read trade:read_write read trade".
std::string to_text(const Scopes& scopes);
// Those of `scopes` that a client asks for in either's words.  Words that name none of them (session:x)
// change nothing; asking for nothing is asking for all.
Scopes narrowed(const Scopes& scopes, std::string_view wanted);

// Base64 of the 32 bytes, or of the 44 that `openssl pkey -pubout` prints (RFC 8410).
bool parse_public_key(std::string_view text, std::array<u8, 32>& out);

}  // namespace lockstep::access
