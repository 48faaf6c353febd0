#include "tests/e2e/serving.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>

#include "apps/lockstep/replica_check_texts.h"
#include "node/access/testing_access.h"

namespace lockstep::e2e {
namespace {

constexpr int patience_ms = 60'000;

std::string base64(std::string_view bytes) {
  constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    u32 group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8 | (i + j < bytes.size() ? static_cast<u8>(bytes[i + j]) : 0u);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      out += i + j > bytes.size() ? '=' : digits[group >> (18 - 6 * j) & 63];
    }
  }
  return out;
}

}  // namespace

std::string secret_of(const std::string& id) { return "secret-of-" + id + "-0123456789"; }

std::vector<ServeKey> usual_keys() {
  return {{"ops", R"("read", "simulate", "trade", "operate")", ""},
          {"alice", R"("read", "simulate", "trade")", "alice"},
          {"bob", R"("read", "simulate", "trade")", "bob"},
          {"reader", R"("read")", "alice"},
          {"simulator", R"("simulate")", "alice"},
          {"trader", R"("trade")", "alice"},
          {"away", R"("read")", "alice", "allow = [\"192.0.2.0/24\"]\n"}};
}

std::string write_serve_config(const Folder& folder, const std::string& name, const std::string& data,
                               const std::string& more, const std::vector<ServeKey>& keys) {
  std::string text = "data = \"" + data + "\"\n" + more;
  if (more.find("[server]") == std::string::npos) text += "[server]\nport = 0\n";
  for (const ServeKey& key : keys) {
    text += "[[keys]]\nid = \"" + key.id + "\"\nscopes = [" + key.scopes + "]\nsecret = \"" +
            secret_of(key.id) + "\"\n";
    if (!key.party.empty()) text += "party = \"" + key.party + "\"\n";
    text += key.more;
    for (const std::string rate : {"reads", "trades"}) {  // tests ask faster than people
      if (key.more.find(rate) == std::string::npos)
        text += rate + " = { per_second = 100000, burst = 100000 }\n";
    }
  }
  const std::string path = folder.write(name, text);
  ::chmod(path.c_str(), 0600);
  return path;
}

Serving::Serving(const std::string& config, const std::string& said)
    : process_(std::make_unique<Background>(std::vector<std::string>{"serve", "--config", config}, said)) {}

bool Serving::wait_until_ready() {
  for (int waited = 0; waited < patience_ms; waited += 20) {
    const std::string text = said();
    const std::size_t at = text.find("http://127.0.0.1:");
    if (at != std::string::npos && text.find('\n', at) != std::string::npos) {
      port_ = static_cast<u16>(std::stoul(text.substr(at + 17)));
      return http("GET", "/ready").status == 200;
    }
    if (process_->wait(20) >= 0) return false;
  }
  return false;
}

int Serving::terminate() {
  process_->signal(SIGTERM);
  return process_->wait(patience_ms);
}

std::string Serving::end() const {
  const std::string text = "\n" + said();
  const std::size_t at = text.rfind("\nstate ");
  return at == std::string::npos ? "" : text.substr(at + 1, text.find('\n', at + 1) - at - 1);
}

void Serving::kill() {
  process_->signal(SIGKILL);
  process_->wait(patience_ms);
}

Answered Serving::http(const std::string& method, const std::string& target, const std::string& body,
                       const std::vector<Header>& headers) const {
  net::testing::Client client(port_);
  std::string request = method + " " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
  for (const auto& [name, value] : headers) request += name + ": " + value + "\r\n";
  if (!body.empty()) request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  client.send(request + "\r\n" + body);
  const net::testing::Reply reply = client.reply(method == "HEAD");
  Answered answered{reply.status, nullptr, reply.head, reply.body};
  answered.body = Tree::parse(reply.body, nullptr, false);
  if (answered.body.is_discarded()) answered.body = nullptr;
  return answered;
}

Answered Serving::call(const std::string& by, const std::string& method, const Tree& params) const {
  const Tree request = {{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", params}};
  std::vector<Header> headers = {{"Content-Type", "application/json"}};
  if (!by.empty()) headers.emplace_back("Authorization", basic(by, secret_of(by)));
  return http("POST", "/api/v2", request.dump(), headers);
}

Tree Serving::command(const std::string& by, Tree command) const {
  const Answered answered = call(by, "lockstep/command", command);
  EXPECT_EQ(answered.status, 200) << command.dump() << "\n" << answered.text;
  if (!answered.body.contains("result")) return nullptr;
  EXPECT_EQ(answered.result().value("outcome", ""), "accepted") << command.dump() << "\n" << answered.text;
  return answered.result();
}

std::string Serving::token(const std::string& by) const {
  const Answered answered =
      call("", "public/auth",
           {{"grant_type", "client_credentials"}, {"client_id", by}, {"client_secret", secret_of(by)}});
  EXPECT_EQ(answered.status, 200) << answered.text;
  return answered.body.contains("result") ? answered.result().value("access_token", "") : "";
}

void set_up_venue(const Serving& serving) {
  const auto command = [&](const std::string& text) { serving.command("ops", Tree::parse(text)); };
  command(R"({"command":"register_asset","name":"USDT","decimals":6})");
  command(R"({"command":"register_asset","name":"BTC","decimals":8})");
  command(R"({"command":"register_asset","name":"ETH","decimals":8})");
  const Answered proposed = serving.call("ops", "lockstep/propose",
                                         {{"rulebook_text", replica_check_rules}, {"note", "the first"}});
  ASSERT_EQ(proposed.status, 200) << proposed.text;
  ASSERT_EQ(proposed.result().value("outcome", ""), "accepted") << proposed.text;
  const Answered scheduled = serving.call("ops", "lockstep/schedule",
                                          {{"rulebook", "self-test"}, {"epoch", proposed.result()["epoch"]}});
  ASSERT_EQ(scheduled.status, 200) << scheduled.text;
  ASSERT_EQ(scheduled.result().value("outcome", ""), "accepted") << scheduled.text;
  command(R"({"command":"register_index","name":"BTCUSDT","base":"BTC","quote":"USDT"})");
  command(R"({"command":"register_instrument","name":"BTC-PERP","rulebook":"self-test","kind":"perpetual",
              "index":"BTCUSDT","lot":"0.001","tick":"0.1","price_max":"10000000","lots_max":100000000})");
  command(
      R"({"command":"index_prices","source":1,"sequence":1,"rows":[{"index":"BTCUSDT","price":"110100"}]})");
  command(R"({"command":"mark_prices","source":1,"sequence":2,
              "rows":[{"instrument":"BTC-PERP","price":"110000"}]})");
  for (const std::string account : {"alice-1", "alice-2", "bob-1"}) {
    const std::string party = account.substr(0, account.find('-'));
    if (account != "alice-2") command(R"({"command":"open_party","name":")" + party + R"("})");
    command(R"({"command":"open_account","name":")" + account + R"(","party":")" + party +
            R"(","rulebook":"self-test","mode":"cross"})");
    command(R"({"command":"deposit","account":")" + account + R"(","asset":"USDT","amount":"100000"})");
  }
}

std::string basic(const std::string& id, const std::string& secret) {
  return "Basic " + base64(id + ":" + secret);
}

std::string signed_by(const std::string& id, const std::string& method, const std::string& target,
                      const std::string& body, i64 ts_ms, const std::string& nonce) {
  const std::string ts = std::to_string(ts_ms);
  const std::string text = ts + "\n" + nonce + "\n" + method + "\n" + target + "\n" + body + "\n";
  return "deri-hmac-sha256 id=" + id + ",ts=" + ts +
         ",sig=" + access::testing::hmac_hex(secret_of(id), text) + ",nonce=" + nonce;
}

i64 wall_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace lockstep::e2e
