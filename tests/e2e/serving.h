// `lockstep serve` beside a test, as an operator starts it, and clients that call it as anybody could.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "node/service/testing_socket.h"
#include "tests/e2e/json_lines.h"
#include "tests/e2e/process.h"

namespace lockstep::e2e {

// A client's key.  Its secret is "secret-of-<id>-0123456789".
struct ServeKey {
  std::string id;
  std::string scopes;  // as in the file: "read", "trade" with quotation marks and commas
  std::string party;
  std::string more = {};  // lines of its section
};
std::string secret_of(const std::string& id);
// ops (everything, no party), alice and bob (all but operate, of their parties), and those of one scope.
std::vector<ServeKey> usual_keys();

// Writes FOLDER/NAME and returns its path.  more: sections of the file, such as "[access]\n...".
std::string write_serve_config(const Folder& folder, const std::string& name, const std::string& data,
                               const std::string& more = "",
                               const std::vector<ServeKey>& keys = usual_keys());

struct Answered {
  int status = 0;  // of HTTP; 0: none came
  Tree body;       // null where it is no JSON
  std::string head, text;
  int code() const { return body.contains("error") ? body["error"].value("code", 0) : 0; }
  const Tree& result() const { return body.at("result"); }
};

using Header = std::pair<std::string, std::string>;

class Serving {
 public:
  Serving(const std::string& config, const std::string& said);
  // False: it ended, or does not answer /ready.  The port is known then.
  bool wait_until_ready();
  u16 port() const { return port_; }
  std::string said() const { return process_->said(); }
  int terminate();  // SIGTERM; the exit code, -1 if it does not end
  // "state HASH at POSITION", printed at the end; log lines, of another stream, stand before or after it.
  std::string end() const;
  void kill();  // SIGKILL

  // One request on a connection of its own.
  Answered http(const std::string& method, const std::string& target, const std::string& body = "",
                const std::vector<Header>& headers = {}) const;
  // JSON-RPC by POST, with Basic; by "": with no key.
  Answered call(const std::string& by, const std::string& method, const Tree& params = Tree::object()) const;
  // lockstep/command that must be accepted; its result.
  Tree command(const std::string& by, Tree command) const;
  // An access token of the key.
  std::string token(const std::string& by) const;

 private:
  std::unique_ptr<Background> process_;
  u16 port_ = 0;
};

// Assets USDT, BTC, ETH, a rulebook, an index, a perpetual BTC-PERP with prices, and the accounts alice-1 and
// alice-2 of alice and bob-1 of bob, each with 100,000 USDT: all of it through the API of an empty service.
void set_up_venue(const Serving& serving);

// A WebSocket, see node/service/testing_socket.h.
class RpcSocket : public service::testing::RpcSocket {
 public:
  using service::testing::RpcSocket::RpcSocket;
  bool sign_in(const std::string& by) { return service::testing::RpcSocket::sign_in(by, secret_of(by)); }
};

std::string basic(const std::string& id, const std::string& secret);
// deri-hmac-sha256 over the call, by the key's secret.
std::string signed_by(const std::string& id, const std::string& method, const std::string& target,
                      const std::string& body, i64 ts_ms, const std::string& nonce);
i64 wall_ms();

}  // namespace lockstep::e2e
