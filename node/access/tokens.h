// Tokens that stand for a key after it has signed in: an access token for minutes, a refresh token for days
// to get a new pair with.  Kept in memory only: a restart ends them all.
//
// What is kept is the SHA-256 of a token, so that whoever reads this process's memory or a core dump finds
// none, and so that looking one up takes no time that depends on how much of it was guessed.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "node/access/keys.h"
#include "node/io/sha256.h"

namespace lockstep::access {

// 256 bits from the system's randomness, 64 hexadecimal digits.
std::string random_secret();

struct Session {
  u32 key = 0;  // index among the keys
  Scopes scopes;
  i64 access_until_us = 0, refresh_until_us = 0;
  Hash256 access, refresh;
};

struct Issued {
  std::string access_token, refresh_token;  // 256 bits from the system's randomness, 64 hexadecimal digits
  i64 access_until_us = 0;
};

class Tokens {
 public:
  // Of each key so many sessions exist at most; one more ends the oldest.
  Tokens(i64 access_us, i64 refresh_us, std::size_t sessions_per_key_max)
      : access_us_(access_us), refresh_us_(refresh_us), sessions_max_(sessions_per_key_max) {}

  Issued issue(u32 key, Scopes scopes, i64 now_us);
  const Session* find(std::string_view access_token, i64 now_us) const;  // nullptr: none, or run out
  // Ends the session of a refresh token and says which it was.
  std::optional<Session> redeem(std::string_view refresh_token, i64 now_us);
  void revoke(std::string_view access_token);
  std::size_t size() const { return sessions_.size(); }

 private:
  struct HashOf {
    std::size_t operator()(const Hash256& hash) const;
  };
  using Place = std::pair<u32, u64>;  // key, and a number that grows with time
  using Index = std::unordered_map<Hash256, Place, HashOf>;
  void end(std::map<Place, Session>::iterator session);
  void make_room(u32 key, i64 now_us);

  i64 access_us_, refresh_us_;
  std::size_t sessions_max_;
  u64 next_ = 0;
  std::map<Place, Session> sessions_;
  std::map<u32, std::size_t> counts_;  // by key
  Index by_access_, by_refresh_;
};

}  // namespace lockstep::access
