// What a hostile, broken or slow peer meets, from outside; after each of them the service answers others.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <regex>

#include "tests/e2e/serving.h"

namespace lockstep::e2e {
namespace {

using net::testing::Client;
using net::testing::frame;

// One service for all, with small limits; who was turned away must not matter to whom comes next.
struct Shared {
  Folder folder;
  Serving serving{
      write_serve_config(folder, "serve.toml", folder.path("data"),
                         "[server]\nport = 0\nheader_size = 4096\nbody_size = 8192\n"
                         "message_size = 8192\nrequest_timeout = \"1 s\"\nidle_timeout = \"5 s\"\n"
                         "[access]\nfailures_per_minute = 100000\n"
                         "anonymous = { per_second = 100000, burst = 100000 }\n"),
      folder.path("said")};
  Shared() {
    if (serving.wait_until_ready()) set_up_venue(serving);
  }
};

struct ServeBounds : testing::Test {
  static const Serving& venue() {
    static const Shared shared;
    return shared.serving;
  }
  // Also: nothing that a peer sends makes the service end or forget.
  void TearDown() override {
    const Answered account = venue().call("alice", "lockstep/account", {{"account", "alice-1"}});
    ASSERT_EQ(account.status, 200) << account.text << venue().said();
    EXPECT_EQ(account.result()["balances"][0]["amount"], "100000");
  }
};

std::string request(const std::string& target, const std::string& more = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: x\r\n" + more + "\r\n";
}
std::string posted(const std::string& body) {
  return "POST /api/v2 HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

// ---- sizes and times ----

TEST_F(ServeBounds, WhatIsTooLargeIsRefused) {
  EXPECT_EQ(Client(venue().port()).ask(request("/health", "X: " + std::string(5'000, 'a') + "\r\n")).status,
            431);
  EXPECT_EQ(Client(venue().port()).ask(request("/v1/accounts?filter=" + std::string(5'000, 'a'))).status,
            431);
  EXPECT_EQ(Client(venue().port()).ask(posted(std::string(9'000, ' '))).status, 413);
  EXPECT_EQ(Client(venue().port()).ask(posted(std::string(8'000, ' '))).status, 400)
      << "is read, and is no JSON";
  RpcSocket socket(venue().port());
  socket.send(std::string(9'000, ' '));
  EXPECT_TRUE(socket.next().is_null());
  EXPECT_EQ(socket.close_code(), 1009);
}

TEST_F(ServeBounds, ARequestThatDoesNotEndIsEnded) {
  Client slow(venue().port());
  std::string head = "GET /health HTTP/1.1\r\nHost: x\r\n";
  for (const char c : head) {
    if (!slow.send(std::string(1, c))) break;
    ::usleep(1'000);
  }
  EXPECT_EQ(slow.reply().status, 408);
  EXPECT_EQ(slow.rest(), "");
  Client body(venue().port());
  body.send("POST /api/v2 HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");
  EXPECT_EQ(body.reply().status, 408);
}

TEST_F(ServeBounds, DeepJsonIsRefusedInOneLine) {
  const std::string deep = std::string(2'000, '[') + std::string(2'000, ']');
  const std::string text = R"({"id":1,"method":"public/test","params":{"a":)" + deep + "}}";
  const Answered answered = venue().http("POST", "/api/v2", text);
  EXPECT_EQ(answered.status, 400);
  EXPECT_EQ(answered.code(), -32700);
  EXPECT_LT(answered.text.size(), 500u);
  RpcSocket socket(venue().port());
  socket.send(text);
  EXPECT_EQ(socket.next()["error"]["code"], -32700);
  EXPECT_EQ(socket.call("public/test").contains("result"), true);
}

TEST_F(ServeBounds, WhatIsSaidBackOfAWrongCallIsBounded) {
  const std::string name(7'000, 'x');
  const Answered unknown = venue().call("", name);
  EXPECT_EQ(unknown.code(), -32601);
  EXPECT_LT(unknown.text.size(), 1'000u);
}

// ---- what is no HTTP, no WebSocket ----

TEST_F(ServeBounds, MalformedRequestsAreAnsweredAndClosed) {
  for (const char* text :
       {"\x16\x03\x01\x02", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST /api/v2 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        "GET / HTTP/1.1\r\nHost: x\r\n bad\x01: y\r\n\r\n"}) {
    Client client(venue().port());
    client.send(text);
    client.half_close();
    const int status = client.reply().status;
    EXPECT_TRUE(status == 400 || status == 0) << text << status;
    EXPECT_EQ(client.rest(), "") << text;
  }
}

TEST_F(ServeBounds, MalformedFramesEndTheirSocketOnly) {
  RpcSocket watching(venue().port());
  const std::pair<std::string, int> frames[] = {
      {frame(1, "{}", true, false), 1002},         // not masked
      {std::string("\xf1\x80\0\0\0\0", 6), 1002},  // reserved bits
      {frame(3, "x"), 1002},                       // no such opcode
      {frame(0, "x"), 1002},                       // goes on with nothing
      {frame(9, std::string(126, 'x')), 1002},     // a ping this long
      {frame(9, "x", false), 1002},                // or in parts
      {frame(1, "\xff\xfe"), 1007},                // no UTF-8
      {frame(8, "\x03"), 1002},                    // half a code
  };
  for (const auto& [bytes, code] : frames) {
    RpcSocket socket(venue().port());
    ASSERT_TRUE(socket.open());
    socket.send_bytes(bytes);
    while (!socket.next().is_null()) {
    }
    EXPECT_EQ(socket.close_code(), code);
  }
  EXPECT_TRUE(watching.call("public/test").contains("result"));
}

TEST_F(ServeBounds, ABinaryFrameIsNoCall) {
  RpcSocket socket(venue().port());
  socket.send_bytes(frame(2, R"({"id":1,"method":"public/test"})"));
  const Tree text = socket.next();
  EXPECT_TRUE(text.is_null()) << text.dump();
  EXPECT_EQ(socket.close_code(), 1003);
}

// JSON that is no call is answered, and the socket stays.
TEST_F(ServeBounds, NonsenseOverASocketIsAnsweredByItsNumber) {
  RpcSocket socket(venue().port());
  const std::pair<const char*, int> texts[] = {{"", -32700},
                                               {"null", -32700},
                                               {"[]", -32600},
                                               {R"({"id":1})", -32600},
                                               {R"({"id":1,"method":"none"})", -32601},
                                               {R"({"id":1,"method":"public/subscribe"})", -32602},
                                               {R"({"id":1,"method":"public/auth"})", -32602},
                                               {R"({"id":1,"method":"public/set_heartbeat"})", -32602}};
  for (const auto& [text, code] : texts) {
    socket.send(text);
    EXPECT_EQ(socket.next()["error"]["code"], code) << text;
  }
}

// ---- paths and methods ----

TEST_F(ServeBounds, PathTricksFindNothing) {
  const Header alice{"Authorization", basic("alice", secret_of("alice"))};
  for (const char* path : {"/v1/../v1/log",
                           "/v1/%2e%2e/metrics",
                           "/%2e%2e/%2e%2e/etc/passwd",
                           "/../../etc/passwd",
                           "//etc/passwd",
                           "/docs/..%2f..%2fetc/passwd",
                           "/docs/..\\..\\etc\\passwd",
                           "/index.html%00.js",
                           "/v1//accounts",
                           "/v1/accounts/",
                           "/v1/accounts/alice-1/",
                           "/v1/accounts/alice-1;x=1",
                           "/v1/accounts/%00",
                           "/v1/accounts/alice-1%00",
                           "/v1/accounts/alice-1%2fmargin",
                           "/v1/accounts/..%2fbob-1",
                           "/v1/accounts/%ff",
                           "/v1/accounts/%",
                           "/v1/accounts/%zz",
                           "/v1/accounts/bob-1",
                           "/V1/accounts/alice-1",
                           "/api/v2/../v2/public/test",
                           "/api/v2//public/test",
                           "/api/v2/public%2ftest",
                           "/api/v2/public/test/",
                           "/api/v3",
                           "/metrics/",
                           "/health%20",
                           "/.git/config",
                           "/serve.toml"}) {
    const Answered answered = venue().http("GET", path, "", {alice});
    EXPECT_GE(answered.status, 400) << path << answered.text;
    EXPECT_LT(answered.status, 500) << path << answered.text;
    EXPECT_EQ(answered.text.find("root:"), std::string::npos) << path;
    EXPECT_EQ(answered.text.find("100000"), std::string::npos) << path << answered.text;
  }
  // An encoded letter is that letter: no other resource, and no way around anything.
  EXPECT_EQ(venue().http("GET", "/v1/accounts/alice%2D1", "", {alice}).status, 200);
}

TEST_F(ServeBounds, OtherMethodsDoNothing) {
  const Header ops{"Authorization", basic("ops", secret_of("ops"))};
  for (const char* method : {"TRACE", "CONNECT", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "x"}) {
    for (const char* path :
         {"/", "/v1/accounts", "/v1/accounts/alice-1", "/api/v2/public/test", "/openapi.yaml"}) {
      const Answered answered = venue().http(method, path, "", {ops, {"X-Mark", "mirror-me"}});
      const bool says =
          std::string(method) == "OPTIONS" && answered.status == 204;  // which methods there are
      EXPECT_TRUE(says || answered.status == 405 || answered.status == 400 || answered.status == 501)
          << method << " " << path << answered.status << answered.text;
      EXPECT_EQ(answered.text.find("mirror-me"), std::string::npos) << method;
      EXPECT_EQ(answered.head.find("Access-Control"), std::string::npos) << method;
    }
  }
  const Answered head = venue().http("HEAD", "/openapi.yaml");
  EXPECT_EQ(head.status, venue().http("GET", "/openapi.yaml").status);
  EXPECT_EQ(head.text, "");
}

TEST_F(ServeBounds, HeadersDoNotChangeTheMethodOrTheAddress) {
  const Header ops{"Authorization", basic("ops", secret_of("ops"))};
  const std::string tick = R"({"command":"tick"})";
  for (const char* name : {"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"}) {
    EXPECT_EQ(venue().http("POST", "/v1/accounts", tick, {ops, {name, "GET"}}).status, 405) << name;
    EXPECT_EQ(venue().http("GET", "/v1/accounts?_method=POST", "", {ops, {name, "DELETE"}}).status, 400)
        << name;
  }
  // Nobody takes another address on by saying so.
  for (const char* name : {"X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP"}) {
    const Answered away =
        venue().http("GET", "/v1/accounts", "",
                     {{"Authorization", basic("away", secret_of("away"))}, {name, "192.0.2.7"}});
    EXPECT_EQ(away.status, 403) << name;
  }
}

// ---- browsers ----

TEST_F(ServeBounds, NoOtherSiteMayReadAnswers) {
  for (const char* path :
       {"/", "/health", "/metrics", "/v1/surfaces", "/api/v2/public/test", "/openapi.yaml"}) {
    const Answered answered = venue().http("GET", path, "", {{"Origin", "https://elsewhere.example"}});
    EXPECT_EQ(answered.head.find("Access-Control"), std::string::npos) << path;
    EXPECT_EQ(answered.head.find("Set-Cookie"), std::string::npos) << path;
    EXPECT_EQ(answered.head.find("WWW-Authenticate"), std::string::npos) << path;
  }
  const Answered preflight =
      venue().http("OPTIONS", "/api/v2", "",
                   {{"Origin", "https://elsewhere.example"}, {"Access-Control-Request-Method", "POST"}});
  EXPECT_EQ(preflight.status, 405);
  EXPECT_EQ(preflight.head.find("Access-Control"), std::string::npos);
}

std::string header_of(const Answered& answered, const std::string& name) {
  const std::size_t at = answered.head.find("\r\n" + name + ": ");
  if (at == std::string::npos) return "";
  const std::size_t from = at + name.size() + 4;
  return answered.head.substr(from, answered.head.find("\r\n", from) - from);
}

TEST_F(ServeBounds, EveryAnswerSaysThatItsTypeIsMeant) {
  for (const char* path : {"/", "/none", "/health", "/ready", "/metrics", "/v1/surfaces", "/v1/none",
                           "/api/v2/public/test", "/api/v2/none", "/openapi.yaml", "/docs"}) {
    EXPECT_EQ(header_of(venue().http("GET", path), "X-Content-Type-Options"), "nosniff") << path;
  }
  // What is about an account is kept by nobody on the way.
  const Header alice{"Authorization", basic("alice", secret_of("alice"))};
  for (const char* path : {"/v1/accounts/alice-1", "/api/v2/private/get_positions?currency=any"}) {
    const std::string kept = header_of(venue().http("GET", path, "", {alice}), "Cache-Control");
    EXPECT_TRUE(kept.find("no-store") != std::string::npos || kept.find("private") != std::string::npos)
        << path << kept;
  }
}

TEST_F(ServeBounds, ThePageMayDoLittle) {
  const Answered page = venue().http("GET", "/", "", {{"Accept-Encoding", "gzip"}});
  if (page.status == 404) GTEST_SKIP() << "this build has no page";
  ASSERT_EQ(page.status, 200) << page.head;
  const std::string policy = header_of(page, "Content-Security-Policy");
  for (const char* part : {"default-src 'none'", "script-src 'self'", "connect-src 'self'", "base-uri 'none'",
                           "form-action 'none'", "frame-ancestors 'none'"}) {
    EXPECT_NE(policy.find(part), std::string::npos) << policy;
  }
  EXPECT_EQ(policy.find("unsafe"), std::string::npos) << policy;
  EXPECT_EQ(header_of(page, "Referrer-Policy"), "no-referrer");
  EXPECT_EQ(header_of(page, "Cross-Origin-Opener-Policy"), "same-origin");
}

// A socket from another site's page is open to it as to anybody, and has no more rights than anybody: nothing
// that a browser sends by itself signs anyone in (docs/security.md).
TEST_F(ServeBounds, ASocketFromAnotherSiteIsNobodys) {
  RpcSocket socket(venue().port(),
                   {{"Origin", "https://elsewhere.example"}, {"Cookie", "token=x; session=y"}});
  ASSERT_TRUE(socket.open());
  EXPECT_TRUE(socket.call("public/test").contains("result"));
  EXPECT_EQ(socket.call("private/get_positions", {{"currency", "any"}})["error"]["code"], 13009);
  EXPECT_EQ(
      socket.call("private/subscribe", {{"channels", Tree::array({"lockstep.overview"})}})["error"]["code"],
      13009);
}

// ---- rates ----

struct ServeRates : testing::Test {
  Folder folder;
  Serving serving{write_serve_config(
                      folder, "serve.toml", folder.path("data"),
                      "[access]\nfailures_per_minute = 3\nanonymous = { per_second = 2, burst = 5 }\n",
                      {{"ops", R"("read", "operate")", ""},
                       {"slow", R"("read", "operate")", "",
                        "reads = { per_second = 2, burst = 4 }\ntrades = { per_second = 1, burst = 2 }\n"}}),
                  folder.path("said")};
  // Until it is refused for its rate; how often it was not.
  template <class Ask>
  static int count_until_limited(Ask ask) {
    for (int i = 0; i < 100; ++i) {
      if (ask() == 10028) return i;
    }
    return 100;
  }
};

TEST_F(ServeRates, AKeyIsSlowedDownAndComesBack) {
  ASSERT_TRUE(serving.wait_until_ready()) << serving.said();
  const auto look = [&] { return serving.call("slow", "lockstep/overview").code(); };
  const auto change = [&] { return serving.call("slow", "lockstep/command", {{"command", "tick"}}).code(); };
  EXPECT_GE(count_until_limited(look), 4);
  EXPECT_GE(count_until_limited(change), 2) << "what changes something is counted apart";
  Answered limited = serving.call("slow", "lockstep/command", {{"command", "tick"}});
  while (limited.code() != 10028) limited = serving.call("slow", "lockstep/command", {{"command", "tick"}});
  EXPECT_EQ(limited.status, 429);
  const i64 wait_ms = std::stoll(limited.text.substr(limited.text.find("come again in ") + 14));
  EXPECT_GT(wait_ms, 0);
  EXPECT_LE(wait_ms, 1'000);
  ::usleep(static_cast<useconds_t>(wait_ms + 20) * 1'000);
  EXPECT_EQ(change(), 0);
  EXPECT_EQ(serving.call("ops", "lockstep/overview").status, 200) << "others do not notice";
}

TEST_F(ServeRates, AnAddressWithoutAKeyIsSlowedDownWhateverItAsks) {
  ASSERT_TRUE(serving.wait_until_ready()) << serving.said();
  EXPECT_LT(count_until_limited([&] { return serving.call("", "public/test").code(); }), 30);
  EXPECT_LT(count_until_limited([&] { return serving.call("", "none/such").code(); }), 30);
  RpcSocket socket(serving.port());
  const Tree none = {{"channels", Tree::array({"none"})}};
  const auto ask = [&](const char* method) {
    return [&socket, &none, method] {
      const Tree answer = socket.call(method, none);
      return answer.contains("error") ? answer["error"]["code"].get<int>() : 0;
    };
  };
  EXPECT_LT(count_until_limited(ask("public/test")), 30);
  EXPECT_LT(count_until_limited(ask("public/subscribe")), 30);
  EXPECT_LT(count_until_limited(ask("public/unsubscribe")), 30);
  EXPECT_LT(count_until_limited(ask("none/such")), 30);
  EXPECT_EQ(serving.http("GET", "/health").status, 200) << "monitors are answered";
  EXPECT_EQ(serving.call("ops", "lockstep/overview").status, 200);
}

TEST_F(ServeRates, WhoGuessesMustWait) {
  ASSERT_TRUE(serving.wait_until_ready()) << serving.said();
  const auto guess = [&] {
    return serving.http("GET", "/v1/overview", "", {{"Authorization", basic("ops", "guessed-0123456789ab")}})
        .status;
  };
  for (int i = 0; i < 3; ++i) EXPECT_EQ(guess(), 401) << i;
  EXPECT_EQ(guess(), 429);
  // From that address the right secret has to wait, too, or the guesser would learn that it was right.
  EXPECT_EQ(serving.call("ops", "lockstep/overview").status, 429);
}

}  // namespace
}  // namespace lockstep::e2e
