// Requests to calls, answers to resources and problems, with methods that only say how they were called.
#include "node/rest/rest.h"

#include <gtest/gtest.h>

#include "node/json/json.h"
#include "node/rest/idempotency.h"
#include "node/rest/problem.h"

namespace lockstep::rest {
namespace {

net::Request request(std::string method, std::string target, std::string body = "") {
  net::Request r;
  r.method = std::move(method);
  r.target = target;
  r.path = target.substr(0, target.find('?'));
  r.query = target.find('?') == std::string::npos ? "" : target.substr(target.find('?') + 1);
  if (!body.empty()) r.headers.emplace_back("content-type", "application/json");
  r.body = std::move(body);
  return r;
}

std::string header(const net::Response& response, std::string_view name) {
  for (const auto& [one, value] : response.headers) {
    if (one == name) return value;
  }
  return "(none)";
}

struct Rest : testing::Test {
  std::map<std::string, api::Method, std::less<>> methods;

  const api::Method* find(std::string_view name) {
    if (name == "lockstep/stability") return nullptr;
    api::Method& method = methods[std::string(name)];
    method.name = name;
    return &method;
  }
  std::optional<Routed> routed(const net::Request& r) {
    return route(
        r, [this](std::string_view name) { return find(name); }, "r-1");
  }
  // "lockstep/account account=alice prices=true", or the status of what was answered at once.
  std::string called(const net::Request& r) {
    std::optional<Routed> to = routed(r);
    if (!to) return "not ours";
    if (to->response) return std::to_string(to->response->status);
    std::string text = to->method->name;
    for (const auto& [name, value] : to->params.everything().members) {
      text += " " + name + "=" + value.text;
      for (const JsonValue& item : value.items) text += "[" + item.text + "]";
    }
    return text;
  }
  net::Response presented(const net::Request& r, const api::Answer& answer, u64 position = 812) {
    return present(*routed(r), answer, position);
  }
};

TEST_F(Rest, PathsAndQueriesAreCalls) {
  EXPECT_EQ(called(request("GET", "/v1/overview")), "lockstep/overview");
  EXPECT_EQ(called(request("HEAD", "/v1/overview")), "lockstep/overview");
  EXPECT_EQ(called(request("GET", "/v1/accounts?sort=equity&states=call,liquidation&limit=7")),
            "lockstep/accounts sort=equity states=[call][liquidation] limit=7");
  EXPECT_EQ(called(request("GET", "/v1/accounts/whale-7")), "lockstep/account account=whale-7");
  EXPECT_EQ(called(request("GET", "/v1/accounts/desk~a%3Ab+c/margin?prices=true")),
            "lockstep/account prices=true account=desk/a:b+c");
  EXPECT_EQ(called(request("GET", "/v1/accounts/a/heat-map?base=BTC&prices=-50,0,50")),
            "lockstep/heat_map base=BTC prices=[-50][0][50] account=a");
  EXPECT_EQ(called(request("POST", "/v1/accounts/a/what-if", R"({"changes":["price BTC -5 %"]})")),
            "lockstep/what_if changes=[price BTC -5 %] account=a");
  EXPECT_EQ(called(request("GET", "/v1/commands/12")), "lockstep/log from=12 limit=1");
  EXPECT_EQ(called(request("GET", "/v1/epochs/main/3")), "lockstep/epochs rulebook=main");
  EXPECT_EQ(called(request("DELETE", "/v1/epochs/main/3")), "lockstep/cancel_epoch rulebook=main epoch=3");
  EXPECT_EQ(called(request("POST", "/v1/epochs/main/3/approvals", R"({"note":"ok"})")),
            "lockstep/approve note=ok rulebook=main epoch=3");
  EXPECT_EQ(called(request("GET", "/v1/surfaces/btc_usd")), "lockstep/surface index=btc_usd");
  EXPECT_EQ(called(request("GET", "/v1/log/status")), "lockstep/overview");
  EXPECT_EQ(called(request("GET", "/v2/overview")), "not ours");
  EXPECT_EQ(called(request("GET", "/")), "not ours");
}

TEST_F(Rest, WhatIsNoResourceIsAProblem) {
  EXPECT_EQ(called(request("GET", "/v1")), "404");
  EXPECT_EQ(called(request("GET", "/v1/")), "404");
  EXPECT_EQ(called(request("GET", "/v1/accounts/")), "404");
  EXPECT_EQ(called(request("GET", "/v1/overview/")), "404");
  EXPECT_EQ(called(request("GET", "/v1//overview")), "404");
  EXPECT_EQ(called(request("GET", "/v1/commands/-1")), "404");
  EXPECT_EQ(called(request("GET", "/v1/epochs/main/0")), "404");
  EXPECT_EQ(called(request("GET", "/v1/stability")), "501");
  for (const char* path :
       {"/v1/accounts/a%2fb", "/v1/accounts/a%2Fb", "/v1/accounts/..", "/v1/accounts/%2e%2e",
        "/v1/accounts/.", "/v1/accounts/a%00", "/v1/accounts/a%0d%0a", "/v1/accounts/a%7f", "/v1/accounts/%",
        "/v1/accounts/%zz", "/v1/accounts/%ff"}) {
    EXPECT_EQ(called(request("GET", path)), "400") << path;
  }
  EXPECT_EQ(called(request("GET", "/v1/accounts/a?account=b")), "400");
  EXPECT_EQ(called(request("GET", "/v1/accounts?x=%zz")), "400");
  EXPECT_EQ(called(request("POST", "/v1/commands?x=1", R"({"command":"tick"})")), "400");
  EXPECT_EQ(called(request("POST", "/v1/commands", R"(["tick"])")), "400");
  EXPECT_EQ(called(request("POST", "/v1/commands", R"({"command":)")), "400");
  EXPECT_EQ(called(request("POST", "/v1/commands", R"({"command":"tick","key":"k"})")), "400");
  EXPECT_EQ(called(request("GET", "/v1/overview", "{}")), "400");
}

TEST_F(Rest, MethodsAndTypes) {
  std::optional<Routed> wrong = routed(request("PUT", "/v1/epochs/main/1"));
  EXPECT_EQ(wrong->response->status, 405);
  EXPECT_EQ(header(*wrong->response, "Allow"), "GET, HEAD, DELETE, OPTIONS");
  EXPECT_EQ(wrong->response->type, "application/problem+json");
  wrong = routed(request("OPTIONS", "/v1/commands"));
  EXPECT_EQ(wrong->response->status, 204);
  EXPECT_EQ(header(*wrong->response, "Allow"), "POST, OPTIONS");
  EXPECT_EQ(header(*wrong->response, "Access-Control-Allow-Origin"), "(none)");

  net::Request r = request("GET", "/v1/overview");
  r.headers.emplace_back("accept", "text/html, application/xml;q=0.9");
  EXPECT_EQ(called(r), "406");
  r.headers[0].second = "application/json;q=0";
  EXPECT_EQ(called(r), "406");
  r.headers[0].second = "text/html,*/*;q=0.8";
  EXPECT_EQ(called(r), "lockstep/overview");
  r = request("POST", "/v1/commands", R"({"command":"tick"})");
  r.headers[0].second = "text/plain";
  EXPECT_EQ(called(r), "415");
  r.headers[0].second = "Application/JSON; charset=utf-8";
  EXPECT_EQ(called(r), "lockstep/command command=tick");
}

TEST_F(Rest, AnAnswerIsTaggedWithItsPosition) {
  net::Request r = request("GET", "/v1/accounts/a");
  net::Response response = presented(r, std::string(R"({"position":812,"account":"a"})"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"position":812,"account":"a"})");
  EXPECT_EQ(response.type, "application/json");
  EXPECT_EQ(header(response, "ETag"), "\"812\"");
  EXPECT_EQ(header(response, "Cache-Control"), "private, no-cache");
  EXPECT_EQ(header(response, "Vary"), "Authorization, Accept");

  r.headers.emplace_back("if-none-match", "\"811\", W/\"812\"");
  const std::optional<net::Response> same = not_modified(*routed(r), 812);
  ASSERT_TRUE(same);
  EXPECT_EQ(same->status, 304);
  EXPECT_EQ(header(*same, "ETag"), "\"812\"");
  EXPECT_FALSE(not_modified(*routed(r), 813));
  EXPECT_FALSE(not_modified(*routed(request("GET", "/v1/accounts/a")), 812));
  // Where the answer is of this moment, having the position is not having the answer.
  r = request("GET", "/v1/replicas");
  r.headers.emplace_back("if-none-match", "\"812\"");
  EXPECT_FALSE(not_modified(*routed(r), 812));
  EXPECT_EQ(header(presented(r, std::string("{}")), "Cache-Control"), "no-store");

  response = presented(request("HEAD", "/v1/accounts/a"), std::string(R"({"position":812})"));
  EXPECT_EQ(response.body, R"({"position":812})");  // the server leaves it out
  EXPECT_EQ(header(response, "ETag"), "\"812\"");
}

TEST_F(Rest, ErrorsAreProblems) {
  const net::Request r = request("GET", "/v1/accounts/nobody/statement");
  net::Response response = presented(r, api::not_found("there is no account \"nobody\" that you may see"));
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.type, "application/problem+json");
  EXPECT_EQ(response.body, R"({"type":"urn:lockstep:problem:account-not-found",)"
                           R"("title":"There is no such account","status":404,)"
                           R"("detail":"there is no account \"nobody\" that you may see",)"
                           R"("instance":"urn:lockstep:request:r-1","code":13020})");
  EXPECT_EQ(header(response, "ETag"), "(none)");

  api::Error error = api::invalid_params("asset", "asset: there is no asset \"X\"");
  error.refusal = Refusal::unknown_asset;
  response = presented(r, error);
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(response.body,
            R"({"type":"urn:lockstep:problem:unknown-asset","title":"no such asset","status":422,)"
            R"("detail":"asset: there is no asset \"X\"","instance":"urn:lockstep:request:r-1",)"
            R"("code":-32602,"param":"asset","refusal":2001,"rule":"unknown_asset"})");

  response = presented(r, api::unauthorized());
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(header(response, "WWW-Authenticate"), "Bearer realm=\"lockstep\"");
  EXPECT_EQ(presented(r, api::forbidden("")).status, 403);
  EXPECT_EQ(presented(r, api::invalid_params("a", "a: is required")).status, 400);
  EXPECT_EQ(header(presented(r, api::busy("")), "Retry-After"), "1");
  response = presented(r, api::Error{api::code::too_many_requests, "too_many_requests", "", ""});
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(presented(r, api::Error{api::code::internal_error, "internal_error", "", ""}).status, 500);
  response = presented(r, api::Error{api::code::not_enough_funds, "not_enough_funds", "", ""});
  EXPECT_EQ(response.status, 422);
  EXPECT_NE(response.body.find("urn:lockstep:problem:not-enough-funds"), std::string::npos);
}

TEST_F(Rest, PagesFollowACursor) {
  const net::Request first = request("GET", "/v1/accounts?limit=2");
  net::Response response =
      presented(first, std::string(R"({"position":9,"total":3,"offset":0,"rows":[{"a":1},{"a":2}]})"));
  // base64url of "offset:2"
  EXPECT_EQ(response.body,
            R"({"position":9,"total":3,"offset":0,"rows":[{"a":1},{"a":2}],"next":"b2Zmc2V0OjI"})");
  const net::Request second = request("GET", "/v1/accounts?limit=2&cursor=b2Zmc2V0OjI");
  EXPECT_EQ(called(second), "lockstep/accounts limit=2 offset=2");
  response = presented(second, std::string(R"({"position":9,"total":3,"offset":2,"rows":[{"a":3}]})"));
  EXPECT_NE(response.body.find(R"("next":null)"), std::string::npos);

  response =
      presented(request("GET", "/v1/log?limit=2"),
                std::string(R"({"position":9,"first":0,"last":8,"rows":[{"position":8},{"position":6}]})"));
  // base64url of "from:5"
  EXPECT_NE(response.body.find(R"("next":"ZnJvbTo1")"), std::string::npos) << response.body;
  EXPECT_EQ(called(request("GET", "/v1/log?cursor=ZnJvbTo1")), "lockstep/log from=5");
  response = presented(request("GET", "/v1/log?limit=1"),
                       std::string(R"({"position":9,"first":0,"last":8,"rows":[{"position":0}]})"));
  EXPECT_NE(response.body.find(R"("next":null)"), std::string::npos);

  response = presented(request("GET", "/v1/log?limit=1&descending=false"),
                       std::string(R"({"position":9,"first":0,"last":8,"rows":[{"position":4}]})"));
  EXPECT_NE(response.body.find(R"("next":"ZnJvbTo1")"), std::string::npos) << response.body;

  for (const char* bad : {"cursor=ZnJvbTo1", "cursor=b2Zmc2V0OjI=", "cursor=", "cursor=b2Zmc2V0OmE",
                          "offset=2", "limit=0", "limit=501", "limit=x"}) {
    EXPECT_EQ(called(request("GET", "/v1/accounts?" + std::string(bad))), "400") << bad;
  }
}

TEST_F(Rest, PartsOfAResult) {
  net::Response response = presented(request("GET", "/v1/accounts/a/margin"),
                                     std::string(R"({"position":9,"account":"a","party":"p","state":"normal",
                                       "pools":[{"equity":"1.50"}],"holdings":[],"orders":[]})"));
  EXPECT_EQ(response.body, R"({"position":9,"account":"a","state":"normal","pools":[{"equity":"1.50"}]})");

  const std::string epochs =
      R"({"position":9,"rulebooks":[{"rulebook":"main","active":1,"rules":{"approvals":1},
      "epochs":[{"epoch":1,"status":"active"},{"epoch":2,"status":"proposed","note":"n"}]}]})";
  response = presented(request("GET", "/v1/epochs/main/2"), epochs);
  EXPECT_EQ(response.body, R"({"position":9,"rulebook":"main","active":1,"rules":{"approvals":1},)"
                           R"("epoch":2,"status":"proposed","note":"n"})");
  response = presented(request("GET", "/v1/epochs/main/3"), epochs);
  EXPECT_EQ(response.status, 404);
  EXPECT_NE(response.body.find("urn:lockstep:problem:epoch-not-found"), std::string::npos) << response.body;
  EXPECT_NE(response.body.find("there is no epoch of main, 3"), std::string::npos) << response.body;

  const std::string rows = R"({"position":9,"rows":[{"position":4,"command":"tick"}]})";
  EXPECT_EQ(presented(request("GET", "/v1/commands/4"), rows).body, R"({"position":4,"command":"tick"})");
  response = presented(request("GET", "/v1/commands/5"), rows);  // a filter may give an earlier one
  EXPECT_EQ(response.status, 404);
  EXPECT_NE(response.body.find("urn:lockstep:problem:command-not-found"), std::string::npos) << response.body;
}

TEST_F(Rest, CommandsAreCreatedOrRefused) {
  const net::Request r = request("POST", "/v1/commands", R"({"command":"tick"})");
  net::Response response =
      presented(r, std::string(R"({"position":41,"command":"tick","outcome":"accepted","events":[]})"));
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(header(response, "Location"), "/v1/commands/41");
  EXPECT_EQ(header(response, "ETag"), "(none)");
  EXPECT_EQ(header(response, "Idempotent-Replayed"), "(none)");

  response = presented(r, std::string(R"({"position":42,"command":"withdraw","outcome":"balance_insufficient",
                          "refusal":5002,"reason":"the balance is smaller than the amount","events":[]})"));
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(header(response, "Location"), "/v1/commands/42");
  EXPECT_EQ(response.body, R"({"type":"urn:lockstep:problem:balance-insufficient",)"
                           R"("title":"the balance is smaller than the amount","status":422,)"
                           R"("detail":"the balance is smaller than the amount",)"
                           R"("instance":"urn:lockstep:request:r-1","code":10001,"refusal":5002,)"
                           R"("rule":"balance_insufficient","position":42})");

  response = presented(
      request("POST", "/v1/epochs", R"({"rulebook_text":"x"})"),
      std::string(R"({"position":43,"outcome":"accepted","repeated":true,"rulebook":"a/b","epoch":7})"));
  EXPECT_EQ(header(response, "Location"), "/v1/epochs/a~b/7");
  EXPECT_EQ(header(response, "Idempotent-Replayed"), "true");
}

TEST_F(Rest, AKeyIsAnsweredOnce) {
  Keys keys(2);
  const auto with_key = [](std::string key, std::string body) {
    net::Request r = request("POST", "/v1/commands", std::move(body));
    r.headers.emplace_back("idempotency-key", std::move(key));
    return r;
  };
  const net::Request r = with_key("k1", R"({"command":"tick"})");
  const Routed to = *routed(r);
  EXPECT_EQ(to.key, "k1");
  EXPECT_EQ(called(r), "lockstep/command command=tick key=k1");
  EXPECT_FALSE(keys.begin("ops", to, r, 0));
  EXPECT_EQ(keys.begin("ops", to, r, 1)->status, 409);  // under way
  EXPECT_FALSE(keys.begin("risk", to, r, 1));           // another's key
  net::Response done{201, "application/json", R"({"position":41})", {{"Location", "/v1/commands/41"}}};
  keys.finish("ops", to, done);

  const std::optional<net::Response> again = keys.begin("ops", to, r, 2);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->status, 201);
  EXPECT_EQ(again->body, done.body);
  EXPECT_EQ(header(*again, "Location"), "/v1/commands/41");
  EXPECT_EQ(header(*again, "Idempotent-Replayed"), "true");
  const net::Request other = with_key("k1", R"({"command":"tick" })");
  EXPECT_EQ(keys.begin("ops", *routed(other), other, 3)->status, 422);

  // What did not come to the log may be asked again; the oldest is forgotten first; after a day all are.
  keys.finish("risk", to, net::Response{400, "", "", {}});
  EXPECT_FALSE(keys.begin("risk", to, r, 4));
  const net::Request second = with_key("k2", R"({"command":"tick"})");
  EXPECT_FALSE(keys.begin("ops", *routed(second), second, 5));
  EXPECT_FALSE(keys.begin("ops", to, r, 6));
  keys.finish("ops", to, done);
  EXPECT_TRUE(keys.begin("ops", to, r, 7));
  EXPECT_FALSE(keys.begin("ops", to, r, 86'400'000'008));

  EXPECT_EQ(called(with_key("", R"({"command":"tick"})")), "400");
  EXPECT_EQ(called(with_key("a b", R"({"command":"tick"})")), "400");
  EXPECT_EQ(called(with_key(std::string(129, 'k'), R"({"command":"tick"})")), "400");
}

TEST_F(Rest, RoutesAreReadable) {
  for (const Route& one : routes()) {
    std::string target(one.path);
    for (const char* name : {"{account}", "{index}", "{rulebook}", "{epoch}", "{position}"}) {
      const std::size_t at = target.find(name);
      if (at != std::string::npos) target.replace(at, std::string_view(name).size(), "1");
    }
    const std::string text = called(request(std::string(one.verb), target));
    if (one.method == "lockstep/stability") continue;
    EXPECT_EQ(text.substr(0, text.find(' ')), one.method) << target;
  }
}

}  // namespace
}  // namespace lockstep::rest
