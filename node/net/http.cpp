// HTTP on one connection: requests in, responses out in the same order however late each is answered.  The
// reading is Beast's parser fed by hand, because a request's time runs from its first byte.
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <deque>
#include <optional>
#include <vector>

#include "node/net/connection.h"

namespace lockstep::net {
namespace {

namespace http = boost::beast::http;
using Parser = http::request_parser<http::string_body>;

constexpr std::size_t pipeline_max = 64;  // requests of one connection that wait for their answers
constexpr std::size_t read_size = 16 << 10;
constexpr std::size_t gather_max = 16;  // responses in one write

// One response, or the place of one that is still to come.
struct Answer {
  bool ready = false;
  bool head_only = false;   // the answer to HEAD
  bool last = false;        // the connection is closed behind it
  bool old_client = false;  // HTTP/1.0 that asked to be kept alive
  std::string head;
  std::string body;
};

std::string reason_of(u16 status) { return std::string(http::obsolete_reason(http::int_to_status(status))); }

Response problem(u16 status) {
  return {status,
          "application/problem+json",
          R"({"type":"about:blank","title":")" + reason_of(status) + R"(","status":)" +
              std::to_string(status) + "}",
          {}};
}

// Without what could end the line: a header never carries another.
void append_header(std::string& head, std::string_view name, std::string_view value) {
  auto append = [&head](std::string_view text) {
    for (char c : text) head += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  };
  append(name);
  head += ": ";
  append(value);
  head += "\r\n";
}

std::string head_of(const Response& response, const Answer& answer, std::string_view date) {
  std::string head =
      "HTTP/1.1 " + std::to_string(response.status) + ' ' + reason_of(response.status) + "\r\n";
  append_header(head, "Server", "lockstep");
  append_header(head, "Date", date);
  bool has_body = response.status != 204 && response.status != 304;
  if (has_body) {
    if (!response.type.empty()) append_header(head, "Content-Type", response.type);
    append_header(head, "Content-Length", std::to_string(response.body.size()));
  }
  for (const auto& [name, value] : response.headers) append_header(head, name, value);
  if (answer.last) {
    append_header(head, "Connection", "close");
  } else if (answer.old_client) {
    append_header(head, "Connection", "keep-alive");
  }
  return head + "\r\n";
}

// RFC 9112 section 3.2.1: a path from the root, of visible ASCII, and no fragment.
bool is_origin_form(std::string_view target) {
  if (target.empty() || target[0] != '/') return false;
  for (char c : target) {
    if (c <= ' ' || c >= 0x7f || c == '#') return false;
  }
  return true;
}

// What is wrong with the header as a whole: a status, or 0.
u16 wrong_with(const Parser& parser) {
  const auto& message = parser.get();
  std::size_t hosts = message.count(http::field::host);
  if (hosts > 1 || (hosts == 0 && message.version() >= 11)) return 400;  // RFC 9112 section 3.2
  if (!is_origin_form({message.target().data(), message.target().size()})) return 400;
  // Two opinions on where the body ends are how requests are smuggled past a proxy: section 6.3.
  if (message.count(http::field::transfer_encoding) > 0) {
    if (message.version() < 11 || message.count(http::field::content_length) > 0) return 400;
    if (!parser.chunked()) return 501;  // section 6.1
  }
  return 0;
}

u16 status_of(const error_code& error) {
  if (error == http::error::header_limit) return 431;
  if (error == http::error::body_limit || error == http::error::buffer_overflow) return 413;
  return 400;
}

Request request_of(const Peer& peer, Parser::value_type&& message) {
  Request request;
  request.peer = peer;
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  std::size_t question = request.target.find('?');
  request.path = request.target.substr(0, question);
  if (question != std::string::npos) request.query = request.target.substr(question + 1);
  for (const auto& field : message) {
    std::string name(field.name_string());
    for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    request.headers.emplace_back(std::move(name), std::string(field.value()));
  }
  request.body = std::move(message.body());
  return request;
}

class HttpConnection final : public Connection, public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(Hub& hub, Stream stream, Peer peer)
      : hub_(hub), stream_(std::move(stream)), peer_(std::move(peer)), since_us_(now_us()) {}

  void start();
  void sweep(i64 now) override;
  void wind_down() override;
  void abort() override { finish(); }
  void answer(u64 sequence, Response response);

 private:
  enum class Stage { handshake, open, lingering, finished };

  void read();
  void on_read(error_code error, std::size_t size);
  void consume();
  bool begin_request();
  bool check_header();
  void take_request();
  void refuse(u16 status);
  void write();
  void on_written(error_code error);
  void go_on();
  void upgrade();
  void hang_up();
  void drain();
  void finish();

  Hub& hub_;
  Stream stream_;
  Peer peer_;
  Stage stage_ = Stage::handshake;
  i64 since_us_;         // when the handshake, the request, the silence or the lingering began
  i64 progress_us_ = 0;  // when the peer last took something of what is being written

  beast::flat_buffer buffer_;
  std::vector<char> unwanted_;
  std::optional<Parser> parser_;  // of the request that is being read
  bool header_checked_ = false;
  bool reading_ = false;
  bool last_ = false;  // no request is read any more
  std::optional<Request> upgrade_;

  std::deque<Answer> answers_;
  u64 first_sequence_ = 0;     // of answers_.front()
  std::size_t in_flight_ = 0;  // of answers_, being written
  std::size_t unsent_ = 0;     // bytes
};

void HttpConnection::start() {
  TlsStream* tls = stream_.tls();
  if (!tls) {
    stage_ = Stage::open;
    return read();
  }
  tls->async_handshake(TlsStream::server, [self = shared_from_this()](error_code error) {
    if (self->stage_ == Stage::finished) return;
    if (error) {  // one that only connects and goes is a probe of a load balancer
      if (error.category() == asio::error::get_ssl_category()) ++self->hub_.counts.malformed;
      return self->finish();
    }
    self->stage_ = Stage::open;
    self->since_us_ = now_us();
    self->read();
  });
}

void HttpConnection::read() {
  if (reading_ || last_ || upgrade_ || stage_ != Stage::open) return;
  if (!parser_ && (answers_.size() >= pipeline_max || unsent_ > hub_.options.queue_size_max)) return;
  reading_ = true;
  stream_.async_read_some(
      buffer_.prepare(read_size),
      [self = shared_from_this()](error_code error, std::size_t size) { self->on_read(error, size); });
}

void HttpConnection::on_read(error_code error, std::size_t size) {
  reading_ = false;
  if (stage_ == Stage::finished) return;
  if (stage_ == Stage::lingering) {  // of TLS, the bytes below it are drained instead
    if (error) return finish();
    if (!stream_.tls()) drain();
    return;
  }
  if (error) {
    last_ = true;
    parser_.reset();
    // At an end, it may have closed one way only, and still wait for its answers.
    if (answers_.empty() || error != asio::error::eof) finish();
    return;
  }
  buffer_.commit(size);
  consume();
}

// Requests from what was read, as many as there are.
void HttpConnection::consume() {
  while (stage_ == Stage::open && !last_ && !upgrade_ && buffer_.size() > 0) {
    if (!parser_) {
      if (answers_.size() >= pipeline_max || unsent_ > hub_.options.queue_size_max) break;
      if (!begin_request()) break;
    }
    error_code error;
    buffer_.consume(parser_->put(buffer_.data(), error));
    if (error && error != http::error::need_more) return refuse(status_of(error));
    if (parser_->is_header_done() && !header_checked_ && !check_header()) return;
    if (error) break;
    if (parser_->is_done()) take_request();
  }
  read();
}

// False while there are only empty lines, which are allowed before a request: RFC 9112 section 2.2.
bool HttpConnection::begin_request() {
  auto data = static_cast<const char*>(buffer_.data().data());
  std::size_t skip = 0;
  while (skip + 1 < buffer_.size() && data[skip] == '\r' && data[skip + 1] == '\n') skip += 2;
  bool half_line = skip + 1 == buffer_.size() && data[skip] == '\r';
  buffer_.consume(skip);
  if (buffer_.size() == 0 || half_line) return false;
  parser_.emplace();
  parser_->header_limit(static_cast<u32>(hub_.options.header_size_max));
  parser_->body_limit(hub_.options.body_size_max);
  parser_->eager(true);
  header_checked_ = false;
  since_us_ = now_us();
  return true;
}

bool HttpConnection::check_header() {
  header_checked_ = true;
  if (u16 status = wrong_with(*parser_)) {
    refuse(status);
    return false;
  }
  const auto& message = parser_->get();
  if (!parser_->is_done() && message.version() >= 11 &&
      beast::iequals(message[http::field::expect], "100-continue")) {
    answers_.emplace_back();
    answers_.back().ready = true;
    answers_.back().head = "HTTP/1.1 100 Continue\r\n\r\n";
    unsent_ += answers_.back().head.size();
    write();
  }
  return true;
}

void HttpConnection::take_request() {
  Parser::value_type message = parser_->release();
  parser_.reset();
  bool keep = message.keep_alive() && !hub_.stopping;
  bool wants_socket = beast::websocket::is_upgrade(message);
  Answer place;
  place.head_only = message.method() == http::verb::head;
  place.last = !keep;
  place.old_client = message.version() < 11;
  Request request = request_of(peer_, std::move(message));
  if (wants_socket && keep && request.path == hub_.options.socket_path) {
    upgrade_ = std::move(request);
    if (answers_.empty()) upgrade();
    return;
  }
  last_ = !keep;
  u64 sequence = first_sequence_ + answers_.size();
  answers_.push_back(std::move(place));
  hub_.handlers.request(request, [weak = weak_from_this(), sequence](Response response) {
    if (auto self = weak.lock()) self->answer(sequence, std::move(response));
  });
}

// Answers what cannot be read, and closes: where the next request would begin is not known.
void HttpConnection::refuse(u16 status) {
  if (status == 431 || status == 413) {
    ++hub_.counts.oversized;
  } else if (status != 408) {
    ++hub_.counts.malformed;
  }
  parser_.reset();
  last_ = true;
  answers_.emplace_back();
  answers_.back().last = true;
  answer(first_sequence_ + answers_.size() - 1, problem(status));
}

void HttpConnection::answer(u64 sequence, Response response) {
  if (stage_ != Stage::open || sequence < first_sequence_) return;
  std::size_t index = static_cast<std::size_t>(sequence - first_sequence_);
  if (index >= answers_.size() || answers_[index].ready) return;
  Answer& place = answers_[index];
  if (hub_.stopping && index + 1 == answers_.size() && !parser_) place.last = true;
  place.head = head_of(response, place, hub_.date());
  bool has_body = !place.head_only && response.status != 204 && response.status != 304;
  if (has_body) place.body = std::move(response.body);
  place.ready = true;
  unsent_ += place.head.size() + place.body.size();
  write();
}

void HttpConnection::write() {
  if (in_flight_ > 0 || stage_ != Stage::open) return;
  std::vector<asio::const_buffer> buffers;
  for (const Answer& place : answers_) {
    if (!place.ready || in_flight_ == gather_max) break;
    buffers.push_back(asio::buffer(place.head));
    if (!place.body.empty()) buffers.push_back(asio::buffer(place.body));
    ++in_flight_;
    if (place.last) break;
  }
  if (in_flight_ == 0) return;
  auto self = shared_from_this();
  progress_us_ = now_us();
  auto more = [self](const error_code& error, std::size_t) -> std::size_t {
    self->progress_us_ = now_us();
    return error ? 0 : 1 << 20;
  };
  asio::async_write(stream_, buffers, more,
                    [self](error_code error, std::size_t) { self->on_written(error); });
}

void HttpConnection::on_written(error_code error) {
  if (stage_ == Stage::finished) return;
  if (error) return finish();
  bool last = false;
  for (; in_flight_ > 0; --in_flight_) {
    last = last || answers_.front().last;
    unsent_ -= answers_.front().head.size() + answers_.front().body.size();
    answers_.pop_front();
    ++first_sequence_;
  }
  if (last) return hang_up();
  if (!parser_) since_us_ = now_us();
  write();
  go_on();
}

// After a response: the next thing that waited for it.
void HttpConnection::go_on() {
  if (answers_.empty()) {
    if (upgrade_) return upgrade();
    if (last_ || (hub_.stopping && !parser_)) return hang_up();
  }
  if (!reading_) consume();
}

void HttpConnection::upgrade() {
  stage_ = Stage::finished;  // here; the same connection goes on as a WebSocket
  stream_.ahead() = std::move(buffer_);
  stream_.ahead().shrink_to_fit();
  start_socket(hub_, std::move(stream_), std::move(peer_), std::move(*upgrade_));
}

void HttpConnection::sweep(i64 now) {
  const ServerOptions& options = hub_.options;
  i64 spent = now - since_us_;
  if (stage_ == Stage::lingering) {
    if (spent > linger_us(options)) finish();
  } else if (stage_ == Stage::handshake) {
    if (spent <= options.request_timeout_us) return;
    ++hub_.counts.timed_out;
    finish();
  } else if (in_flight_ > 0 && now - progress_us_ > options.idle_timeout_us) {
    ++hub_.counts.slow;
    finish();
  } else if (parser_ && spent > options.request_timeout_us) {
    ++hub_.counts.timed_out;
    refuse(408);
  } else if (!parser_ && answers_.empty() && spent > options.idle_timeout_us) {
    hang_up();
  }
}

void HttpConnection::wind_down() {
  if (stage_ == Stage::handshake) return finish();
  if (stage_ != Stage::open || parser_ || upgrade_) return;
  if (answers_.empty()) return hang_up();
  last_ = true;
  // The answer that is still to come says that it is the last.
  if (!answers_.back().ready) answers_.back().last = true;
}

// Closes our side first and then waits a little for the peer to close its own: a close while it still sends
// would reset the connection and take our last response with it.  RFC 9112 section 9.6.
void HttpConnection::hang_up() {
  stage_ = Stage::lingering;
  last_ = true;
  since_us_ = now_us();
  auto then = [self = shared_from_this()](error_code) {
    if (self->stage_ == Stage::finished) return;
    error_code gone;
    self->stream_.socket().shutdown(TcpSocket::shutdown_send, gone);
    if (gone) return self->finish();
    if (self->stream_.tls() || !self->reading_) self->drain();
  };
  if (stream_.tls()) {
    stream_.tls()->async_shutdown(then);
  } else {
    then({});
  }
}

void HttpConnection::drain() {
  unwanted_.resize(read_size);  // not buffer_, which a read that is still under way may hold
  stream_.socket().async_read_some(asio::buffer(unwanted_),
                                   [self = shared_from_this()](error_code error, std::size_t) {
                                     if (self->stage_ == Stage::finished) return;
                                     error ? self->finish() : self->drain();
                                   });
}

void HttpConnection::finish() {
  if (stage_ == Stage::finished) return;
  stage_ = Stage::finished;
  auto self = shared_from_this();  // gone() lets go of the last that holds it
  stream_.close();
  hub_.gone(peer_);
}

}  // namespace

void start_http(Hub& hub, Stream stream, Peer peer) {
  u64 number = peer.connection;
  auto connection = std::make_shared<HttpConnection>(hub, std::move(stream), std::move(peer));
  hub.connections[number] = connection;
  connection->start();
}

}  // namespace lockstep::net
