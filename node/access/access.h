// Access: who is calling, and whether now.  The service asks it once a request: who signed it (by_header,
// by_token, or auth for a whole connection), then whether that caller may go on at this rate (admit).  What
// the caller may do with which account is decided behind it, by scope and party (node/api/api.h).
//
// It knows neither sockets nor clocks: peers come as text, the time (microseconds since 1970, UTC) as an
// argument.  One thread.  Everything it keeps is bounded: sessions and remembered calls per key, addresses in
// all.  No secret, token or signature is ever part of an error.
//
// What is refused, with Deribit's numbers:
//   invalid_credentials 13004  not readable, unknown key or wrong proof (one and the same answer, after the
//                              same work), a time outside the window, a call that was made before, a token
//                              that has run out
//   forbidden 13021            right, but not from this address
//   too_many_requests 10028    Error::wait_ms says when to come again
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "node/access/replays.h"
#include "node/access/signature.h"
#include "node/access/tokens.h"
#include "node/api/api.h"

namespace lockstep::access {

struct Options {
  i64 window_us = 60'000'000;  // how far a signed time may lie from ours, either side
  i64 access_token_us = 900'000'000;
  i64 refresh_token_us = i64{7} * 86'400'000'000;
  // Of a key: what looks (open, read, simulate), and what changes (trade, operate).
  RateLimit reads{100, 1'000'000, 500};
  RateLimit trades{20, 1'000'000, 100};
  RateLimit anonymous{100, 1'000'000, 500};  // of an address, without a key
  RateLimit failures{10, 60'000'000, 10};    // of an address: wrong proofs
  std::vector<Network> allow;                // who may come at all; empty: everybody
};

constexpr std::size_t sessions_per_key_max = 1'000;
constexpr std::size_t replays_per_key_max = 65'536;
constexpr std::size_t sites_max = 65'536;  // addresses whose rates are counted apart; the rest share one

// What a signature is over.  changes: the call is of scope trade or operate, so making it twice matters.
struct Call {
  std::string_view method, target, body;  // "GET", path and query as they were sent
  bool changes = false;
};

// A sign-in that was accepted.
struct Grant {
  api::Caller caller;
  Issued tokens;
  i64 expires_in_s = 0;
  std::string scope;
  std::string state;  // of the caller's, to be returned
};
// As Deribit's public/auth answers.
std::string grant_json(const Grant& grant);

class Access {
 public:
  // Signed calls that change something are refused if they were signed before `now_us`: which of them were
  // made already, nobody knows any more.
  Access(Options options, std::vector<Key> keys, i64 now_us);

  // One more key, with an id that no other has (asserted).
  void add(Key key);
  // Tokens for a key that need no proof, because whoever asks runs this process.
  Issued issue(std::string_view id, i64 now_us);

  // The caller of an Authorization header; an empty one is an anonymous caller's.
  Result<api::Caller, api::Error> by_header(std::string_view authorization, const Call& call,
                                            std::string_view peer, i64 now_us);
  Result<api::Caller, api::Error> by_token(std::string_view token, std::string_view peer, i64 now_us);
  // public/auth: grant_type client_credentials, client_signature or refresh_token.  A connection that is
  // authorised by it is so until tokens.access_until_us.  access_token authorises it by a token that was
  // issued before, for what is left of its time; nothing new is issued, so that it cannot be prolonged.
  Result<Grant, api::Error> auth(api::Params& params, std::string_view peer, i64 now_us);
  void revoke(std::string_view access_token) { tokens_.revoke(access_token); }
  // Until when a token is good; 0: it is unknown or has run out.
  i64 until_us(std::string_view access_token, i64 now_us) const;

  // Takes `cost` calls from what the caller may do at this rate, or says when.  Call it for every request,
  // anonymous ones included, once its method is known.
  Result<Done, api::Error> admit(const api::Caller& caller, std::string_view peer, api::Scope scope, i64 cost,
                                 i64 now_us);
  // Whether the peer is on the list of those who may come at all; for the moment it connects.
  bool may_come(std::string_view peer) const;

  // For metrics and tests.
  struct Counts {
    u64 failures = 0, replays = 0, limited = 0;
    std::size_t sessions = 0, sites = 0, remembered = 0;
  };
  Counts counts() const;

 private:
  struct KeyState {
    Key key;
    Bucket reads, trades;
    Replays replays;
  };
  struct Site {
    Bucket requests, failures;
  };
  using Found = Result<KeyState*, api::Error>;
  struct SignedIn {
    KeyState* state;
    Scopes scopes;
  };

  KeyState* find(std::string_view id);
  Site& site(std::string_view peer, i64 now_us);
  std::optional<api::Error> blocked(std::string_view peer, i64 now_us);
  api::Error failed(std::string_view peer, i64 now_us);
  api::Error too_many(std::string what, i64 wait_us);
  Found by_secret(std::string_view id, std::string_view secret, std::string_view peer, i64 now_us);
  // The text is what the signature is over; kind, which sort of signature it claims to be.
  Found by_signature(const Signature& signature, Key::Kind kind, std::string_view text, bool changes,
                     std::string_view peer, i64 now_us);
  Result<Grant, api::Error> bind_token(api::Params& params, std::string_view peer, i64 now_us);
  Found by_client_signature(api::Params& params, std::string_view peer, i64 now_us);
  Result<SignedIn, api::Error> sign_in(api::Params& params, std::string_view peer, i64 now_us);
  std::optional<api::Error> refuse_repeated(KeyState& state, std::string_view text, i64 ts_ms, i64 now_us);
  Result<api::Caller, api::Error> caller_of(const Key& key, Scopes scopes, std::string_view peer) const;

  Options options_;
  i64 began_us_;
  std::vector<std::unique_ptr<KeyState>> keys_;
  std::map<std::string, u32, std::less<>> by_id_;
  Key decoys_[2];  // by kind: proofs for unknown keys are compared with these
  Tokens tokens_;
  std::map<Address, Site> sites_;
  Site others_;
  i64 swept_us_ = 0;
  u64 failures_ = 0, replays_ = 0, limited_ = 0;
};

}  // namespace lockstep::access
