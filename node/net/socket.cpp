// One WebSocket: Beast reads, answers pings and closes; here are its limits and the queue of what is sent.
// Beast's timeouts are off, because one sweep over all connections costs less than a timer for each.
#include <boost/beast/websocket.hpp>
#include <deque>
#include <optional>

#include "node/net/connection.h"

namespace lockstep::net {

// How Beast closes the connection below a WebSocket of ours; it finds these by their names.
inline void beast_close_socket(Stream& stream) { stream.close(); }

template <class Handler>
void async_teardown(beast::role_type role, Stream& stream, Handler&& handler) {
  if (stream.tls()) {
    stream.tls()->async_shutdown(std::forward<Handler>(handler));
  } else {
    beast::websocket::async_teardown(role, stream.socket(), std::forward<Handler>(handler));
  }
}

namespace {

namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;

constexpr std::size_t buffer_kept = 64 << 10;  // of what a large message needed

class SocketConnection;

// What the service holds.  It may outlive the connection, and the server: then it does nothing.
class Handle final : public Socket {
 public:
  Handle(SocketConnection* connection, Peer peer) : connection_(connection), peer_(std::move(peer)) {}
  void detach() { connection_ = nullptr; }

  const Peer& peer() const override { return peer_; }
  void send(std::string text) override;
  void send_latest(const std::string& key, std::string text) override;
  std::size_t queued() const override;
  void close(u16 code, std::string_view reason) override;

 private:
  SocketConnection* connection_;
  Peer peer_;
};

struct Text {
  std::string text;
  std::string key;  // empty: nothing replaces it
};

// What a text that waits takes: many short ones must not cost more than few long ones.
std::size_t cost_of(const Text& text) { return text.text.size() + text.key.size() + sizeof(Text); }

class SocketConnection final : public Connection, public std::enable_shared_from_this<SocketConnection> {
 public:
  SocketConnection(Hub& hub, Stream stream, Peer peer)
      : hub_(hub),
        websocket_(std::in_place, std::move(stream)),
        peer_(peer),
        handle_(std::make_shared<Handle>(this, std::move(peer))),
        heard_us_(now_us()) {}
  ~SocketConnection() override { handle_->detach(); }

  void start(Request request);
  void sweep(i64 now) override;
  void wind_down() override { close(1001, "the server stops"); }
  void abort() override { finish(); }

  void send(Text text);
  std::size_t queued() const { return queued_; }
  void close(u16 code, std::string_view reason);

 private:
  void on_accepted(error_code error, const Request& request);
  void read();
  void on_read(error_code error);
  void ping();
  void write();
  void drop_queue();
  void finish();
  void give_up();

  Hub& hub_;
  // false: no compression, whose memory a peer could exhaust.
  std::optional<websocket::stream<Stream, false>> websocket_;
  Peer peer_;
  std::shared_ptr<Handle> handle_;
  bool open_ = false;      // opened() was called and closed() was not
  bool finished_ = false;  // nothing is done any more
  i64 heard_us_;           // when the last message, ping or pong came
  bool pinged_ = false;    // since then
  beast::flat_buffer buffer_;

  std::deque<Text> queue_;
  u64 first_sequence_ = 0;                         // of queue_.front()
  std::unordered_map<std::string, u64> sequence_;  // of the text of a key that waits
  std::size_t queued_ = 0;                         // bytes, of `writing_` too
  Text writing_;
  bool in_flight_ = false;

  i64 closing_us_ = 0;  // when it began to close; 0: it is open
  bool close_sent_ = false;
  websocket::close_reason reason_;
};

void Handle::send(std::string text) {
  if (connection_) connection_->send({std::move(text), {}});
}
void Handle::send_latest(const std::string& key, std::string text) {
  if (connection_) connection_->send({std::move(text), key});
}
std::size_t Handle::queued() const { return connection_ ? connection_->queued() : 0; }
void Handle::close(u16 code, std::string_view reason) {
  if (connection_) connection_->close(code, reason);
}

void SocketConnection::start(Request request) {
  ++hub_.counts.sockets;
  websocket::stream_base::timeout none{websocket::stream_base::none(), websocket::stream_base::none(), false};
  websocket_->set_option(none);
  websocket_->set_option(websocket::stream_base::decorator([this](websocket::response_type& response) {
    response.set(http::field::server, "lockstep");
    std::string_view date = hub_.date();
    response.set(http::field::date, beast::string_view(date.data(), date.size()));
  }));
  websocket_->auto_fragment(false);  // each text is one frame, written from where it lies
  websocket_->text(true);
  websocket_->read_message_max(hub_.options.message_size_max);
  websocket_->control_callback([this](websocket::frame_type type, beast::string_view) {
    heard_us_ = now_us();
    pinged_ = false;
    if (type == websocket::frame_type::close && closing_us_ == 0) {  // Beast answers it
      closing_us_ = heard_us_;
      close_sent_ = true;
      drop_queue();
    }
  });
  http::request<http::empty_body> asked{http::verb::get, request.target, 11};
  for (const auto& [name, value] : request.headers) asked.insert(name, value);
  auto done = [self = shared_from_this(), request = std::move(request)](error_code error) {
    self->on_accepted(error, request);
  };
  websocket_->async_accept(asked, std::move(done));
}

void SocketConnection::on_accepted(error_code error, const Request& request) {
  if (finished_) return;
  if (error) {
    ++hub_.counts.malformed;
    return finish();
  }
  heard_us_ = now_us();
  open_ = true;
  hub_.handlers.opened(handle_, request);
  if (hub_.stopping) wind_down();
  read();
}

void SocketConnection::read() {
  websocket_->async_read(
      buffer_, [self = shared_from_this()](error_code error, std::size_t) { self->on_read(error); });
}

void SocketConnection::on_read(error_code error) {
  if (finished_) return;
  if (error) {
    if (error == websocket::error::message_too_big) {
      ++hub_.counts.oversized;
    } else if (error == websocket::condition::protocol_violation) {
      ++hub_.counts.malformed;
    }
    return finish();
  }
  heard_us_ = now_us();
  pinged_ = false;
  if (closing_us_ == 0) {
    if (websocket_->got_text()) {
      auto data = buffer_.data();
      hub_.handlers.message(*handle_, {static_cast<const char*>(data.data()), data.size()});
    } else {
      ++hub_.counts.malformed;
      close(1003, "only text is understood here");
    }
  }
  buffer_.clear();
  if (buffer_.capacity() > buffer_kept) buffer_.shrink_to_fit();
  read();
}

void SocketConnection::send(Text text) {
  if (closing_us_ != 0 || finished_) return;
  auto waiting = text.key.empty() ? sequence_.end() : sequence_.find(text.key);
  Text* replaced = waiting == sequence_.end() ? nullptr : &queue_[waiting->second - first_sequence_];
  std::size_t queued = queued_ + cost_of(text) - (replaced ? cost_of(*replaced) : 0);
  if (queued > hub_.options.queue_size_max) {
    ++hub_.counts.slow;
    drop_queue();
    return close(1013, "messages come faster than they are read");
  }
  queued_ = queued;
  if (replaced) {
    replaced->text = std::move(text.text);
    return;
  }
  if (!text.key.empty()) sequence_[text.key] = first_sequence_ + queue_.size();
  queue_.push_back(std::move(text));
  write();
}

void SocketConnection::drop_queue() {
  for (const Text& text : queue_) queued_ -= cost_of(text);
  first_sequence_ += queue_.size();
  queue_.clear();
  sequence_.clear();
}

// What is queued goes out first; then the close itself, once.
void SocketConnection::write() {
  if (in_flight_ || finished_ || !open_) return;
  if (queue_.empty()) {
    if (closing_us_ == 0 || close_sent_) return;
    close_sent_ = true;
    websocket_->async_close(reason_, [self = shared_from_this()](error_code) {});  // the read ends with it
    return;
  }
  writing_ = std::move(queue_.front());
  queue_.pop_front();
  ++first_sequence_;
  if (!writing_.key.empty()) sequence_.erase(writing_.key);
  in_flight_ = true;
  websocket_->async_write(asio::buffer(writing_.text),
                          [self = shared_from_this()](error_code error, std::size_t) {
                            if (self->finished_) return;
                            self->in_flight_ = false;
                            self->queued_ -= cost_of(self->writing_);
                            if (error)
                              return self->websocket_->next_layer().close();  // the read ends with it
                            self->write();
                          });
}

void SocketConnection::close(u16 code, std::string_view reason) {
  if (closing_us_ != 0 || finished_ || !open_) return;
  closing_us_ = now_us();
  reason_ =
      websocket::close_reason(static_cast<websocket::close_code>(code),
                              beast::string_view(reason.data(), std::min<std::size_t>(reason.size(), 123)));
  write();
}

void SocketConnection::ping() {
  pinged_ = true;
  websocket_->async_ping({}, [self = shared_from_this()](error_code) {});  // if it failed, the read ends too
}

void SocketConnection::sweep(i64 now) {
  i64 silent = now - heard_us_;
  if (!open_) {
    if (silent <= hub_.options.request_timeout_us) return;
    ++hub_.counts.timed_out;
    give_up();
  } else if (closing_us_ != 0) {
    if (now - closing_us_ > linger_us(hub_.options)) give_up();
  } else if (!websocket_->is_open()) {  // Beast closes it for what the peer did
    closing_us_ = now;
    close_sent_ = true;
    drop_queue();
  } else if (silent > 2 * hub_.options.idle_timeout_us) {
    ++hub_.counts.timed_out;
    give_up();
  } else if (silent > hub_.options.idle_timeout_us && !pinged_) {
    ping();
  }
}

// Does not wait for the read to end: Beast's read waits for its close, and its close for the read, when the
// peer breaks the protocol just while we close.  Such operations hold us until the stream is destroyed, and
// that has to wait for those that end now because the connection is closed.
void SocketConnection::give_up() {
  finish();
  later(hub_, 100'000, [self = shared_from_this()] { self->websocket_.reset(); });
}

void SocketConnection::finish() {
  if (finished_) return;
  finished_ = true;
  auto self = shared_from_this();  // gone() lets go of the last that holds it
  drop_queue();
  handle_->detach();
  websocket_->next_layer().close();
  --hub_.counts.sockets;
  hub_.gone(peer_);
  if (open_) hub_.handlers.closed(*handle_);
  open_ = false;
}

}  // namespace

void start_socket(Hub& hub, Stream stream, Peer peer, Request request) {
  u64 number = peer.connection;
  auto connection = std::make_shared<SocketConnection>(hub, std::move(stream), std::move(peer));
  hub.connections[number] = connection;
  connection->start(std::move(request));
}

}  // namespace lockstep::net
