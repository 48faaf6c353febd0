// WebSockets over real sockets, frame by frame: limits, conflation, overflow, pings, and peers that vanish.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/prng.h"
#include "node/net/testing_client.h"

namespace lockstep::net {
namespace {

using testing::Client;
using testing::frame;
using testing::Frame;
using testing::handshake;
using testing::Reply;
using testing::ServerThread;

constexpr int text_frame = 1, binary_frame = 2, close_frame = 8, ping_frame = 9, pong_frame = 10;

// Sends every message back; counts.
struct Echo {
  std::vector<std::shared_ptr<Socket>> sockets;  // all that were opened; of the server's thread
  std::vector<u64> closed;
  std::string opened_with;

  Handlers handlers() {
    return {[](const Request&, Respond respond) {
              respond({404, "text/plain", "no such page", {}});
            },
            [this](std::shared_ptr<Socket> socket, const Request& request) {
              opened_with = request.target;
              sockets.push_back(std::move(socket));
            },
            [](Socket& socket, std::string_view text) { socket.send(std::string(text)); },
            [this](Socket& socket) { closed.push_back(socket.peer().connection); }};
  }
};

// Open on both sides: the server reads, and has been told.
Client open_socket(u16 port, int receive_buffer = 0) {
  Client client(port, receive_buffer);
  EXPECT_EQ(client.ask(handshake).status, 101);
  client.send(frame(ping_frame, ""));
  EXPECT_EQ(client.read_frame().opcode, pong_frame);
  return client;
}

TEST(Socket, OpensAndEchoes) {
  Echo echo;
  ServerThread server({}, echo.handlers());
  Client client(server->port());
  Reply reply = client.ask(handshake);
  EXPECT_EQ(reply.status, 101);
  EXPECT_TRUE(reply.has("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
  EXPECT_TRUE(reply.has("Server: lockstep"));
  for (std::size_t size : {0u, 1u, 125u, 126u, 5'000u, 65'535u, 65'536u, 1u << 20}) {
    std::string text(size, 'x');
    client.send(frame(text_frame, text));
    Frame back = client.read_frame();
    EXPECT_EQ(back.opcode, text_frame);
    EXPECT_TRUE(back.final);
    EXPECT_EQ(back.text, text);
  }
  EXPECT_EQ(server.in_thread([&echo] { return echo.opened_with; }), "/ws/api/v2?a=b");
  EXPECT_EQ(server.counts().sockets, 1u);
  client.send(frame(close_frame, "\x03\xe8"));
  EXPECT_EQ(client.read_frame().close_code(), 1000);
  EXPECT_EQ(client.rest(), "");
  client.half_close();
  EXPECT_TRUE(server.wait_until([&echo] { return echo.closed == std::vector<u64>{1}; }));
  EXPECT_EQ(server.counts().sockets, 0u);
}

TEST(Socket, ReadsWhatCameRightBehindTheHandshake) {
  Echo echo;
  ServerThread server({}, echo.handlers());
  Client client(server->port());
  client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n" + std::string(handshake) + frame(text_frame, "early"));
  EXPECT_EQ(client.reply().status, 404);
  EXPECT_EQ(client.reply().status, 101);
  EXPECT_EQ(client.read_frame().text, "early");
}

TEST(Socket, OpensOnlyAtItsPath) {
  Echo echo;
  ServerThread server({}, echo.handlers());
  Client client(server->port());
  std::string elsewhere = handshake;
  EXPECT_EQ(client.ask(elsewhere.replace(0, 14, "GET /ws/api/v3")).body, "no such page");
  EXPECT_EQ(client.ask("GET /ws/api/v2 HTTP/1.1\r\nHost: x\r\n\r\n").body, "no such page");
  std::string old = handshake;
  EXPECT_EQ(client.ask(old.replace(old.find(": 13"), 4, ": 7")).status, 426);  // RFC 6455 section 4.4
  EXPECT_EQ(server.in_thread([&echo] { return echo.sockets.size(); }), 0u);
}

TEST(Socket, AnswersPings) {
  Echo echo;
  ServerThread server({}, echo.handlers());
  Client client = open_socket(server->port());
  client.send(frame(text_frame, "a", false) + frame(ping_frame, "are you there") + frame(0, "b"));
  Frame pong = client.read_frame();
  EXPECT_EQ(pong.opcode, pong_frame);
  EXPECT_EQ(pong.text, "are you there");
  EXPECT_EQ(client.read_frame().text, "ab");
}

TEST(Socket, ClosesForWhatIsWrong) {
  Echo echo;
  ServerOptions options;
  options.message_size_max = 1'000;
  ServerThread server(options, echo.handlers());
  struct Case {
    std::string frames;
    int code;  // RFC 6455 section 7.4.1
  };
  std::string half(600, 'x');
  const Case cases[] = {
      {frame(text_frame, std::string(1'001, 'x')), 1009},
      {frame(text_frame, half, false) + frame(0, half), 1009},
      {frame(text_frame, std::string(5'000'000, 'x')).substr(0, 14), 1009},
      {frame(binary_frame, "x"), 1003},
      {frame(text_frame, "\xc3("), 1007},
      {frame(text_frame, "\xed\xa0\x80"), 1007},
      {frame(text_frame, "x", true, false), 1002},
      {frame(3, "x"), 1002},
      {frame(0, "x"), 1002},
      {frame(ping_frame, "x", false), 1002},
      {frame(ping_frame, std::string(126, 'x')), 1002},
      {frame(text_frame, "x").replace(0, 1, "\xc1"), 1002},
      {frame(close_frame, "\x03"), 1002},
  };
  for (const Case& wrong : cases) {
    Client client = open_socket(server->port());
    client.send(wrong.frames);
    EXPECT_EQ(client.read_frame().close_code(), wrong.code) << wrong.frames.substr(0, 20);
    EXPECT_EQ(client.rest(), "");
    client.half_close();
  }
  EXPECT_TRUE(server.wait_until([&] { return echo.closed.size() == std::size(cases); }));
  EXPECT_EQ(server.counts().oversized, 3u);
  EXPECT_EQ(server.counts().malformed, std::size(cases) - 3);
}

TEST(Socket, ReplacesATextThatStillWaits) {
  Echo echo;
  ServerThread server({}, echo.handlers());
  Client client = open_socket(server->port());
  server.in_thread([&echo] {
    Socket& socket = *echo.sockets.at(0);
    socket.send("first");  // is being written from now on, so the others wait
    socket.send_latest("price", "p1");
    socket.send("second");
    socket.send_latest("index", "i1");
    socket.send_latest("price", "p2");
    socket.send_latest("price", "p3");
    socket.send("third");
  });
  for (const char* text : {"first", "p3", "second", "i1", "third"}) EXPECT_EQ(client.read_frame().text, text);
  server.in_thread([&echo] { echo.sockets[0]->send_latest("price", "p4"); });
  EXPECT_EQ(client.read_frame().text, "p4");
  EXPECT_TRUE(server.wait_until([&echo] { return echo.sockets[0]->queued() == 0; }));
}

TEST(Socket, KeepsOnlyTheLatestForAReaderThatDoesNotRead) {
  Echo echo;
  ServerOptions options;
  options.queue_size_max = 64 << 20;
  ServerThread server(options, echo.handlers());
  Client client = open_socket(server->port(), 4096);
  server.in_thread([&echo] { echo.sockets.at(0)->send(std::string(32 << 20, 'x')); });
  std::size_t before = server.in_thread([&echo] {
    echo.sockets[0]->send_latest("price", "1000000");
    return echo.sockets[0]->queued();
  });
  for (int i = 0; i < 100; ++i) {  // more than once through the loop
    server.in_thread([&echo, i] {
      for (int k = 0; k < 100; ++k)
        echo.sockets[0]->send_latest("price", std::to_string(1'000'000 + i * 100 + k));
    });
  }
  EXPECT_EQ(server.in_thread([&echo] { return echo.sockets[0]->queued(); }), before);
  EXPECT_EQ(client.read_frame().text.size(), 32u << 20);
  EXPECT_EQ(client.read_frame().text, "1009999");
}

TEST(Socket, ClosesForAReaderThatIsTooSlow) {
  Echo echo;
  ServerOptions options;
  options.queue_size_max = 1'000'000;
  ServerThread server(options, echo.handlers());
  Client client = open_socket(server->port());
  std::size_t most = server.in_thread([&echo] {
    std::size_t queued = 0;
    for (int i = 0; i < 1'000; ++i) {
      echo.sockets.at(0)->send(std::to_string(i) + std::string(10'000, ' '));
      queued = std::max(queued, echo.sockets[0]->queued());
    }
    return queued;
  });
  EXPECT_LE(most, options.queue_size_max);
  EXPECT_EQ(client.read_frame().text.substr(0, 2), "0 ");  // was being written
  Frame last = client.read_frame();
  EXPECT_EQ(last.close_code(), 1013);
  EXPECT_EQ(last.text.substr(2), "messages come faster than they are read");
  client.send(frame(close_frame, "\x03\xf5"));
  EXPECT_EQ(client.rest(), "");
  client.half_close();
  EXPECT_TRUE(server.wait_until([&echo] { return echo.closed.size() == 1; }));
  EXPECT_EQ(server.counts().slow, 1u);
}

TEST(Socket, LetsGoOfASlowReaderThatNeverReads) {
  Echo echo;
  ServerOptions options;
  options.queue_size_max = 60 << 20;
  options.request_timeout_us = 100'000;  // bounds the wait for its close, too
  ServerThread server(options, echo.handlers());
  Client client = open_socket(server->port(), 4096);
  server.in_thread([&echo] {
    echo.sockets.at(0)->send(std::string(50 << 20, 'x'));
    echo.sockets[0]->send(std::string(20 << 20, 'x'));
  });
  EXPECT_TRUE(server.wait_until([&echo] { return echo.closed.size() == 1; }));
}

TEST(Socket, ClosesBehindWhatWasSent) {
  Echo echo;
  Handlers handlers = echo.handlers();
  handlers.message = [](Socket& socket, std::string_view) {
    for (int i = 0; i < 100; ++i) socket.send(std::to_string(i));
    socket.close(4001, "enough");
    socket.close(4002, "once only");
    socket.send("not sent");
  };
  ServerThread server({}, handlers);
  Client client = open_socket(server->port());
  client.send(frame(text_frame, "go"));
  for (int i = 0; i < 100; ++i) ASSERT_EQ(client.read_frame().text, std::to_string(i));
  Frame last = client.read_frame();
  EXPECT_EQ(last.close_code(), 4001);
  EXPECT_EQ(last.text.substr(2), "enough");
}

TEST(Socket, IsClosedWithTheServer) {
  Echo echo;
  ServerThread server({}, echo.handlers());
  Client polite = open_socket(server->port());
  Client deaf = open_socket(server->port());
  std::thread answers([&polite] {
    EXPECT_EQ(polite.read_frame().close_code(), 1001);
    polite.send(frame(close_frame, "\x03\xe9"));
    EXPECT_EQ(polite.rest(), "");
  });
  server.stop(200'000);
  answers.join();
  EXPECT_EQ(deaf.read_frame().close_code(), 1001);
  EXPECT_EQ(deaf.rest(), "");
  EXPECT_EQ(echo.closed.size(), 2u);
  for (const auto& socket : echo.sockets) {  // what is still held does nothing
    socket->send("x");
    socket->close(1000, "");
    EXPECT_EQ(socket->queued(), 0u);
  }
}

TEST(Socket, IsPingedAndClosedWhenSilent) {
  Echo echo;
  ServerOptions options;
  options.idle_timeout_us = 100'000;
  ServerThread server(options, echo.handlers());
  Client answering = open_socket(server->port());
  Client silent = open_socket(server->port());
  for (int i = 0; i < 5; ++i) {
    ASSERT_EQ(answering.read_frame().opcode, ping_frame);
    answering.send(frame(pong_frame, ""));
  }
  EXPECT_EQ(silent.read_frame().opcode, ping_frame);
  EXPECT_EQ(silent.rest(), "");
  EXPECT_TRUE(server.wait_until([&echo] { return echo.closed == std::vector<u64>{2}; }));
}

TEST(Socket, TellsOnceOfEachThatVanishes) {
  Echo echo;
  ServerThread server({}, echo.handlers());
  for (int i = 0; i < 300; ++i) {
    Client client = open_socket(server->port());
    std::string half = frame(text_frame, std::string(1'000, 'x'));
    client.send(half + half.substr(0, static_cast<std::size_t>(3 * i)));
    if (i % 3 == 0) client.reset();
    if (i % 3 == 1) client.half_close();
    server.in_thread([&echo] { echo.sockets.back()->send(std::string(100'000, 'y')); });
  }
  ASSERT_TRUE(server.wait_until([&echo] { return echo.closed.size() >= 300; }));
  server.in_thread([&echo] {
    for (const auto& socket : echo.sockets) socket->send("x");
  });
  std::sort(echo.closed.begin(), echo.closed.end());
  EXPECT_EQ(std::unique(echo.closed.begin(), echo.closed.end()), echo.closed.end());
  EXPECT_EQ(echo.closed.size(), 300u);
  EXPECT_EQ(server.counts().connections, 0u);
}

TEST(Socket, SendsFromWhereverItLikes) {
  Echo echo;
  Handlers handlers = echo.handlers();
  handlers.opened = [&echo](std::shared_ptr<Socket> socket, const Request&) {
    socket->send("welcome");
    echo.sockets.push_back(std::move(socket));
  };
  handlers.message = [&echo](Socket&, std::string_view text) {
    for (const auto& socket : echo.sockets) socket->send(std::string(text));
  };
  handlers.closed = [&echo](Socket& gone) {
    for (const auto& socket : echo.sockets) socket->send("gone " + std::to_string(gone.peer().connection));
  };
  ServerThread server({}, handlers);
  Client one(server->port()), two(server->port());
  EXPECT_EQ(one.ask(handshake).status, 101);
  EXPECT_EQ(one.read_frame().text, "welcome");
  EXPECT_EQ(two.ask(handshake).status, 101);
  EXPECT_EQ(two.read_frame().text, "welcome");
  one.send(frame(text_frame, "to all"));
  EXPECT_EQ(one.read_frame().text, "to all");
  EXPECT_EQ(two.read_frame().text, "to all");
  one.reset();
  EXPECT_EQ(two.read_frame().text, "gone 1");
}

// What one client of many does: right and wrong things in a row, and then it goes, more or less politely.
void misbehave(u16 port, u64 seed) {
  Prng random(seed);
  const std::string pieces[] = {
      "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /later HTTP/1.1\r\nHost: x\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe",
      handshake,
      handshake,
      frame(text_frame, "hello"),
      frame(text_frame, std::string(70'000, 'x')),
      frame(text_frame, "he", false),
      frame(0, "llo"),
      frame(binary_frame, "x"),
      frame(ping_frame, "x"),
      frame(close_frame, "\x03\xe8"),
      "\r\n",
      std::string("\x00\xff\x81", 3),
  };
  Client client(port, random.chance(1, 2) ? 4096 : 0);
  for (u64 i = 0, count = 1 + random.below(12); i < count; ++i) {
    const std::string& piece = pieces[random.below(std::size(pieces))];
    std::size_t size = random.chance(1, 4) ? random.below(piece.size()) : piece.size();
    if (!client.send(std::string_view(piece).substr(0, size))) break;
    if (random.chance(1, 3)) client.wait_briefly();
  }
  if (random.chance(1, 3)) client.half_close();
  if (random.chance(1, 3)) client.reset();
}

TEST(Socket, OutlivesClientsThatMisbehave) {
  Echo echo;
  std::vector<Respond> later;
  Handlers handlers = echo.handlers();
  handlers.request = [&later](const Request& request, Respond respond) {
    if (request.path != "/later") return respond({200, "text/plain", std::string(20'000, 'y'), {}});
    later.push_back(std::move(respond));
    if (later.size() % 4 == 0) {
      for (const Respond& answer : later) answer({});  // some of them again
    }
  };
  handlers.message = [&echo](Socket& from, std::string_view text) {
    from.send(std::string(text));
    echo.sockets[text.size() % echo.sockets.size()]->send_latest("last", std::string(text));
    if (text.size() == 5 && echo.sockets.size() % 7 == 0) from.close(4000, "enough");
  };
  ServerOptions options;
  options.queue_size_max = 200'000;
  options.request_timeout_us = 100'000;
  options.idle_timeout_us = 100'000;
  ServerThread server(options, handlers);
  std::vector<std::thread> threads;
  for (u64 thread = 0; thread < 4; ++thread) {
    threads.emplace_back([port = server->port(), thread] {
      for (u64 i = 0; i < 250; ++i) misbehave(port, thread * 1'000 + i);
    });
  }
  for (std::thread& thread : threads) thread.join();
  server.in_thread([&later] {
    for (const Respond& answer : later) answer({});
  });
  EXPECT_TRUE(server.wait_until([&] { return server->counts().connections == 0; }));
  EXPECT_EQ(server.counts().sockets, 0u);
  EXPECT_EQ(echo.closed.size(), echo.sockets.size());
  EXPECT_GT(echo.closed.size(), 100u);  // enough got so far as to be sockets
}

}  // namespace
}  // namespace lockstep::net
