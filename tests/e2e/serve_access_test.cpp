// Who may do what, from outside: every method by every kind of key, and what proves a key.
#include <gtest/gtest.h>

#include <map>
#include <regex>

#include "node/deribit/methods.h"
#include "node/rest/log_method.h"
#include "node/rest/methods.h"
#include "node/view/desk.h"
#include "tests/e2e/serving.h"

namespace lockstep::e2e {
namespace {

// What only bob has: if it comes back to alice, something leaked.
constexpr char marker_balance[] = "131313.25";
constexpr char marker_price[] = "98765.4";

// One venue for all tests of this file, which each begin with signed-in clients of their own.
struct Shared {
  Folder folder;
  Serving serving{write_serve_config(folder, "serve.toml", folder.path("data"),
                                     "[access]\nfailures_per_minute = 100000\n"),
                  folder.path("said")};
  Shared() {
    if (!serving.wait_until_ready()) return;
    set_up_venue(serving);
    const std::string deposit =
        R"({"command":"deposit","account":"bob-1","asset":"USDT","amount":"31313.25"})";
    serving.command("ops", Tree::parse(deposit));
    serving.command("ops", Tree::parse(R"({"command":"place_order","account":"bob-1","order":1,"side":"buy",
        "instrument":"BTC-PERP","price":")" +
                                       std::string(marker_price) + R"(","lots":100})"));
  }
};
const Serving& venue() {
  static const Shared shared;
  return shared.serving;
}
const std::string bob_order = "2-1";  // account number and number of the order

std::vector<api::Method> all_methods() {
  static view::Desk desk;
  std::vector<api::Method> all = view::methods(desk);
  for (api::Method& method : deribit::methods()) all.push_back(std::move(method));
  for (api::Method& method : rest::command_methods(false)) all.push_back(std::move(method));
  all.push_back(rest::log_method());
  return all;
}

// ---- scopes ----

TEST(ServeScopes, AMethodIsRefusedToEveryKeyWithoutItsScope) {
  const std::pair<const char*, api::Scope> keys[] = {
      {"reader", api::Scope::read}, {"simulator", api::Scope::simulate}, {"trader", api::Scope::trade}};
  std::size_t walked = 0;
  for (const api::Method& method : all_methods()) {
    if (method.scope == api::Scope::open) continue;
    const Answered nobody = venue().call("", method.name);
    EXPECT_EQ(nobody.status, 401) << method.name << nobody.text;
    EXPECT_EQ(nobody.code(), 13009) << method.name << nobody.text;
    for (const auto& [key, scope] : keys) {
      if (scope == method.scope) continue;
      const Answered answered = venue().call(key, method.name);
      EXPECT_EQ(answered.status, 403) << key << " " << method.name << answered.text;
      EXPECT_EQ(answered.code(), 13021) << key << " " << method.name << answered.text;
      ++walked;
    }
  }
  EXPECT_GT(walked, 100u);
}

TEST(ServeScopes, TheSameOverASocket) {
  RpcSocket reader(venue().port()), nobody(venue().port());
  ASSERT_TRUE(reader.sign_in("reader"));
  for (const api::Method& method : all_methods()) {
    if (method.scope == api::Scope::open) continue;
    EXPECT_EQ(nobody.call(method.name)["error"]["code"], 13009) << method.name;
    if (method.scope != api::Scope::read) {
      EXPECT_EQ(reader.call(method.name)["error"]["code"], 13021) << method.name;
    }
  }
}

TEST(ServeScopes, OverRestTheStatusSaysIt) {
  const Header reader{"Authorization", basic("reader", secret_of("reader"))};
  const Header json{"Content-Type", "application/json"};
  EXPECT_EQ(venue().http("GET", "/v1/accounts/alice-1").status, 401);
  EXPECT_EQ(venue().http("GET", "/v1/accounts/alice-1", "", {reader}).status, 200);
  EXPECT_EQ(venue().http("GET", "/v1/stress", "", {reader}).status, 403);
  EXPECT_EQ(venue().http("GET", "/v1/log", "", {reader}).status, 403);
  EXPECT_EQ(venue().http("POST", "/v1/commands", R"({"command":"tick"})", {reader, json}).status, 403);
  EXPECT_EQ(venue().http("POST", "/v1/commands", R"({"command":"tick"})", {json}).status, 401);
}

// A token that was asked for with less than its key may do has no more than that.
TEST(ServeScopes, ANarrowTokenStaysNarrow) {
  const Answered granted = venue().call("", "public/auth",
                                        {{"grant_type", "client_credentials"},
                                         {"client_id", "alice"},
                                         {"client_secret", secret_of("alice")},
                                         {"scope", "read"}});
  ASSERT_EQ(granted.status, 200) << granted.text;
  const Header bearer{"Authorization", "Bearer " + granted.result()["access_token"].get<std::string>()};
  EXPECT_EQ(venue().http("GET", "/api/v2/private/get_positions?currency=any", "", {bearer}).status, 200);
  EXPECT_EQ(venue().http("GET", "/api/v2/private/cancel_all", "", {bearer}).status, 403);
  RpcSocket socket(venue().port(), {bearer});
  EXPECT_EQ(socket.call("private/cancel_all")["error"]["code"], 13021);
}

// ---- parties ----

// What alice sends about one account, by method; methods that are not here are sent {"account": NAME} alone.
const std::map<std::string, std::string>& questions() {
  static const std::map<std::string, std::string> all = {
      {"lockstep/what_if", R"({"account":"NAME","changes":["price BTC -1 %"]})"},
      {"lockstep/what_if_batch", R"({"questions":[{"name":"q","account":"NAME","if":["price BTC -1 %"]}]})"},
      {"lockstep/reconcile", R"({"account":"NAME","rows":{"balances":[{"asset":"USDT","amount":"1"}]}})"},
      {"lockstep/accounts", R"({"filter":"NAME"})"},
      {"private/buy", R"({"account":"NAME","instrument_name":"BTC-PERP","amount":1,"price":1000})"},
      {"private/sell", R"({"account":"NAME","instrument_name":"BTC-PERP","amount":1,"price":900000})"},
      {"private/close_position", R"({"account":"NAME","instrument_name":"BTC-PERP","type":"market"})"},
      {"private/get_position", R"({"account":"NAME","instrument_name":"BTC-PERP"})"},
      {"private/get_account_summary", R"({"account":"NAME","currency":"USDT","extended":true})"},
      {"private/get_margins", R"({"account":"NAME","instrument_name":"BTC-PERP","amount":1,"price":1000})"},
      {"private/get_open_orders_by_currency", R"({"account":"NAME","currency":"any"})"},
      {"private/get_open_orders_by_instrument", R"({"account":"NAME","instrument_name":"BTC-PERP"})"},
      {"private/cancel_all_by_instrument", R"({"account":"NAME","instrument_name":"BTC-PERP"})"},
      {"private/cancel_all_by_currency", R"({"account":"NAME","currency":"USDT"})"},
      {"private/get_order_state", R"({"order_id":"ORDER"})"},
      {"private/get_user_trades_by_order", R"({"order_id":"ORDER"})"},
      {"private/edit", R"({"order_id":"ORDER","amount":2,"price":1000})"},
      {"private/cancel", R"({"order_id":"ORDER"})"}};
  return all;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// Less what the clock and the log say, which differ between any two calls.
std::string told(const std::string& text) {
  static const std::regex moving(
      R"re("(usIn|usOut|usDiff|position|time_ms|time|timestamp|creation_timestamp)":("[^"]*"|\d+))re");
  return std::regex_replace(text, moving, "");
}

TEST(ServeParties, AnothersAccountAndNoneAreOneAnswer) {
  std::size_t walked = 0;
  for (const api::Method& method : all_methods()) {
    if (method.scope == api::Scope::open || method.scope == api::Scope::operate) continue;
    const auto known = questions().find(method.name);
    const std::string question = known == questions().end() ? R"({"account":"NAME"})" : known->second;
    const auto ask = [&](const std::string& account, const std::string& order) {
      const std::string params = replaced(replaced(question, "NAME", account), "ORDER", order);
      return venue().call("alice", method.name, Tree::parse(params));
    };
    const Answered his = ask("bob-1", bob_order);
    const Answered none = ask("eve-1", "2-7");
    EXPECT_EQ(his.status, none.status) << method.name;
    EXPECT_EQ(told(replaced(replaced(his.text, "bob-1", "eve-1"), bob_order, "2-7")), told(none.text))
        << method.name;
    EXPECT_EQ(his.text.find(marker_balance), std::string::npos) << method.name << his.text;
    EXPECT_EQ(his.text.find(marker_price), std::string::npos) << method.name << his.text;
    ++walked;
  }
  EXPECT_GT(walked, 30u);
  // And nothing of his was touched.
  const Answered orders = venue().call("bob", "private/get_order_state", {{"order_id", bob_order}});
  ASSERT_EQ(orders.status, 200) << orders.text;
  EXPECT_EQ(orders.result()["order_state"], "open");
  const Answered account = venue().call("bob", "lockstep/account", {{"account", "bob-1"}});
  EXPECT_EQ(account.result()["balances"][0]["amount"], marker_balance) << account.text;
}

// The questions above are real ones: about her own account they are answered.
TEST(ServeParties, TheSameQuestionsAboutOnesOwnAccountAreAnswered) {
  for (const char* name :
       {"lockstep/what_if", "lockstep/what_if_batch", "lockstep/reconcile", "lockstep/accounts",
        "private/get_position", "private/get_account_summary", "private/get_margins",
        "private/get_open_orders_by_currency", "private/get_open_orders_by_instrument"}) {
    const std::string params = replaced(questions().at(name), "NAME", "alice-1");
    const Answered answered = venue().call("alice", name, Tree::parse(params));
    EXPECT_EQ(answered.status, 200) << name << answered.text;
  }
}

TEST(ServeParties, WhatEverybodyIsToldHasNothingOfAnotherParty) {
  for (const char* name :
       {"lockstep/overview", "lockstep/accounts", "lockstep/replicas", "lockstep/epochs"}) {
    const Answered answered = venue().call("alice", name);
    EXPECT_EQ(answered.status, 200) << name << answered.text;
    EXPECT_EQ(answered.text.find("bob"), std::string::npos) << name << answered.text;
    EXPECT_EQ(answered.text.find(marker_balance), std::string::npos) << name << answered.text;
  }
  EXPECT_EQ(venue().call("alice", "lockstep/overview").result()["accounts"]["total"], 2);
  EXPECT_EQ(venue().call("ops", "lockstep/overview").result()["accounts"]["total"], 3);
  EXPECT_EQ(venue().call("alice", "lockstep/accounts").result()["total"], 2);
}

TEST(ServeParties, ChannelsOfAnotherPartyAreNotThere) {
  RpcSocket socket(venue().port());
  ASSERT_TRUE(socket.sign_in("alice"));
  const Tree wanted = {"lockstep.account.bob-1", "lockstep.account.eve-1", "lockstep.account.",
                       "lockstep.log", "lockstep.account.alice-2"};
  EXPECT_EQ(socket.call("private/subscribe", {{"channels", wanted}})["result"],
            Tree::array({"lockstep.account.alice-2"}));
  RpcSocket nobody(venue().port());
  const Tree all = {
      "lockstep.overview",    "lockstep.accounts",   "lockstep.account.alice-1", "lockstep.replicas",
      "lockstep.log",         "user.portfolio.USDT", "user.orders.any.any.raw",  "user.changes.BTC-PERP.raw",
      "ticker.BTC-PERP.100ms"};
  EXPECT_EQ(nobody.call("public/subscribe", {{"channels", all}})["result"],
            Tree::array({"ticker.BTC-PERP.100ms"}));
  EXPECT_EQ(nobody.call("private/subscribe", {{"channels", all}})["error"]["code"], 13009);
}

// ---- proofs ----

int status_with(const std::string& authorization) {
  return venue()
      .http("GET", "/api/v2/private/get_positions?currency=any", "", {{"Authorization", authorization}})
      .status;
}

TEST(ServeProofs, UnknownKeysAndWrongSecretsAreOneAnswer) {
  const auto with = [&](const std::string& id, const std::string& secret) {
    return venue().http("GET", "/api/v2/private/get_positions?currency=any", "",
                        {{"Authorization", basic(id, secret)}});
  };
  const Answered wrong = with("alice", secret_of("alice") + "x"),
                 unknown = with("mallory", secret_of("alice"));
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.code(), 13004);
  EXPECT_EQ(told(wrong.text), told(unknown.text));
  // A browser is never asked to keep a password and send it by itself.
  EXPECT_EQ(wrong.head.find("WWW-Authenticate"), std::string::npos);
}

TEST(ServeProofs, WhatIsNoProofIsNone) {
  for (const char* header : {"Bearer", "Bearer ", "Bearer x", "Basic", "Basic !!!!", "Basic YWxpY2U=",
                             "deri-hmac-sha256", "deri-hmac-sha256 id=alice", "Digest x", "alice"}) {
    EXPECT_EQ(status_with(header), 401) << header;
  }
}

TEST(ServeProofs, AKeyMayBeUsedFromItsAddressesOnly) {
  const Answered away = venue().call("away", "private/get_positions", {{"currency", "any"}});
  EXPECT_EQ(away.status, 403) << away.text;
  EXPECT_EQ(away.code(), 13021);
  RpcSocket socket(venue().port());
  EXPECT_FALSE(socket.sign_in("away"));
  EXPECT_EQ(socket.call("private/get_positions", {{"currency", "any"}})["error"]["code"], 13009);
}

TEST(ServeProofs, ASignatureIsForOneCall) {
  const std::string target = "/api/v2/private/get_positions?currency=any";
  const std::string other = "/api/v2/private/get_positions?currency=BTC";
  const auto with = [&](const std::string& method, const std::string& path, const std::string& body,
                        const std::string& authorization) {
    return venue().http(method, path, body, {{"Authorization", authorization}}).status;
  };
  const std::string right = signed_by("alice", "GET", target, "", wall_ms(), "n-1");
  EXPECT_EQ(with("GET", target, "", right), 200);
  EXPECT_EQ(with("GET", target, "", right), 200) << "a call that only looks may be made again";
  EXPECT_EQ(with("GET", other, "", right), 401);
  const std::string body = R"({"id":1,"method":"private/get_positions","params":{"currency":"any"}})";
  const std::string posted = signed_by("alice", "POST", "/api/v2", body, wall_ms(), "n-2");
  EXPECT_EQ(with("POST", "/api/v2", body, posted), 200);
  EXPECT_EQ(with("POST", "/api/v2", replaced(body, "any", "BTC"), posted), 401);
  EXPECT_EQ(with("GET", target, "", signed_by("alice", "GET", target, "", wall_ms() - 61'000, "n-3")), 401);
  EXPECT_EQ(with("GET", target, "", signed_by("alice", "GET", target, "", wall_ms() + 61'000, "n-4")), 401);
  EXPECT_EQ(with("GET", target, "", signed_by("alice", "GET", target, "", wall_ms() - 50'000, "n-5")), 200);
}

TEST(ServeProofs, ASignedOrderIsTakenOnce) {
  const std::string target = "/api/v2/private/buy?instrument_name=BTC-PERP&amount=0.1&type=limit&price=50000";
  const std::string header = signed_by("alice", "GET", target, "", wall_ms(), "order-1");
  const auto orders = [&] {
    const Answered open =
        venue().call("alice", "private/get_open_orders_by_instrument", {{"instrument_name", "BTC-PERP"}});
    EXPECT_EQ(open.status, 200) << open.text;
    return open.result().size();
  };
  const std::size_t before = orders();
  const Answered first = venue().http("GET", target, "", {{"Authorization", header}});
  EXPECT_EQ(first.status, 200) << first.text;
  const Answered again = venue().http("GET", target, "", {{"Authorization", header}});
  EXPECT_EQ(again.status, 401) << again.text;
  EXPECT_EQ(again.code(), 13004);
  EXPECT_EQ(orders(), before + 1);
}

// ---- tokens ----

TEST(ServeTokens, ATokenThatWasSignedOutIsDead) {
  const std::string token = venue().token("alice");
  const Header bearer{"Authorization", "Bearer " + token};
  EXPECT_EQ(status_with("Bearer " + token), 200);
  RpcSocket same(venue().port(), {bearer}), socket(venue().port(), {bearer});
  EXPECT_TRUE(same.call("private/get_positions", {{"currency", "any"}}).contains("result"));
  EXPECT_TRUE(same.call("private/subscribe", {{"channels", Tree::array({"lockstep.account.alice-1"})}})
                  .contains("result"));
  EXPECT_EQ(socket.call("private/logout").value("result", ""), "ok");
  EXPECT_EQ(socket.call("public/test"), Tree());
  EXPECT_FALSE(socket.open());
  EXPECT_EQ(socket.close_code(), 1000);
  EXPECT_EQ(status_with("Bearer " + token), 401);
  EXPECT_EQ(RpcSocket(venue().port(), {bearer}).call("private/get_positions"), Tree());
  // The other socket that came with it goes, too.
  while (!same.next().is_null()) {
  }
  EXPECT_EQ(same.close_code(), 1008);
}

TEST(ServeTokens, ARefreshTokenIsUsedOnce) {
  const Answered first = venue().call(
      "", "public/auth",
      {{"grant_type", "client_credentials"}, {"client_id", "alice"}, {"client_secret", secret_of("alice")}});
  const Tree refresh = {{"grant_type", "refresh_token"}, {"refresh_token", first.result()["refresh_token"]}};
  const Answered second = venue().call("", "public/auth", refresh);
  EXPECT_EQ(second.status, 200) << second.text;
  EXPECT_EQ(venue().call("", "public/auth", refresh).status, 401);
  EXPECT_EQ(status_with("Bearer " + first.result()["access_token"].get<std::string>()), 401);
  EXPECT_EQ(status_with("Bearer " + second.result()["access_token"].get<std::string>()), 200);
  EXPECT_EQ(status_with("Bearer " + second.result()["refresh_token"].get<std::string>()), 401);
}

// As the page signs in by its address, and after a reload.
TEST(ServeTokens, ATokenSignsAConnectionIn) {
  RpcSocket socket(venue().port());
  const Tree none =
      socket.call("public/auth", {{"grant_type", "access_token"}, {"access_token", "nobody's"}});
  EXPECT_EQ(none["error"]["code"], 13004) << none.dump();
  EXPECT_EQ(socket.call("private/get_positions", {{"currency", "any"}})["error"]["code"], 13009);
  const Tree granted =
      socket.call("public/auth", {{"grant_type", "access_token"}, {"access_token", venue().token("alice")}});
  EXPECT_TRUE(granted.contains("result")) << granted.dump();
  EXPECT_TRUE(socket.call("private/get_positions", {{"currency", "any"}}).contains("result"));
}

// Deribit's clients may send the token as a parameter.  It says who calls, whatever else proves somebody.
TEST(ServeTokens, ATokenAmongTheParametersIsWhoCalls) {
  const std::string alices = venue().token("alice"), bobs = venue().token("bob");
  const std::string path = "/api/v2/private/get_position?instrument_name=BTC-PERP&account=";
  const Header alice{"Authorization", basic("alice", secret_of("alice"))};
  const Header json{"Content-Type", "application/json"};
  const auto get = [&](const std::string& account, const std::string& token,
                       const std::vector<Header>& more) {
    return venue().http("GET", path + account + "&access_token=" + token, "", more).status;
  };
  EXPECT_EQ(get("alice-1", alices, {}), 200);
  EXPECT_EQ(get("bob-1", bobs, {}), 200);
  EXPECT_EQ(get("alice-1", bobs, {}), 400);
  EXPECT_EQ(get("bob-1", bobs, {alice}), 200);
  EXPECT_EQ(get("alice-1", bobs, {alice}), 400);          // bob's call, though alice's secret came along
  EXPECT_EQ(get("alice-1", alices + "x", {alice}), 401);  // and a wrong token is not made good by it
  EXPECT_EQ(get("alice-1", "", {}), 401);
  const auto post = [&](const Tree& token) {
    const Tree body = {{"jsonrpc", "2.0"},
                       {"id", 1},
                       {"method", "private/get_position"},
                       {"params", {{"instrument_name", "BTC-PERP"}, {"access_token", token}}}};
    return venue().http("POST", "/api/v2", body.dump(), {json}).status;
  };
  EXPECT_EQ(post(alices), 200);
  EXPECT_EQ(post("wrong"), 401);
  EXPECT_EQ(post(Tree::array({alices})), 401);
  // A command, all of whose parameters are its fields, does not see it.
  const std::string operators = venue().token("ops");
  const auto tick = [&](const std::string& token) {
    const Tree body = {{"jsonrpc", "2.0"},
                       {"id", 1},
                       {"method", "lockstep/command"},
                       {"params", {{"command", "tick"}, {"access_token", token}}}};
    return venue().http("POST", "/api/v2", body.dump(), {json}).status;
  };
  EXPECT_EQ(tick(operators), 200);
  EXPECT_EQ(tick(alices), 403);
  // Resources are not asked so.
  EXPECT_EQ(venue().http("GET", "/v1/accounts/alice-1?access_token=" + alices).status, 401);

  // A socket that alice signed in: one call is bob's, the next is hers again.
  RpcSocket socket(venue().port());
  ASSERT_TRUE(socket.sign_in("alice"));
  const auto ask = [&](const std::string& account, const std::string& token) {
    Tree params = {{"instrument_name", "BTC-PERP"}, {"account", account}};
    if (!token.empty()) params["access_token"] = token;
    return socket.call("private/get_position", params);
  };
  EXPECT_TRUE(ask("bob-1", bobs).contains("result"));
  EXPECT_EQ(ask("alice-1", bobs)["error"]["code"], -32602);
  EXPECT_EQ(ask("bob-1", bobs + "x")["error"]["code"], 13004);
  EXPECT_EQ(ask("bob-1", "")["error"]["code"], -32602);
  EXPECT_TRUE(ask("alice-1", "").contains("result"));
  const Tree tick_params = {{"command", "tick"}, {"access_token", operators}};
  EXPECT_TRUE(socket.call("lockstep/command", tick_params).contains("result"));
  EXPECT_EQ(socket.call("lockstep/command", {{"command", "tick"}})["error"]["code"], 13021);
}

// ---- silence ----

TEST(ServeSilence, NoSecretTokenOrAccountIsSaidWhereOthersLook) {
  Folder folder;
  Serving serving(
      write_serve_config(folder, "serve.toml", folder.path("data"), "[logging]\nlevel = \"debug\"\n"),
      folder.path("said"));
  ASSERT_TRUE(serving.wait_until_ready()) << serving.said();
  set_up_venue(serving);
  const std::string token = serving.token("alice");
  serving.http("GET", "/api/v2/public/auth?grant_type=client_credentials&client_id=alice&client_secret=" +
                          secret_of("alice"));
  serving.http("GET", "/api/v2/private/get_positions?currency=any", "",
               {{"Authorization", "Bearer " + token}});
  serving.http("GET", "/v1/accounts/alice-1?access_token=" + token);
  serving.http("GET", "/api/v2/private/get_positions?currency=any&access_token=" + token);
  const std::string guess = "guessed-secret-0123456789";
  std::string errors =
      serving.http("GET", "/v1/accounts/alice-1", "", {{"Authorization", basic("alice", guess)}}).text;
  errors +=
      serving
          .call("", "public/auth",
                {{"grant_type", "client_credentials"}, {"client_id", "alice"}, {"client_secret", guess}})
          .text;
  RpcSocket socket(serving.port());
  ASSERT_TRUE(socket.sign_in("alice"));
  errors += socket.call("private/get_positions", {{"access_token", token + "x"}}).dump();
  const std::string metrics = serving.http("GET", "/metrics").text;
  EXPECT_EQ(serving.terminate(), 0);
  const std::string said = serving.said();
  EXPECT_NE(metrics.find("lockstep_"), std::string::npos);
  for (const std::string& text : {said, metrics, errors}) {
    for (const std::string& secret : {secret_of("alice"), secret_of("ops"), guess, token}) {
      EXPECT_EQ(text.find(secret), std::string::npos) << text;
    }
  }
  for (const char* name : {"alice", "bob", "ops"}) EXPECT_EQ(metrics.find(name), std::string::npos) << name;
  // Who failed to sign in is said: from where, and under which id.
  EXPECT_NE(said.find("refused_sign_in"), std::string::npos) << said;
}

}  // namespace
}  // namespace lockstep::e2e
