// HTTP over real sockets: order, limits, and everything a client can get wrong.
#include "node/net/server.h"

#include <gtest/gtest.h>

#include "node/net/testing_client.h"

namespace lockstep::net {
namespace {

using testing::Client;
using testing::Reply;
using testing::ServerThread;

// Answers with what was asked; /later waits until `release`.
struct Echo {
  std::vector<Respond> waiting;  // of the server's thread

  Handlers handlers() {
    return {[this](const Request& request, Respond respond) {
              if (request.path == "/later") {
                waiting.push_back(std::move(respond));
              } else {
                respond({200, "text/plain", request.method + " " + request.target + "\n" + request.body, {}});
              }
            },
            [](std::shared_ptr<Socket>, const Request&) {}, [](Socket&, std::string_view) {}, [](Socket&) {}};
  }
};

std::string get(const std::string& target) { return "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n"; }

TEST(Http, AnswersAndKeepsTheConnection) {
  Echo echo;
  ServerThread server({}, echo.handlers());
  Client client(server->port());
  for (int i = 0; i < 3; ++i) {
    Reply reply = client.ask("POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "POST /a?b=c\nhello");
    EXPECT_TRUE(reply.has("Server: lockstep"));
    EXPECT_TRUE(reply.has("Content-Type: text/plain"));
    EXPECT_TRUE(reply.has("Content-Length: 17"));
    EXPECT_NE(reply.head.find("\r\nDate: "), std::string::npos);
    EXPECT_EQ(reply.head.find("\r\nConnection: "), std::string::npos);
  }
  EXPECT_EQ(server.counts().accepted, 1u);
}

TEST(Http, PassesEveryMethodAndHeader) {
  Request seen;
  Handlers handlers = Echo().handlers();
  handlers.request = [&seen](const Request& request, Respond respond) {
    seen = request;
    respond({204, "", "", {{"ETag", "\"7\""}}});
  };
  ServerThread server({}, handlers);
  Client client(server->port());
  for (const char* method : {"GET", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"}) {
    Reply reply =
        client.ask(std::string(method) + " /x HTTP/1.1\r\nHost: y\r\nX-One: 1 \r\nx-one: 2\r\n\r\n");
    EXPECT_EQ(reply.status, 204);
    EXPECT_TRUE(reply.has("ETag: \"7\""));
    EXPECT_EQ(reply.head.find("Content-Length"), std::string::npos) << "RFC 9110 section 8.6: not with 204";
    EXPECT_EQ(seen.method, method);
    ASSERT_EQ(seen.headers.size(), 3u);
    EXPECT_EQ(seen.headers[1], (std::pair<std::string, std::string>("x-one", "1")));
    EXPECT_EQ(seen.headers[2].second, "2");
    EXPECT_EQ(seen.header("host"), "y");
    EXPECT_EQ(seen.peer.address, "127.0.0.1");
  }
}

TEST(Http, AnswersHeadWithoutBody) {
  Echo echo;
  ServerThread server({}, echo.handlers());
  Client client(server->port());
  client.send("HEAD /abc HTTP/1.1\r\nHost: x\r\n\r\n" + get("/next"));
  Reply head = client.reply(true);
  EXPECT_TRUE(head.has("Content-Length: 10"));  // "HEAD /abc\n"
  EXPECT_EQ(client.reply().body, "GET /next\n");
}

TEST(Http, AnswersInTheOrderOfTheRequests) {
  Echo echo;
  ServerThread server({}, echo.handlers());
  Client client(server->port());
  client.send(get("/later") + get("/b") + get("/later") + get("/d"));
  ASSERT_TRUE(server.wait_until([&echo] { return echo.waiting.size() == 2; }));
  server.in_thread([&echo] {
    echo.waiting[1]({200, "text/plain", "third", {}});
    echo.waiting[0]({200, "text/plain", "first", {}});
    echo.waiting[0]({200, "text/plain", "again", {}});  // once only
  });
  for (const char* body : {"first", "GET /b\n", "third", "GET /d\n"}) EXPECT_EQ(client.reply().body, body);
  EXPECT_EQ(client.ask(get("/e")).body, "GET /e\n");
}

TEST(Http, TakesThousandsOfPipelinedRequests) {
  Echo echo;
  ServerThread server({}, echo.handlers());
  Client client(server->port());
  std::string requests;
  for (int i = 0; i < 5'000; ++i) requests += get("/" + std::to_string(i));
  std::thread sender([&] { client.send(requests); });
  for (int i = 0; i < 5'000; ++i) ASSERT_EQ(client.reply().body, "GET /" + std::to_string(i) + "\n");
  sender.join();
}

TEST(Http, ReadsARequestInPieces) {
  Echo echo;
  ServerThread server({}, echo.handlers());
  Client client(server->port());
  std::string request =
      "\r\n\r\nPOST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n2;note\r\nde\r\n0\r\n\r\n";
  for (char c : request) client.send({&c, 1});
  EXPECT_EQ(client.reply().body, "POST /x\nabcde");
}

TEST(Http, SpeaksWithOldClients) {
  Echo echo;
  ServerThread server({}, echo.handlers());
  Client kept(server->port());
  for (int i = 0; i < 2; ++i) {
    Reply reply = kept.ask("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(reply.body, "GET /a\n");
    EXPECT_TRUE(reply.has("Connection: keep-alive"));
  }
  for (const char* request :
       {"GET /a HTTP/1.0\r\n\r\n", "GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"}) {
    Client closed(server->port());
    Reply reply = closed.ask(std::string(request) + get("/not-read"));
    EXPECT_TRUE(reply.has("Connection: close"));
    EXPECT_EQ(reply.body, "GET /a\n");
    EXPECT_EQ(closed.rest(), "");
  }
}

TEST(Http, ContinuesWhenAskedFirst) {
  Echo echo;
  ServerThread server({}, echo.handlers());
  Client client(server->port());
  EXPECT_EQ(
      client.ask("POST /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n").status,
      100);
  EXPECT_EQ(client.ask("ok").body, "POST /x\nok");
}

TEST(Http, PassesTargetsAsTheyAre) {
  Echo echo;
  ServerThread server({}, echo.handlers());
  Client client(server->port());
  for (const char* target :
       {"/../../etc/passwd", "/%2e%2e/%00", "//x//y", "/a?b?c&d=%zz", "/a;b=c", "/\\..\\", "/?"}) {
    EXPECT_EQ(client.ask(get(target)).body, "GET " + std::string(target) + "\n");
  }
}

TEST(Http, RefusesWhatIsMalformed) {
  Echo echo;
  ServerThread server({}, echo.handlers());
  struct Case {
    const char* request;
    int status;
  };
  const Case cases[] = {
      {"GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"GET /a\x01 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"GET /\xc3\xa4 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"GET x HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 400},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400},
      {"GET / HTTP/1.1\nHost: x\n\n", 400},
      {"GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: x\r\nA: b\x01\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: x\r\n: b\r\n\r\n", 400},
      {"{\"jsonrpc\":\"2.0\"}\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1x\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400},
      {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
      {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", 400},
  };
  for (const Case& wrong : cases) {
    Client client(server->port());
    client.send(get("/right"));
    Reply right = client.reply();
    EXPECT_EQ(right.body, "GET /right\n");
    Reply reply = client.ask(wrong.request);
    EXPECT_EQ(reply.status, wrong.status) << wrong.request;
    EXPECT_TRUE(reply.has("Connection: close")) << wrong.request;
    EXPECT_EQ(client.rest(), "") << wrong.request;
    if (wrong.status == 400) {
      EXPECT_TRUE(reply.has("Content-Type: application/problem+json"));
      EXPECT_EQ(reply.body, R"({"type":"about:blank","title":"Bad Request","status":400})");
    }
  }
  EXPECT_EQ(server.counts().malformed, std::size(cases));
}

TEST(Http, RefusesWhatIsTooLarge) {
  Echo echo;
  ServerOptions options;
  options.header_size_max = 1'000;
  options.body_size_max = 1'000;
  ServerThread server(options, echo.handlers());
  std::string post = "POST / HTTP/1.1\r\nHost: x\r\n";
  std::string large(2'000, 'x');
  for (const std::string& request : {get("/" + large), get("/").insert(16, "X-Large: " + large + "\r\n"),
                                     "GET /" + large, "GET / HTTP/1.1\r\nA: " + large}) {
    Client client(server->port());
    EXPECT_EQ(client.ask(request).status, 431) << request;
    EXPECT_EQ(client.rest(), "");
  }
  for (const std::string& request :
       {post + "Content-Length: 1001\r\n\r\n", post + "Content-Length: 2000\r\n\r\n" + large,
        post + "Content-Length: 1001\r\nExpect: 100-continue\r\n\r\n",
        post + "Transfer-Encoding: chunked\r\n\r\n3e8\r\n" + large.substr(0, 1'000) +
            "\r\n1\r\nx\r\n0\r\n\r\n"}) {
    Client client(server->port());
    Reply reply = client.ask(request);
    EXPECT_EQ(reply.status, 413) << request;
    EXPECT_EQ(client.rest(), "");
  }
  Client client(server->port());
  EXPECT_EQ(client.ask(post + "Content-Length: 1000\r\n\r\n" + large.substr(0, 1'000)).status, 200);
  EXPECT_EQ(server.counts().oversized, 8u);
}

TEST(Http, SaysThatABodyIsTooLargeToWhoStillSends) {
  Echo echo;
  ServerThread server({}, echo.handlers());
  Client client(server->port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n");
  client.send(std::string(9'000'000, 'x'));
  EXPECT_EQ(client.reply().status, 413);
}

TEST(Http, EndsRequestsThatTrickle) {
  Echo echo;
  ServerOptions options;
  options.request_timeout_us = 300'000;
  ServerThread server(options, echo.handlers());
  for (const std::string& start :
       {std::string("GET /"),
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n" + std::string()}) {
    Client client(server->port());
    client.send(start);
    int sent = 0;
    while (sent < testing::patience_ms / 10 && client.send("x")) {
      ++sent;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    EXPECT_LT(sent, testing::patience_ms / 10);
    EXPECT_EQ(client.reply().status, 408);
  }
  EXPECT_EQ(server.counts().timed_out, 2u);
}

TEST(Http, LetsGoOfIdleConnections) {
  Echo echo;
  ServerOptions options;
  options.idle_timeout_us = 100'000;
  ServerThread server(options, echo.handlers());
  Client silent(server->port());
  Client asked(server->port());
  EXPECT_EQ(asked.ask(get("/")).status, 200);
  EXPECT_EQ(silent.rest(), "");
  EXPECT_EQ(asked.rest(), "");
  silent.half_close();
  asked.half_close();
  EXPECT_TRUE(server.wait_until([&server] { return server->counts().connections == 0; }));
}

TEST(Http, AnswersWhoClosedItsOwnSide) {
  Echo echo;
  ServerThread server({}, echo.handlers());
  Client client(server->port());
  client.send(get("/later") + get("/b"));
  client.half_close();
  ASSERT_TRUE(server.wait_until([&echo] { return echo.waiting.size() == 1; }));
  server.in_thread([&echo] { echo.waiting[0]({200, "text/plain", "first", {}}); });
  EXPECT_EQ(client.reply().body, "first");
  EXPECT_EQ(client.reply().body, "GET /b\n");
  EXPECT_EQ(client.rest(), "");
}

TEST(Http, OutlivesAClientThatVanishes) {
  Echo echo;
  ServerThread server({}, echo.handlers());
  for (int i = 0; i < 50; ++i) {
    Client client(server->port());
    client.send(get("/later") + get("/b") + "GET /half");
    client.reset();
  }
  ASSERT_TRUE(server.wait_until([&server] { return server->counts().connections == 0; }));
  server.in_thread([&echo] {
    for (const Respond& respond : echo.waiting) respond({200, "text/plain", std::string(1'000'000, 'x'), {}});
  });
  EXPECT_EQ(Client(server->port()).ask(get("/")).status, 200);
}

TEST(Http, EndsAResponseThatIsNotRead) {
  Handlers handlers = Echo().handlers();
  handlers.request = [](const Request&, Respond respond) {
    respond({200, "", std::string(50 << 20, 'x'), {}});
  };
  ServerOptions options;
  options.idle_timeout_us = 100'000;
  ServerThread server(options, handlers);
  Client client(server->port(), 4096);
  client.send(get("/"));
  EXPECT_TRUE(server.wait_until([&server] { return server->counts().slow == 1; }));
}

TEST(Http, LimitsConnections) {
  Echo echo;
  ServerOptions options;
  options.connections_per_address_max = 3;
  ServerThread server(options, echo.handlers());
  std::vector<Client> clients;
  for (int i = 0; i < 3; ++i) {
    clients.emplace_back(server->port());
    EXPECT_EQ(clients.back().ask(get("/")).status, 200);
  }
  EXPECT_EQ(Client(server->port()).ask(get("/")).status, 0);
  EXPECT_EQ(server.counts().refused, 1u);
  clients.pop_back();
  ASSERT_TRUE(server.wait_until([&server] { return server->counts().connections == 2; }));
  EXPECT_EQ(Client(server->port()).ask(get("/")).status, 200);
}

TEST(Http, OpensAndClosesManyConnections) {
  Echo echo;
  ServerThread server({}, echo.handlers());
  {
    std::vector<Client> clients;
    for (int i = 0; i < 500; ++i) clients.emplace_back(server->port());
    for (Client& client : clients) client.send(get("/"));
    for (Client& client : clients) ASSERT_EQ(client.reply().status, 200);
    EXPECT_EQ(server.counts().connections, 500u);
  }
  EXPECT_TRUE(server.wait_until([&server] { return server->counts().connections == 0; }));
  EXPECT_EQ(server.counts().accepted, 500u);
}

TEST(Http, KeepsAHeaderOnItsLine) {
  Handlers handlers = Echo().handlers();
  handlers.request = [](const Request&, Respond respond) {
    respond({200, "text/plain", "", {{"Location", "/x\r\nSet-Cookie: a=b\r\n\r\nbody"}}});
  };
  ServerThread server({}, handlers);
  Client client(server->port());
  EXPECT_TRUE(client.ask(get("/")).has("Location: /x  Set-Cookie: a=b    body"));
}

TEST(Server, FinishesWhatIsUnderWay) {
  Echo echo;
  ServerThread server({}, echo.handlers());
  Client idle(server->port());
  EXPECT_EQ(idle.ask(get("/")).status, 200);
  Client busy(server->port());
  busy.send(get("/later"));
  Client sending(server->port());
  sending.send("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n");
  ASSERT_TRUE(server.wait_until([&] { return echo.waiting.size() == 1 && server->counts().accepted == 3; }));
  server->stop(testing::patience_ms * 1'000);
  EXPECT_EQ(idle.rest(), "");
  EXPECT_FALSE(Client(server->port()).connected());
  server.in_thread([&echo] { echo.waiting[0]({200, "text/plain", "done", {}}); });
  Reply reply = busy.reply();
  EXPECT_EQ(reply.body, "done");
  EXPECT_TRUE(reply.has("Connection: close"));
  EXPECT_EQ(sending.ask("ok").body, "POST /x\nok");
  EXPECT_EQ(busy.rest() + sending.rest(), "");
}

TEST(Server, StopsAfterItsPatience) {
  Echo echo;
  ServerThread server({}, echo.handlers());
  Client busy(server->port());
  busy.send(get("/later"));
  ASSERT_TRUE(server.wait_until([&echo] { return echo.waiting.size() == 1; }));
  server.stop(50'000);
  EXPECT_EQ(busy.rest(), "");
  for (const Respond& respond : echo.waiting) respond({});  // nothing to answer to
}

TEST(Server, DoesThingsLater) {
  Echo echo;
  ServerThread server({}, echo.handlers());
  std::promise<void> first, second;
  std::string order;
  server->after(60'000, [&] {
    order += "b";
    second.set_value();
  });
  server->after(1'000, [&] {
    order += "a";
    first.set_value();
  });
  second.get_future().wait();
  EXPECT_EQ(order, "ab");
}

TEST(Server, ListensOnEveryAddress) {
  Handlers handlers = Echo().handlers();
  handlers.request = [](const Request& request, Respond respond) {
    respond({200, "", request.peer.address, {}});
  };
  ServerOptions options;
  options.address = "::";
  if (!Server::open(options, handlers)) GTEST_SKIP() << "this machine has no IPv6";
  ServerThread server(options, handlers);
  EXPECT_EQ(Client(server->port()).ask(get("/")).body, "127.0.0.1");  // and not ::ffff:127.0.0.1
}

TEST(Server, SaysWhyItCannotListen) {
  auto open = [](const ServerOptions& options) {
    auto server = Server::open(options, Echo().handlers());
    return server ? std::string() : server.error().what;
  };
  Echo echo;
  ServerThread server({}, echo.handlers());
  ServerOptions options;
  options.port = server->port();
  EXPECT_EQ(open(options),
            "cannot listen on 127.0.0.1 port " + std::to_string(options.port) + ": Address already in use");
  options = {};
  options.address = "localhost:80";
  EXPECT_EQ(open(options), "cannot listen on `localhost:80`: it is not an IP address");
  options = {};
  options.certificate = "/nowhere.pem";
  EXPECT_EQ(open(options), "TLS needs both a certificate and its private key");
  options.private_key = "/nowhere.key";
  EXPECT_EQ(open(options).rfind("certificate /nowhere.pem: cannot be read as PEM", 0), 0u) << open(options);
}

}  // namespace
}  // namespace lockstep::net
