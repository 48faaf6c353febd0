// A TCP connection with or without TLS as one type, so that HTTP and WebSocket are compiled once each.
// Private to this module: it includes Asio.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/flat_stream.hpp>
#include <memory>
#include <utility>

namespace lockstep::net {

namespace asio = boost::asio;
namespace beast = boost::beast;
using error_code = boost::system::error_code;
// With the executor as it is: the type-erased one costs an allocation and two calls for each operation.
using TcpSocket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;
using TlsStream = asio::ssl::stream<TcpSocket&>;

class Stream {
 public:
  using executor_type = TcpSocket::executor_type;

  Stream(TcpSocket socket, asio::ssl::context* tls) : parts_(std::make_unique<Parts>(std::move(socket))) {
    if (tls) parts_->tls = std::make_unique<beast::flat_stream<TlsStream>>(parts_->socket, *tls);
  }

  executor_type get_executor() { return parts_->socket.get_executor(); }
  TcpSocket& socket() { return parts_->socket; }
  TlsStream* tls() { return parts_->tls ? &parts_->tls->next_layer() : nullptr; }
  // What was read already and belongs to who reads next.
  beast::flat_buffer& ahead() { return parts_->ahead; }

  template <class Buffers, class Handler>
  void async_read_some(const Buffers& buffers, Handler&& handler) {
    beast::flat_buffer& ahead = parts_->ahead;
    if (ahead.size() > 0) {
      std::size_t size = asio::buffer_copy(buffers, ahead.data());
      ahead.consume(size);
      asio::post(get_executor(),
                 beast::bind_front_handler(std::forward<Handler>(handler), error_code(), size));
    } else if (parts_->tls) {
      parts_->tls->async_read_some(buffers, std::forward<Handler>(handler));
    } else {
      parts_->socket.async_read_some(buffers, std::forward<Handler>(handler));
    }
  }

  template <class Buffers, class Handler>
  void async_write_some(const Buffers& buffers, Handler&& handler) {
    if (parts_->tls) {
      parts_->tls->async_write_some(buffers, std::forward<Handler>(handler));
    } else {
      parts_->socket.async_write_some(buffers, std::forward<Handler>(handler));
    }
  }

  void close() {
    error_code ignored;  // it is gone either way
    parts_->socket.close(ignored);
  }

 private:
  struct Parts {  // on the heap: the TLS stream refers to the socket, and a Stream moves
    explicit Parts(TcpSocket from) : socket(std::move(from)) {}
    TcpSocket socket;
    std::unique_ptr<beast::flat_stream<TlsStream>> tls;
    beast::flat_buffer ahead;
  };
  std::unique_ptr<Parts> parts_;
};

}  // namespace lockstep::net
