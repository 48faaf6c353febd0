#include "node/access/tokens.h"

#include <openssl/rand.h>

#include <cstring>

#include "core/base/assert.h"

namespace lockstep::access {
namespace {

Hash256 hash_of(std::string_view token) {
  return sha256({reinterpret_cast<const u8*>(token.data()), token.size()});
}

}  // namespace

std::string random_secret() {
  Hash256 random;
  LS_ASSERT(RAND_bytes(random.bytes.data(), static_cast<int>(random.bytes.size())) == 1);
  return to_hex(random);
}

std::size_t Tokens::HashOf::operator()(const Hash256& hash) const {
  std::size_t value = 0;
  std::memcpy(&value, hash.bytes.data(), sizeof value);
  return value;
}

void Tokens::end(std::map<Place, Session>::iterator session) {
  by_access_.erase(session->second.access);
  by_refresh_.erase(session->second.refresh);
  --counts_[session->first.first];
  sessions_.erase(session);
}

// Sessions of a key run out in the order they were made in: all live equally long.
void Tokens::make_room(u32 key, i64 now_us) {
  while (counts_[key] > 0) {
    const auto oldest = sessions_.lower_bound({key, 0});
    if (oldest->second.refresh_until_us > now_us && counts_[key] < sessions_max_) return;
    end(oldest);
  }
}

Issued Tokens::issue(u32 key, Scopes scopes, i64 now_us) {
  make_room(key, now_us);
  Issued issued{random_secret(), random_secret(), now_us + access_us_};
  const Session session{key,
                        scopes,
                        issued.access_until_us,
                        now_us + refresh_us_,
                        hash_of(issued.access_token),
                        hash_of(issued.refresh_token)};
  const Place place{key, next_++};
  sessions_[place] = session;
  ++counts_[key];
  by_access_[session.access] = place;
  by_refresh_[session.refresh] = place;
  return issued;
}

const Session* Tokens::find(std::string_view access_token, i64 now_us) const {
  const auto found = by_access_.find(hash_of(access_token));
  if (found == by_access_.end()) return nullptr;
  const Session& session = sessions_.at(found->second);
  return session.access_until_us > now_us ? &session : nullptr;
}

std::optional<Session> Tokens::redeem(std::string_view refresh_token, i64 now_us) {
  const auto found = by_refresh_.find(hash_of(refresh_token));
  if (found == by_refresh_.end()) return std::nullopt;
  const auto session = sessions_.find(found->second);
  const Session ended = session->second;
  end(session);
  if (ended.refresh_until_us <= now_us) return std::nullopt;
  return ended;
}

void Tokens::revoke(std::string_view access_token) {
  const auto found = by_access_.find(hash_of(access_token));
  if (found != by_access_.end()) end(sessions_.find(found->second));
}

}  // namespace lockstep::access
