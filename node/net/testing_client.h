// For tests: a server in a thread of its own, and a blocking client that sends bytes as they are, right or
// wrong.  Every wait ends after `patience_ms`, with what came until then.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <future>
#include <string>
#include <thread>

#include "core/base/assert.h"
#include "node/net/server.h"

namespace lockstep::net::testing {

constexpr int patience_ms = 20'000;

// Opens a WebSocket.  The key is the example of RFC 6455 section 1.3, which has its answer, too.
constexpr char handshake[] =
    "GET /ws/api/v2?a=b HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

class ServerThread {
 public:
  ServerThread(const ServerOptions& options, Handlers handlers) {
    auto opened = Server::open(options, std::move(handlers));
    LS_ASSERT(opened);
    server_ = std::move(opened).value();
    thread_ = std::thread([this] { server_->run(); });
  }
  ~ServerThread() { stop(0); }
  void stop(i64 patience_us) {
    if (!thread_.joinable()) return;
    server_->stop(patience_us);
    thread_.join();
  }
  Server* operator->() { return server_.get(); }
  // Does it in the server's thread, and waits for it.
  template <class Work>
  auto in_thread(Work work) {
    std::packaged_task<decltype(work())()> task(work);
    auto done = task.get_future();
    server_->post([&task] { task(); });
    return done.get();
  }
  // Until `done`, which is asked in the server's thread, or in vain.
  template <class Done>
  bool wait_until(Done done) {
    for (int i = 0; i < patience_ms; ++i) {
      if (in_thread(done)) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
  }
  ServerCounts counts() {
    return in_thread([this] { return server_->counts(); });
  }

 private:
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

struct Reply {
  int status = 0;  // 0: none came
  std::string head;
  std::string body;
  bool has(std::string_view line) const {
    return head.find("\r\n" + std::string(line) + "\r\n") != std::string::npos;
  }
};

struct Frame {
  int opcode = -1;  // -1: none came
  bool final = false;
  std::string text;
  int close_code() const {
    if (opcode != 8 || text.size() < 2) return 0;
    return static_cast<unsigned char>(text[0]) << 8 | static_cast<unsigned char>(text[1]);
  }
};

// A frame as a client sends it: RFC 6455 section 5.2, with a mask of zeros unless `masked` is false.
inline std::string frame(int opcode, const std::string& text, bool final = true, bool masked = true) {
  std::string out(1, static_cast<char>((final ? 0x80 : 0) | opcode));
  int mask = masked ? 0x80 : 0;
  std::size_t bytes = text.size() < 126 ? 0 : text.size() < 65536 ? 2 : 8;
  out += static_cast<char>(mask | static_cast<int>(bytes == 0 ? text.size() : bytes == 2 ? 126 : 127));
  for (std::size_t i = bytes; i-- > 0;) out += static_cast<char>(text.size() >> (8 * i) & 0xff);
  return out + (masked ? std::string(4, '\0') : "") + text;
}

class Client {
 public:
  explicit Client(u16 port, int receive_buffer = 0) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (receive_buffer > 0) {
      setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    int on = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  ~Client() {
    if (socket_ >= 0) ::close(socket_);
  }
  Client(Client&& from) noexcept : socket_(std::exchange(from.socket_, -1)), connected_(from.connected_) {}
  Client& operator=(Client&&) = delete;

  bool connected() const { return connected_; }
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void half_close() { ::shutdown(socket_, SHUT_WR); }
  void reset() {  // as if its machine had died and come back
    linger at_once = {1, 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::close(std::exchange(socket_, -1));
  }
  // Reads until there are so many bytes unread; false when the peer closes first.
  bool wait_for(std::size_t size) {
    while (unread_.size() < size) {
      pollfd ready = {socket_, POLLIN, 0};
      char bytes[65536];
      if (poll(&ready, 1, patience_ms) <= 0) return false;
      ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
      if (count <= 0) return false;
      unread_.append(bytes, static_cast<std::size_t>(count));
    }
    return true;
  }
  void wait_briefly() {  // for something, or for nothing to come
    pollfd ready = {socket_, POLLIN, 0};
    poll(&ready, 1, 2);
  }
  std::size_t unread() const { return unread_.size(); }
  std::string take(std::size_t size) {
    std::string taken = unread_.substr(0, size);
    unread_.erase(0, taken.size());
    return taken;
  }
  // Everything until the peer closes.
  std::string rest() {
    while (wait_for(unread_.size() + 1)) {
    }
    return take(unread_.size());
  }
  Reply reply(bool to_head = false) {
    std::size_t end = 0;
    while ((end = unread_.find("\r\n\r\n")) == std::string::npos) {
      if (!wait_for(unread_.size() + 1)) return {};
    }
    Reply reply;
    reply.head = take(end + 4);
    reply.status = std::stoi(reply.head.substr(9, 3));
    std::size_t length = reply.head.find("\r\nContent-Length: ");
    if (length == std::string::npos || to_head) return reply;
    std::size_t size = std::stoul(reply.head.substr(length + 18));
    if (!wait_for(size)) return {};
    reply.body = take(size);
    return reply;
  }
  Reply ask(std::string_view request) {
    send(request);
    return reply();
  }
  Frame read_frame() {
    if (!wait_for(2)) return {};
    std::size_t size = unread_[1] & 0x7f;
    std::size_t bytes = size < 126 ? 0 : size == 126 ? 2 : 8;
    if (!wait_for(2 + bytes)) return {};
    std::string head = take(2 + bytes);
    if (bytes > 0) size = 0;
    for (std::size_t i = 0; i < bytes; ++i) size = size << 8 | static_cast<unsigned char>(head[2 + i]);
    if (!wait_for(size)) return {};
    return {head[0] & 0x0f, (head[0] & 0x80) != 0, take(size)};
  }

 private:
  int socket_;
  bool connected_ = false;
  std::string unread_;
};

}  // namespace lockstep::net::testing
