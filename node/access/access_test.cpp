// Every way to be accepted and to be refused, at fixed moments.
#include "node/access/access.h"

#include <gtest/gtest.h>

#include "node/access/testing_access.h"

namespace lockstep::access {
namespace {

using api::Caller;
using api::Error;
using api::Scope;
using testing::home;
using testing::now_ms;
using testing::now_us;
using testing::signed_header;
using testing::target;

constexpr i64 second = 1'000'000;

Access access_at(i64 began_us, Options options = {}) {
  Key guarded = testing::hmac_key();
  guarded.id = "guarded";
  guarded.allow = {parse_network("10.0.0.0/8").value()};
  return Access(std::move(options), {testing::hmac_key(), testing::ed25519_key(), guarded}, began_us);
}
Access access() { return access_at(now_us - 3'600 * second); }

Call read_call(std::string_view uri = target) { return {"GET", uri, "", false}; }
Call change_call(std::string_view uri = target) { return {"GET", uri, "", true}; }

api::Params params(std::string_view query) {
  Result<api::Params, std::string> read = api::Params::of_query(query);
  EXPECT_TRUE(read) << query;
  return std::move(read).value();
}

TEST(Access, NobodyIsAnonymous) {
  Access a = access();
  const Result<Caller, Error> caller = a.by_header("", read_call(), home, now_us);
  ASSERT_TRUE(caller);
  EXPECT_TRUE(caller.value().by.empty());
  EXPECT_TRUE(caller.value().may(Scope::open));
  EXPECT_FALSE(caller.value().may(Scope::read));
}

TEST(Access, ASignedCallIsItsKeys) {
  Access a = access();
  const Result<Caller, Error> caller =
      a.by_header(signed_header(now_ms, "1", target), read_call(), home, now_us);
  ASSERT_TRUE(caller) << caller.error().reason;
  EXPECT_EQ(caller.value().by, "desk");
  EXPECT_EQ(caller.value().party, "fund");
  EXPECT_EQ(caller.value().account, "fund-1");
  EXPECT_TRUE(caller.value().may(Scope::read) && caller.value().may(Scope::simulate) &&
              caller.value().may(Scope::trade));
  EXPECT_FALSE(caller.value().may(Scope::operate));
}

// Made by Python's cryptography.
TEST(Access, Ed25519InAHeader) {
  Access a = access();
  const std::string ms = std::to_string(now_ms);
  const std::string header =
      "deri-ed25519 nonce=" + ms + ",id=risk,ts=" + ms +
      ",sig=ItjggRdeyXBfTDlpIRHmfCfsmOmwaXUDggsbIGYsp8aEzuD5y7KWbqaYzt/kzclo5hgKrPE9X9vAYeQvJPhVBQ==";
  const Result<Caller, Error> caller = a.by_header(header, read_call(), home, now_us);
  ASSERT_TRUE(caller) << caller.error().reason;
  EXPECT_EQ(caller.value().by, "risk");
  EXPECT_TRUE(caller.value().may(Scope::operate));
  EXPECT_FALSE(a.by_header(header, read_call(target + "0"), home, now_us));
  EXPECT_FALSE(a.by_header("deri-hmac-sha256" + header.substr(12), read_call(), home, now_us));
}

TEST(Access, EveryPartOfACallIsSigned) {
  const std::string header = signed_header(now_ms, "1", target);
  const Call others[] = {
      {"POST", target, "", false}, {"GET", "/api/v2/private/sell", "", false}, {"GET", target, "x", false}};
  for (const Call& other : others) {
    Access a = access();
    EXPECT_EQ(a.by_header(header, other, home, now_us).error().code, 13004);
  }
}

// A stranger learns neither which ids exist nor which kind of key one has.
TEST(Access, AllWrongProofsAreOneAnswer) {
  const std::string ms = std::to_string(now_ms);
  const std::string hex(64, 'a');
  const std::string base64 = std::string(86, 'A') + "==";
  for (const std::string& header : {
           "deri-hmac-sha256 id=desk,ts=" + ms + ",sig=" + hex + ",nonce=1",
           "deri-hmac-sha256 id=desk,ts=" + ms + ",sig=short,nonce=1",
           "deri-hmac-sha256 id=nobody,ts=" + ms + ",sig=" + hex + ",nonce=1",
           "deri-hmac-sha256 id=risk,ts=" + ms + ",sig=" + hex + ",nonce=1",
           "deri-ed25519 id=desk,ts=" + ms + ",sig=" + base64 + ",nonce=1",
           "deri-ed25519 id=risk,ts=" + ms + ",sig=" + base64 + ",nonce=1",
           "deri-ed25519 id=nobody,ts=" + ms + ",sig=" + base64 + ",nonce=1",
           std::string("Basic ZGVzazp3cm9uZw=="),  // desk:wrong
           std::string("Basic bm9ib2R5Ondyb25n"),  // nobody:wrong
           std::string("Basic cmlzazp3cm9uZw=="),  // risk:wrong
           std::string("Basic cmlzazo="),          // risk:
       }) {
    Access a = access();
    const Result<Caller, Error> caller = a.by_header(header, read_call(), home, now_us);
    ASSERT_FALSE(caller) << header;
    EXPECT_EQ(caller.error().code, 13004);
    EXPECT_EQ(caller.error().message, "invalid_credentials");
    EXPECT_EQ(caller.error().reason, "no such key, or the wrong secret or signature for it");
    EXPECT_EQ(a.counts().failures, 1u);
  }
  // The secret that unknown ids are compared with opens nothing, nor does it keys of the other kind.
  for (const char* id : {"nobody", "risk"}) {
    Access a = access();
    Key decoy;
    decoy.id = id;
    decoy.secret = std::string(64, '0');
    const auto signed_in = a.by_header(signed_header(now_ms, "1", target, decoy), read_call(), home, now_us);
    ASSERT_FALSE(signed_in) << id;
    api::Params asked =
        params("grant_type=client_credentials&client_secret=" + decoy.secret + "&client_id=" + id);
    ASSERT_FALSE(a.auth(asked, home, now_us)) << id;
  }
}

TEST(Access, WhatIsNotReadableSaysSo) {
  const std::pair<const char*, const char*> cases[] = {
      {"Digest x", "Authorization must be Bearer, Basic, deri-hmac-sha256 or deri-ed25519"},
      {"deri-hmac-sha256", "Authorization lacks id; it must be id=..,ts=..,sig=..,nonce=.."},
      {"deri-hmac-sha256 id=a,ts=1,nonce=2",
       "Authorization lacks sig; it must be id=..,ts=..,sig=..,nonce=.."},
      {"deri-hmac-sha256 id=a,ts=today,sig=a,nonce=2",
       "the timestamp must be milliseconds since 1970, in digits"},
      {"deri-hmac-sha256 id=a,ts=99999999999999999999,sig=a,nonce=2",
       "the timestamp must be milliseconds since 1970, in digits"},
      {"Basic ???", "Authorization: Basic must have the base64 of id:secret"},
      {"Basic ZGVzaw==", "Authorization: Basic must have the base64 of id:secret"},
      {"Bearer ", "the token is unknown or has run out: sign in again"},
  };
  Access a = access();
  for (const auto& [header, reason] : cases) {
    const Result<Caller, Error> caller = a.by_header(header, read_call(), home, now_us);
    ASSERT_FALSE(caller) << header;
    EXPECT_EQ(caller.error().code, 13004);
    EXPECT_EQ(caller.error().reason, reason);
  }
  EXPECT_EQ(a.counts().failures, 0u);
}

TEST(Access, TheWindowIsSixtySecondsEitherSide) {
  const struct {
    i64 ts_ms;
    const char* reason;
  } cases[] = {
      {now_ms - 60'000, nullptr},
      {now_ms + 60'000, nullptr},
      {now_ms - 60'001,
       "the timestamp is 60.0 s behind this server's clock, more than 60.0 s: set the clock"},
      {now_ms + 61'500,
       "the timestamp is 61.5 s ahead of this server's clock, more than 60.0 s: set the clock"},
  };
  for (const auto& c : cases) {
    Access a = access();
    const auto caller = a.by_header(signed_header(c.ts_ms, "1", target), read_call(), home, now_us);
    ASSERT_EQ(static_cast<bool>(caller), c.reason == nullptr) << c.ts_ms;
    if (!caller) {
      EXPECT_EQ(caller.error().code, 13004);
      EXPECT_EQ(caller.error().reason, c.reason);
    }
  }
  // Seconds instead of milliseconds.
  Access a = access();
  EXPECT_FALSE(a.by_header(signed_header(now_ms / 1'000, "1", target), read_call(), home, now_us));
}

TEST(Access, ReadsRepeatAndChangesDoNot) {
  Access a = access();
  const std::string header = signed_header(now_ms, std::to_string(now_ms), target);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(a.by_header(header, read_call(), home, now_us + i));
  EXPECT_TRUE(a.by_header(header, change_call(), home, now_us));
  for (int i = 0; i < 3; ++i) {
    const Result<Caller, Error> again = a.by_header(header, change_call(), home, now_us + i * 29 * second);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, 13004);
    EXPECT_EQ(again.error().reason,
              "the same signed call was made before: sign it again, with another timestamp or nonce");
  }
  // Written differently, it is the same call.
  std::string upper = header;
  for (char& c : upper)
    c = c >= 'a' && c <= 'f' && &c > &upper[upper.find("sig=") + 3] ? static_cast<char>(c - 32) : c;
  EXPECT_FALSE(a.by_header(upper, change_call(), home, now_us));
  EXPECT_EQ(a.counts().replays, 3u);
  // ccxt: two calls of one millisecond share time and nonce.
  const std::string other = target + "&reduce_only=true";
  EXPECT_TRUE(
      a.by_header(signed_header(now_ms, std::to_string(now_ms), other), change_call(other), home, now_us));
  // The same order again, of the next millisecond.
  EXPECT_TRUE(a.by_header(signed_header(now_ms + 1, std::to_string(now_ms + 1), target), change_call(), home,
                          now_us));
}

TEST(Access, WhatIsRememberedEndsWithTheWindow) {
  Access a = access();
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(a.by_header(signed_header(now_ms + i, "1", target), change_call(), home, now_us));
  }
  EXPECT_EQ(a.counts().remembered, 100u);
  // At the very end of its window a call is still taken once, and not twice.
  const std::string last = signed_header(now_ms, "2", target);
  EXPECT_TRUE(a.by_header(last, change_call(), home, now_us + 60 * second));
  EXPECT_FALSE(a.by_header(last, change_call(), home, now_us + 60 * second));
  EXPECT_TRUE(
      a.by_header(signed_header(now_ms + 120'000, "1", target), change_call(), home, now_us + 120 * second));
  EXPECT_EQ(a.counts().remembered, 1u);
}

TEST(Access, RemembersSoManyAndThenMakesWait) {
  Access a = access();
  for (std::size_t i = 0; i < replays_per_key_max; ++i) {
    ASSERT_TRUE(a.by_header(signed_header(now_ms, std::to_string(i), target), change_call(), home, now_us));
  }
  const std::string next = signed_header(now_ms, "next", target);
  const Result<Caller, Error> full = a.by_header(next, change_call(), home, now_us);
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, 10028);
  EXPECT_EQ(full.error().wait_ms, 60'000);
  EXPECT_TRUE(a.by_header(next, read_call(), home, now_us));
  EXPECT_EQ(a.counts().remembered, replays_per_key_max);
}

TEST(Access, ARestartForgetsAndSoRefusesWhatWasSignedBefore) {
  Access a = access_at(now_us);
  const std::string before = signed_header(now_ms - 1, "1", target);
  EXPECT_TRUE(a.by_header(before, read_call(), home, now_us));
  const Result<Caller, Error> refused = a.by_header(before, change_call(), home, now_us);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason,
            "signed before this server started, so it may have been made already: sign it again");
  EXPECT_TRUE(a.by_header(signed_header(now_ms, "1", target), change_call(), home, now_us));
}

TEST(Access, SignsInWithASecret) {
  Access a = access();
  api::Params asked =
      params("grant_type=client_credentials&client_id=desk&client_secret=correct-horse-battery&state=s1");
  const Result<Grant, Error> grant = a.auth(asked, home, now_us);
  ASSERT_TRUE(grant) << grant.error().reason;
  EXPECT_EQ(grant.value().caller.by, "desk");
  EXPECT_EQ(grant.value().tokens.access_until_us, now_us + 900 * second);
  EXPECT_EQ(grant_json(grant.value()),
            R"({"access_token":")" + grant.value().tokens.access_token + R"(","refresh_token":")" +
                grant.value().tokens.refresh_token +
                R"(","expires_in":900,"scope":"account:read trade:read_write read simulate trade",)"
                R"("token_type":"bearer","state":"s1"})");
  const std::string& token = grant.value().tokens.access_token;
  EXPECT_EQ(a.by_header("Bearer " + token, change_call(), home, now_us).value().by, "desk");
  EXPECT_EQ(a.by_token(token, home, now_us + 900 * second - 1).value().party, "fund");
  EXPECT_EQ(a.by_token(token, home, now_us + 900 * second).error().code, 13004);
}

// As a page does that was opened with a token in its address, perhaps twice.
TEST(Access, ATokenBindsAConnectionForWhatIsLeftOfItsTime) {
  Access a = access();
  api::Params asked =
      params("grant_type=client_credentials&client_id=desk&client_secret=correct-horse-battery");
  const Result<Grant, Error> first = a.auth(asked, home, now_us);
  ASSERT_TRUE(first);
  const std::string query = "grant_type=access_token&access_token=" + first.value().tokens.access_token;
  for (const i64 later : {100 * second, 300 * second}) {
    api::Params again = params(query);
    const Result<Grant, Error> bound = a.auth(again, home, now_us + later);
    ASSERT_TRUE(bound) << bound.error().reason;
    EXPECT_EQ(bound.value().caller.by, "desk");
    EXPECT_EQ(bound.value().tokens.access_until_us, now_us + 900 * second);
    EXPECT_EQ(grant_json(bound.value()).find("refresh_token"), std::string::npos);
    EXPECT_EQ(bound.value().expires_in_s, (900 * second - later) / second);
  }
  EXPECT_EQ(a.counts().sessions, 1u);
  api::Params late = params(query);
  EXPECT_EQ(a.auth(late, home, now_us + 900 * second).error().code, 13004);
}

// The signatures are Python's, over "1764000000000\n1764000000000\n".
TEST(Access, SignsInWithASignature) {
  Access a = access();
  const std::string ms = std::to_string(now_ms);
  const std::string desk =
      "grant_type=client_signature&client_id=desk&timestamp=" + ms + "&nonce=" + ms + "&data=";
  api::Params hmac =
      params(desk + "&signature=a88e9a8e0ef510f468931b7cde3837e81f121a196708e3c0c50e4f762b5ef5fd");
  const Result<Grant, Error> grant = a.auth(hmac, home, now_us);
  ASSERT_TRUE(grant) << grant.error().reason;
  api::Params ed25519 =
      params("grant_type=client_signature&client_id=risk&timestamp=" + ms + "&nonce=" + ms +
             "&signature=WzLR6kmU6dbV8/"
             "9y0ir0kHoJisgqIXvwEHWyjhoD0xgXXs%2BN6EJ%2BfYSfiu3jveRyWds0p1idPnnvU%2BOFR2BLCQ==");
  ASSERT_TRUE(a.auth(ed25519, home, now_us));
  // Whoever overheard it cannot sign in with it.
  api::Params again =
      params(desk + "&signature=a88e9a8e0ef510f468931b7cde3837e81f121a196708e3c0c50e4f762b5ef5fd");
  EXPECT_EQ(a.auth(again, home, now_us).error().code, 13004);
}

// The text of a signed call is "ts\nnonce\nGET\ntarget\n\n": it must not pass for ts, nonce and data.
TEST(Access, TheSignatureOfACallIsNoSignIn) {
  const std::string ms = std::to_string(now_ms);
  const std::string signature = testing::hmac_hex("correct-horse-battery", ms + "\n1\nGET\n/x\n\n");
  for (const char* split :
       {"&nonce=1&data=GET%0A/x%0A%0A", "&nonce=1%0AGET&data=/x%0A%0A", "&nonce=1%0AGET%0A/x%0A&data="}) {
    Access a = access();
    api::Params asked = params("grant_type=client_signature&client_id=desk&timestamp=" + ms +
                               "&signature=" + signature + split);
    const Result<Grant, Error> grant = a.auth(asked, home, now_us);
    ASSERT_FALSE(grant) << split;
    EXPECT_EQ(grant.error().code, -32602);
  }
}

TEST(Access, RefreshesOnceAndNeverToMore) {
  Access a = access();
  api::Params first = params(
      "grant_type=client_credentials&client_id=desk&client_secret=correct-horse-battery&scope=account:read");
  const Result<Grant, Error> grant = a.auth(first, home, now_us);
  ASSERT_TRUE(grant);
  EXPECT_FALSE(grant.value().caller.trade);
  EXPECT_FALSE(a.by_token(grant.value().tokens.access_token, home, now_us).value().trade);
  const std::string refresh = "grant_type=refresh_token&refresh_token=" + grant.value().tokens.refresh_token;
  api::Params second_time = params(refresh + "&scope=trade:read_write");
  const Result<Grant, Error> next = a.auth(second_time, home, now_us + 6 * 86'400 * second);
  ASSERT_TRUE(next);
  EXPECT_FALSE(next.value().caller.trade);
  EXPECT_TRUE(next.value().caller.read);
  EXPECT_EQ(a.by_token(grant.value().tokens.access_token, home, now_us).error().code, 13004);
  EXPECT_TRUE(a.by_token(next.value().tokens.access_token, home, now_us + 6 * 86'400 * second));
  api::Params used = params(refresh);
  EXPECT_EQ(a.auth(used, home, now_us).error().reason,
            "the refresh token is unknown, used or has run out: sign in again");
  a.revoke(next.value().tokens.access_token);
  EXPECT_FALSE(a.by_token(next.value().tokens.access_token, home, now_us + 6 * 86'400 * second));
}

TEST(Access, SaysWhatASignInLacks) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "grant_type"},
      {"grant_type=password", "grant_type"},
      {"grant_type=client_credentials&client_id=desk", "client_secret"},
      {"grant_type=client_signature&client_id=desk&timestamp=1", "signature"},
      {"grant_type=refresh_token", "refresh_token"},
  };
  Access a = access();
  for (const auto& [query, param] : cases) {
    api::Params asked = params(query);
    const Result<Grant, Error> grant = a.auth(asked, home, now_us);
    ASSERT_FALSE(grant) << query;
    EXPECT_EQ(grant.error().code, -32602);
    EXPECT_EQ(grant.error().param, param);
  }
}

TEST(Access, AnAddressThatGuessesMustWait) {
  Access a = access();
  const std::string wrong = "Basic ZGVzazp3cm9uZw==";  // desk:wrong
  const std::string right = "Basic ZGVzazpjb3JyZWN0LWhvcnNlLWJhdHRlcnk=";
  for (int i = 0; i < 10; ++i) EXPECT_EQ(a.by_header(wrong, read_call(), home, now_us).error().code, 13004);
  const Result<Caller, Error> blocked = a.by_header(right, read_call(), home, now_us);
  ASSERT_FALSE(blocked);
  EXPECT_EQ(blocked.error().code, 10028);
  EXPECT_EQ(blocked.error().wait_ms, 6'000);
  EXPECT_EQ(blocked.error().reason, "too many failed sign-ins from this address: come again in 6000 ms");
  EXPECT_EQ(api::error_json(blocked.error()),
            R"({"code":10028,"message":"too_many_requests","data":{"reason":)"
            R"("too many failed sign-ins from this address: come again in 6000 ms","wait_ms":6000}})");
  api::Params asked =
      params("grant_type=client_credentials&client_id=desk&client_secret=correct-horse-battery");
  EXPECT_EQ(a.auth(asked, home, now_us).error().code, 10028);
  EXPECT_TRUE(a.by_header(right, read_call(), "192.0.2.8", now_us));
  EXPECT_TRUE(a.by_header("", read_call(), home, now_us));
  EXPECT_TRUE(a.by_header(right, read_call(), home, now_us + 6 * second));
}

TEST(Access, AKeyComesFromItsAddresses) {
  Access a = access();
  Key guarded = testing::hmac_key();
  guarded.id = "guarded";
  const std::string header = signed_header(now_ms, "1", target, guarded);
  EXPECT_TRUE(a.by_header(header, read_call(), "10.1.2.3", now_us));
  const Result<Caller, Error> elsewhere = a.by_header(header, read_call(), home, now_us);
  ASSERT_FALSE(elsewhere);
  EXPECT_EQ(elsewhere.error().code, 13021);
  EXPECT_EQ(elsewhere.error().reason, "key guarded may not be used from this address");
  // A token that was stolen is no better.
  api::Params asked =
      params("grant_type=client_credentials&client_id=guarded&client_secret=correct-horse-battery");
  const Result<Grant, Error> grant = a.auth(asked, "::ffff:10.1.2.3", now_us);
  ASSERT_TRUE(grant);
  EXPECT_TRUE(a.by_token(grant.value().tokens.access_token, "10.9.9.9", now_us));
  EXPECT_EQ(a.by_token(grant.value().tokens.access_token, home, now_us).error().code, 13021);
}

TEST(Access, TheServersListIsForEverybody) {
  Options options;
  options.allow = {parse_network("10.0.0.0/8").value()};
  Access a = access_at(now_us, options);
  EXPECT_TRUE(a.may_come("10.1.1.1"));
  EXPECT_FALSE(a.may_come(home));
  EXPECT_FALSE(a.may_come("no address"));
  EXPECT_EQ(a.by_header("", read_call(), home, now_us).error().code, 13021);
  EXPECT_EQ(a.by_token("x", home, now_us).error().code, 13021);
  api::Params asked = params("grant_type=client_credentials");
  EXPECT_EQ(a.auth(asked, home, now_us).error().code, 13021);
}

TEST(Access, AdmitsAtTheRatesOfTheKey) {
  Options options;
  options.reads = {10, second, 3};
  options.trades = {2, second, 1};
  options.anonymous = {1, second, 2};
  Key own = testing::hmac_key();
  own.id = "own";
  own.trades = RateLimit{4, second, 2};
  Access a(options, {testing::hmac_key(), own}, 0);
  Caller desk, fast;
  desk.by = "desk";
  fast.by = "own";
  EXPECT_TRUE(a.admit(desk, home, Scope::read, 2, now_us));
  EXPECT_TRUE(a.admit(desk, home, Scope::simulate, 1, now_us));
  const Result<Done, Error> late = a.admit(desk, home, Scope::open, 1, now_us);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, 10028);
  EXPECT_EQ(late.error().wait_ms, 100);
  EXPECT_TRUE(a.admit(desk, home, Scope::trade, 1, now_us));  // of another bucket
  EXPECT_EQ(a.admit(desk, home, Scope::operate, 1, now_us).error().wait_ms, 500);
  EXPECT_TRUE(a.admit(fast, home, Scope::trade, 2, now_us));
  EXPECT_EQ(a.admit(fast, home, Scope::trade, 1, now_us).error().wait_ms, 250);
  EXPECT_TRUE(a.admit(fast, home, Scope::read, 3, now_us));
  // Without a key, by address: one /64 is one.
  EXPECT_TRUE(a.admit({}, "2001:db8::1", Scope::open, 1, now_us));
  EXPECT_TRUE(a.admit({}, "2001:db8::2", Scope::open, 1, now_us));
  EXPECT_EQ(a.admit({}, "2001:db8::3", Scope::open, 1, now_us).error().wait_ms, 1'000);
  EXPECT_TRUE(a.admit({}, home, Scope::open, 1, now_us));
  EXPECT_EQ(a.counts().limited, 4u);
}

TEST(Access, CountsSoManyAddressesApart) {
  Access a = access();
  const auto address = [](std::size_t i) {
    return "10." + std::to_string(i / 65'536) + "." + std::to_string(i / 256 % 256) + "." +
           std::to_string(i % 256);
  };
  for (std::size_t i = 0; i < sites_max + 1'000; ++i) {
    EXPECT_TRUE(a.admit({}, address(i), Scope::open, 1, now_us) || i >= sites_max + 500);
  }
  EXPECT_EQ(a.counts().sites, sites_max);
  // The rest shares one bucket of 500; those that were there first do not notice.
  EXPECT_FALSE(a.admit({}, home, Scope::open, 1, now_us));
  EXPECT_TRUE(a.admit({}, address(0), Scope::open, 1, now_us));
  // A second later those that asked nothing more are forgotten.
  EXPECT_TRUE(a.admit({}, home, Scope::open, 1, now_us + second));
  EXPECT_EQ(a.counts().sites, 1u);
}

}  // namespace
}  // namespace lockstep::access
