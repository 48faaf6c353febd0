// TLS with a certificate made here, and a client that shares nothing with the server but OpenSSL and Beast.
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <cstdio>
#include <filesystem>

#include "node/net/testing_client.h"

namespace lockstep::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using testing::Client;
using testing::ServerThread;

// A key and a certificate that it signed itself, for an hour.
void make_certificate(const std::string& certificate_file, const std::string& key_file) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"),
                             -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_sign(certificate, key, EVP_sha256());
  std::FILE* file = std::fopen(certificate_file.c_str(), "w");
  PEM_write_X509(file, certificate);
  std::fclose(file);
  file = std::fopen(key_file.c_str(), "w");
  PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
  X509_free(certificate);
  EVP_PKEY_free(key);
}

class Tls : public ::testing::Test {
 protected:
  Tls() : folder_(::testing::TempDir() + "lockstep_tls_" + std::to_string(getpid())) {
    std::filesystem::create_directories(folder_);
    options.certificate = folder_ + "/certificate.pem";
    options.private_key = folder_ + "/key.pem";
    make_certificate(options.certificate, options.private_key);
    handlers = {[](const Request& request, Respond respond) {
                  EXPECT_TRUE(request.peer.tls);
                  respond({200, "text/plain", request.target + request.body, {}});
                },
                [](std::shared_ptr<Socket>, const Request&) {},
                [](Socket& socket, std::string_view text) { socket.send(std::string(text)); },
                [this](Socket&) { ++closed; }};
    context.load_verify_file(options.certificate);
    context.set_verify_mode(asio::ssl::verify_peer);
  }
  ~Tls() override { std::filesystem::remove_all(folder_); }

  using Connected = beast::ssl_stream<asio::ip::tcp::socket>;
  Connected connect(u16 port) {
    Connected stream(io, context);
    stream.next_layer().connect({asio::ip::address_v4::loopback(), port});
    return stream;
  }

  ServerOptions options;
  Handlers handlers;
  int closed = 0;
  asio::io_context io;
  asio::ssl::context context{asio::ssl::context::tls_client};

 private:
  std::string folder_;
};

TEST_F(Tls, AnswersAndEndsCleanly) {
  ServerThread server(options, handlers);
  Connected stream = connect(server->port());
  const unsigned char offered[] = "\x02h2\x08http/1.1";
  SSL_set_alpn_protos(stream.native_handle(), offered, sizeof offered - 1);
  stream.handshake(asio::ssl::stream_base::client);
  const unsigned char* chosen = nullptr;
  unsigned chosen_size = 0;
  SSL_get0_alpn_selected(stream.native_handle(), &chosen, &chosen_size);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(chosen), chosen_size), "http/1.1");
  std::string body(100'000, 'x');
  std::string request =
      "POST /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 100000\r\n\r\n" + body;
  asio::write(stream, asio::buffer(request));
  std::string reply;
  boost::system::error_code error;
  asio::read(stream, asio::dynamic_buffer(reply), error);
  EXPECT_EQ(error, asio::error::eof) << "and not a truncated stream";
  EXPECT_EQ(reply.substr(0, 15), "HTTP/1.1 200 OK");
  EXPECT_EQ(reply.substr(reply.size() - body.size() - 6), "\r\n\r\n/a" + body);
}

TEST_F(Tls, CarriesWebSockets) {
  ServerThread server(options, handlers);
  websocket::stream<Connected> socket(connect(server->port()));
  socket.next_layer().handshake(asio::ssl::stream_base::client);
  socket.handshake("localhost", "/ws/api/v2");
  socket.auto_fragment(true);
  for (std::size_t size : {1u, 1'000u, 100'000u, 1'000'000u}) {
    std::string text(size, 'x');
    socket.write(asio::buffer(text));
    beast::flat_buffer back;
    socket.read(back);
    EXPECT_EQ(beast::buffers_to_string(back.data()), text);
  }
  boost::system::error_code error;
  socket.close(websocket::close_code::normal, error);
  server.stop(testing::patience_ms * 1'000);
  EXPECT_EQ(closed, 1);
}

TEST_F(Tls, IsClosedWithTheServer) {
  ServerThread server(options, handlers);
  websocket::stream<Connected> socket(connect(server->port()));
  socket.next_layer().handshake(asio::ssl::stream_base::client);
  socket.handshake("localhost", "/ws/api/v2");
  Connected idle = connect(server->port());
  idle.handshake(asio::ssl::stream_base::client);
  asio::write(idle, asio::buffer(std::string("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")));
  std::string answer;
  asio::read_until(idle, asio::dynamic_buffer(answer), "/a");
  server->stop(testing::patience_ms * 1'000);
  beast::flat_buffer nothing;
  boost::system::error_code error;
  socket.read(nothing, error);
  EXPECT_EQ(error, websocket::error::closed);
  EXPECT_EQ(socket.reason().code, websocket::close_code::going_away);
  char byte = 0;
  idle.read_some(asio::buffer(&byte, 1), error);
  EXPECT_EQ(error, asio::error::eof);
  idle.shutdown(error);
  server.stop(testing::patience_ms * 1'000);
  EXPECT_EQ(closed, 1);
}

TEST_F(Tls, RefusesOldVersionsAndOtherProtocols) {
  ServerThread server(options, handlers);
  boost::system::error_code error;
  Connected old = connect(server->port());
  SSL_set_security_level(old.native_handle(), 0);
  SSL_set_min_proto_version(old.native_handle(), TLS1_1_VERSION);
  SSL_set_max_proto_version(old.native_handle(), TLS1_1_VERSION);
  old.handshake(asio::ssl::stream_base::client, error);
  EXPECT_TRUE(error);
  Connected other = connect(server->port());
  const unsigned char offered[] = "\x02h2";
  SSL_set_alpn_protos(other.native_handle(), offered, sizeof offered - 1);
  other.handshake(asio::ssl::stream_base::client, error);
  EXPECT_TRUE(error);
  Client plain(server->port());
  plain.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(plain.rest().find("HTTP/"), std::string::npos);
  EXPECT_EQ(server.counts().malformed, 3u);
  Connected right = connect(server->port());
  right.handshake(asio::ssl::stream_base::client, error);
  EXPECT_FALSE(error) << error.message();
}

TEST_F(Tls, EndsHandshakesThatTrickle) {
  options.request_timeout_us = 200'000;
  ServerThread server(options, handlers);
  Client client(server->port());
  client.send("\x16\x03\x01");
  EXPECT_EQ(client.rest(), "");
  EXPECT_EQ(server.counts().timed_out, 1u);
}

TEST_F(Tls, SaysWhichFileIsWrong) {
  std::swap(options.certificate, options.private_key);
  auto server = Server::open(options, handlers);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().what.rfind("certificate " + options.certificate + ": cannot be read as PEM", 0),
            0u)
      << server.error().what;
  std::swap(options.certificate, options.private_key);
  options.private_key = options.certificate;
  server = Server::open(options, handlers);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().what.rfind("private key " + options.private_key + ": cannot be read as PEM", 0),
            0u)
      << server.error().what;
}

}  // namespace
}  // namespace lockstep::net
