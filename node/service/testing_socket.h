// For tests: a WebSocket that speaks JSON-RPC, and waits for its answers.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "node/net/testing_client.h"

namespace lockstep::service::testing {

using Tree = nlohmann::json;
using Header = std::pair<std::string, std::string>;

class RpcSocket {
 public:
  explicit RpcSocket(u16 port, const std::vector<Header>& headers = {}, int receive_buffer = 0)
      : client_(port, receive_buffer) {
    std::string request =
        "GET /ws/api/v2 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";
    for (const auto& [name, value] : headers) request += name + ": " + value + "\r\n";
    client_.send(request + "\r\n");
    open_ = client_.reply(true).status == 101;
  }
  bool open() const { return open_; }
  // 0: it is open, or the connection ended without one.
  int close_code() const { return close_code_; }

  // The answer to this call, null if it was closed instead.  What comes before it is kept for next().
  Tree call(const std::string& method, const Tree& params = Tree::object()) {
    const int id = ask(method, params);
    for (;;) {
      Tree text = read();
      if (text.is_null() || (text.contains("id") && text["id"] == id)) return text;
      kept_.push_back(std::move(text));
    }
  }
  // Sends only; the id.
  int ask(const std::string& method, const Tree& params = Tree::object()) {
    const int id = ++last_id_;
    send(Tree({{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}}).dump());
    return id;
  }
  bool sign_in(const std::string& id, const std::string& secret) {
    return call("public/auth",
                {{"grant_type", "client_credentials"}, {"client_id", id}, {"client_secret", secret}})
        .contains("result");
  }
  // The names that were taken.
  Tree subscribe(const std::vector<std::string>& channels) {
    return call("public/subscribe", {{"channels", channels}}).value("result", Tree());
  }
  void send(const std::string& text) { client_.send(net::testing::frame(1, text)); }
  void send_bytes(const std::string& bytes) { client_.send(bytes); }
  // The next text that answers no call(); null when it was closed.
  Tree next() {
    if (kept_.empty()) return read();
    Tree text = std::move(kept_.front());
    kept_.erase(kept_.begin());
    return text;
  }
  // The data of the channel's next notification; others on the way are dropped.
  Tree next_of(const std::string& channel) {
    for (;;) {
      const Tree text = next();
      if (text.is_null()) return text;
      if (text.value("method", "") == "subscription" && text["params"]["channel"] == channel)
        return text["params"]["data"];
    }
  }
  // Reads to the end: the close code.
  int drain() {
    while (!next().is_null()) {
    }
    return close_code_;
  }

 private:
  Tree read() {
    for (;;) {
      const net::testing::Frame frame = client_.read_frame();
      if (frame.opcode == 9) {
        client_.send(net::testing::frame(10, frame.text));
        continue;
      }
      if (frame.opcode == 1) return Tree::parse(frame.text, nullptr, false);
      close_code_ = frame.close_code();
      open_ = false;
      return nullptr;
    }
  }

  net::testing::Client client_;
  bool open_ = false;
  int close_code_ = 0;
  int last_id_ = 0;
  std::vector<Tree> kept_;
};

}  // namespace lockstep::service::testing
