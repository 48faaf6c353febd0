#include "node/access/access.h"

#include <algorithm>
#include <charconv>

#include "node/access/signature.h"
#include "node/json/json.h"

namespace lockstep::access {
namespace {

using api::Error;

Error not_accepted(std::string reason) {
  return Error{api::code::invalid_credentials, "invalid_credentials", std::move(reason), ""};
}

Address address_of(std::string_view peer) {
  Address address;
  parse_address(peer, address);
  return address;
}

// Milliseconds since 1970; false on anything but digits.
bool parse_ms(std::string_view text, i64& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() && out >= 0 && out <= 9'999'999'999'999;
}

bool is_scheme(std::string_view text, std::string_view scheme) {
  return std::equal(text.begin(), text.end(), scheme.begin(), scheme.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

std::string seconds(i64 us) {
  return std::to_string(us / 1'000'000) + "." + std::to_string(us % 1'000'000 / 100'000) + " s";
}

std::optional<Error> outside_window(std::string_view ts, const Options& options, i64 now_us, i64& ts_ms) {
  if (!parse_ms(ts, ts_ms)) return not_accepted("the timestamp must be milliseconds since 1970, in digits");
  const i64 ahead_us = ts_ms * 1'000 - now_us;
  if (std::max(ahead_us, -ahead_us) <= options.window_us) return std::nullopt;
  return not_accepted("the timestamp is " + seconds(std::max(ahead_us, -ahead_us)) +
                      (ahead_us > 0 ? " ahead of" : " behind") + " this server's clock, more than " +
                      seconds(options.window_us) + ": set the clock");
}

}  // namespace

std::string grant_json(const Grant& grant) {
  Json json;
  json.begin_object().field("access_token", grant.tokens.access_token);
  if (!grant.tokens.refresh_token.empty()) json.field("refresh_token", grant.tokens.refresh_token);
  json.field("expires_in", grant.expires_in_s).field("scope", grant.scope).field("token_type", "bearer");
  if (!grant.state.empty()) json.field("state", grant.state);
  json.end_object();
  return json.str();
}

Access::Access(Options options, std::vector<Key> keys, i64 now_us)
    : options_(std::move(options)),
      began_us_(now_us),
      tokens_(options_.access_token_us, options_.refresh_token_us, sessions_per_key_max) {
  for (Key& key : keys) add(std::move(key));
  decoys_[0].kind = Key::Kind::hmac;
  decoys_[0].secret = std::string(64, '0');
  decoys_[1].kind = Key::Kind::ed25519;
  // The public key of RFC 8032, 7.1, test 1: a point of the curve, which verifying needs.
  const bool read = parse_public_key("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", decoys_[1].public_key);
  LS_ASSERT(read);
}

void Access::add(Key key) {
  const bool is_new = by_id_.try_emplace(key.id, static_cast<u32>(keys_.size())).second;
  LS_ASSERT(is_new);
  keys_.push_back(std::make_unique<KeyState>());
  keys_.back()->key = std::move(key);
}

Issued Access::issue(std::string_view id, i64 now_us) {
  const auto found = by_id_.find(id);
  LS_ASSERT(found != by_id_.end());
  return tokens_.issue(found->second, keys_[found->second]->key.scopes, now_us);
}

Access::KeyState* Access::find(std::string_view id) {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : keys_[found->second].get();
}

Access::Site& Access::site(std::string_view peer, i64 now_us) {
  const Address address = site_of(address_of(peer));
  const auto found = sites_.find(address);
  if (found != sites_.end()) return found->second;
  if (sites_.size() >= sites_max && now_us - swept_us_ >= 1'000'000) {
    swept_us_ = now_us;
    std::erase_if(sites_, [&](auto& entry) {
      return entry.second.requests.full(options_.anonymous, now_us) &&
             entry.second.failures.full(options_.failures, now_us);
    });
  }
  return sites_.size() >= sites_max ? others_ : sites_[address];
}

Error Access::too_many(std::string what, i64 wait_us) {
  ++limited_;
  const i64 wait_ms = (wait_us + 999) / 1'000;
  return api::too_many_requests(std::move(what) + ": come again in " + std::to_string(wait_ms) + " ms",
                                wait_ms);
}

std::optional<Error> Access::blocked(std::string_view peer, i64 now_us) {
  if (!may_come(peer)) return api::forbidden("this address is not on the server's list");
  const i64 wait = site(peer, now_us).failures.wait_us(options_.failures, 1, now_us);
  if (wait == 0) return std::nullopt;
  return too_many("too many failed sign-ins from this address", wait);
}

Error Access::failed(std::string_view peer, i64 now_us) {
  ++failures_;
  site(peer, now_us).failures.take(options_.failures, 1, now_us);
  return not_accepted("no such key, or the wrong secret or signature for it");
}

bool Access::may_come(std::string_view peer) const { return allowed(options_.allow, address_of(peer)); }

Result<api::Caller, Error> Access::caller_of(const Key& key, Scopes scopes, std::string_view peer) const {
  if (!allowed(key.allow, address_of(peer))) {
    return api::forbidden("key " + key.id + " may not be used from this address");
  }
  api::Caller caller;
  caller.by = key.id;
  caller.party = key.party;
  caller.account = key.account;
  caller.read = scopes.read;
  caller.simulate = scopes.simulate;
  caller.trade = scopes.trade;
  caller.operate = scopes.operate;
  return caller;
}

Access::Found Access::by_secret(std::string_view id, std::string_view secret, std::string_view peer,
                                i64 now_us) {
  KeyState* const known = find(id);
  const bool usable = known != nullptr && known->key.kind == Key::Kind::hmac;
  const bool right = same_secret(secret, usable ? known->key.secret : decoys_[0].secret);
  if (!right || !usable) return failed(peer, now_us);
  return known;
}

Access::Found Access::by_signature(const Signature& signature, Key::Kind kind, std::string_view text,
                                   bool changes, std::string_view peer, i64 now_us) {
  i64 ts_ms = 0;
  if (auto outside = outside_window(signature.ts, options_, now_us, ts_ms)) return *outside;
  KeyState* const known = find(signature.id);
  const bool usable = known != nullptr && known->key.kind == kind;
  const Key& key = usable ? known->key : decoys_[static_cast<std::size_t>(kind)];
  const bool right = is_signed_by(key, text, signature.sig);
  if (!right || !usable) return failed(peer, now_us);
  if (!changes) return known;
  if (auto repeated = refuse_repeated(*known, text, ts_ms, now_us)) return *repeated;
  return known;
}

std::optional<Error> Access::refuse_repeated(KeyState& state, std::string_view text, i64 ts_ms, i64 now_us) {
  if (ts_ms < began_us_ / 1'000) {
    return not_accepted("signed before this server started, so it may have been made already: sign it again");
  }
  const i64 until_us = ts_ms * 1'000 + options_.window_us;
  switch (state.replays.add(text, until_us, now_us, replays_per_key_max)) {
    case Replays::Seen::first: return std::nullopt;
    case Replays::Seen::full: return too_many("too many signed calls are still young", options_.window_us);
    case Replays::Seen::again: break;
  }
  ++replays_;
  return not_accepted("the same signed call was made before: sign it again, with another timestamp or nonce");
}

Result<api::Caller, Error> Access::by_header(std::string_view authorization, const Call& call,
                                             std::string_view peer, i64 now_us) {
  if (!may_come(peer)) return api::forbidden("this address is not on the server's list");
  if (authorization.empty()) return api::Caller{};
  const std::size_t blank = std::min(authorization.find(' '), authorization.size());
  const std::string_view scheme = authorization.substr(0, blank);
  std::string_view rest = authorization.substr(blank);
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  if (is_scheme(scheme, "bearer")) return by_token(rest, peer, now_us);
  if (auto refused = blocked(peer, now_us)) return *refused;

  Found found = static_cast<KeyState*>(nullptr);
  if (is_scheme(scheme, "basic")) {
    std::string pair;
    if (!from_base64(rest, pair) || pair.find(':') == std::string::npos) {
      return not_accepted("Authorization: Basic must have the base64 of id:secret");
    }
    const std::size_t colon = pair.find(':');
    found = by_secret(std::string_view(pair).substr(0, colon), std::string_view(pair).substr(colon + 1), peer,
                      now_us);
  } else if (is_scheme(scheme, "deri-hmac-sha256") || is_scheme(scheme, "deri-ed25519")) {
    const Result<Signature, std::string> signature = parse_signature(rest);
    if (!signature) {
      return not_accepted("Authorization " + signature.error() + "; it must be id=..,ts=..,sig=..,nonce=..");
    }
    const Key::Kind kind = is_scheme(scheme, "deri-ed25519") ? Key::Kind::ed25519 : Key::Kind::hmac;
    const Signature& s = signature.value();
    found = by_signature(s, kind, call_text(s.ts, s.nonce, call.method, call.target, call.body), call.changes,
                         peer, now_us);
  } else {
    return not_accepted("Authorization must be Bearer, Basic, deri-hmac-sha256 or deri-ed25519");
  }
  if (!found) return found.error();
  return caller_of(found.value()->key, found.value()->key.scopes, peer);
}

Result<api::Caller, Error> Access::by_token(std::string_view token, std::string_view peer, i64 now_us) {
  if (!may_come(peer)) return api::forbidden("this address is not on the server's list");
  // Guessing 256 bits is not worth counting, and a page whose token ran out is no attacker.
  const Session* const session = tokens_.find(token, now_us);
  if (session == nullptr) return not_accepted("the token is unknown or has run out: sign in again");
  return caller_of(keys_[session->key]->key, session->scopes, peer);
}

Access::Found Access::by_client_signature(api::Params& params, std::string_view peer, i64 now_us) {
  const Signature s{params.text("client_id"), params.text("timestamp"), params.text("signature"),
                    params.text("nonce", "")};
  const std::string data = params.text("data", "");
  // A line break in these would let the signature of a call over HTTP pass for a sign-in.
  for (const auto& [name, text] : {std::pair{"nonce", &s.nonce}, std::pair{"data", &data}}) {
    if (text->find('\n') != std::string::npos) params.fail(name, "must be without line breaks");
  }
  if (params.error()) return *params.error();
  const Key::Kind kind = s.sig.size() == 64 ? Key::Kind::hmac : Key::Kind::ed25519;
  return by_signature(s, kind, s.ts + "\n" + s.nonce + "\n" + data, true, peer, now_us);
}

i64 Access::until_us(std::string_view access_token, i64 now_us) const {
  const Session* const session = tokens_.find(access_token, now_us);
  return session == nullptr ? 0 : session->access_until_us;
}

Result<Access::SignedIn, Error> Access::sign_in(api::Params& params, std::string_view peer, i64 now_us) {
  const std::string grant_type = params.text("grant_type");
  if (grant_type == "refresh_token") {
    const std::string token = params.text("refresh_token");
    if (params.error()) return *params.error();
    const std::optional<Session> session = tokens_.redeem(token, now_us);
    if (!session) return not_accepted("the refresh token is unknown, used or has run out: sign in again");
    return SignedIn{keys_[session->key].get(), session->scopes};
  }
  Found found = static_cast<KeyState*>(nullptr);
  if (grant_type == "client_credentials") {
    const std::string id = params.text("client_id");
    const std::string secret = params.text("client_secret");
    if (params.error()) return *params.error();
    found = by_secret(id, secret, peer, now_us);
  } else if (grant_type == "client_signature") {
    found = by_client_signature(params, peer, now_us);
  } else {
    params.fail("grant_type", "must be client_credentials, client_signature, refresh_token or access_token");
    return *params.error();
  }
  if (!found) return found.error();
  return SignedIn{found.value(), found.value()->key.scopes};
}

Result<Grant, Error> Access::bind_token(api::Params& params, std::string_view peer, i64 now_us) {
  const std::string token = params.text("access_token");
  if (params.error()) return *params.error();
  Result<api::Caller, Error> caller = by_token(token, peer, now_us);
  if (!caller) return caller.error();
  const Session& session = *tokens_.find(token, now_us);
  Grant grant;
  grant.caller = std::move(caller).value();
  grant.scope = to_text(session.scopes);
  grant.tokens.access_token = token;
  grant.tokens.access_until_us = session.access_until_us;
  grant.expires_in_s = (session.access_until_us - now_us) / 1'000'000;
  return grant;
}

Result<Grant, Error> Access::auth(api::Params& params, std::string_view peer, i64 now_us) {
  if (auto refused = blocked(peer, now_us)) return *refused;
  if (params.text("grant_type", "") == "access_token") return bind_token(params, peer, now_us);
  const std::string wanted = params.text("scope", "");
  Grant grant;
  grant.state = params.text("state", "");
  const Result<SignedIn, Error> signed_in = sign_in(params, peer, now_us);
  if (!signed_in) return signed_in.error();

  const Key& key = signed_in.value().state->key;
  const Scopes scopes = narrowed(signed_in.value().scopes, wanted);
  Result<api::Caller, Error> caller = caller_of(key, scopes, peer);
  if (!caller) return caller.error();
  grant.caller = std::move(caller).value();
  grant.scope = to_text(scopes);
  grant.tokens = tokens_.issue(by_id_.find(key.id)->second, scopes, now_us);
  grant.expires_in_s = options_.access_token_us / 1'000'000;
  return grant;
}

Result<Done, Error> Access::admit(const api::Caller& caller, std::string_view peer, api::Scope scope,
                                  i64 cost, i64 now_us) {
  KeyState* const known = caller.by.empty() ? nullptr : find(caller.by);
  i64 wait = 0;
  if (known == nullptr) {
    wait = site(peer, now_us).requests.take(options_.anonymous, cost, now_us);
    if (wait > 0) return too_many("too many calls from this address", wait);
  } else if (scope == api::Scope::trade || scope == api::Scope::operate) {
    wait = known->trades.take(known->key.trades.value_or(options_.trades), cost, now_us);
    if (wait > 0) return too_many("too many changes with this key", wait);
  } else {
    wait = known->reads.take(known->key.reads.value_or(options_.reads), cost, now_us);
    if (wait > 0) return too_many("too many calls with this key", wait);
  }
  return Done{};
}

Access::Counts Access::counts() const {
  Counts counts{failures_, replays_, limited_, tokens_.size(), sites_.size(), 0};
  for (const auto& state : keys_) counts.remembered += state->replays.size();
  return counts;
}

}  // namespace lockstep::access
