// What the server's one thread carries: requests over one WebSocket with many in flight, by its CPU time, and
// the time until a thousand sockets have what was sent to all of them, read by one thread of this process.
#include <benchmark/benchmark.h>
#include <time.h>

#include <algorithm>

#include "node/net/testing_client.h"

namespace lockstep::net {
namespace {

using testing::Client;
using testing::frame;
using testing::handshake;
using testing::ServerThread;

i64 nanoseconds(clockid_t clock) {
  timespec now = {};
  clock_gettime(clock, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

Handlers answer_with(const std::string& answer, std::vector<std::shared_ptr<Socket>>& sockets) {
  return {
      [](const Request&, Respond respond) { respond({}); },
      [&sockets](std::shared_ptr<Socket> socket, const Request&) { sockets.push_back(std::move(socket)); },
      [answer](Socket& socket, std::string_view) { socket.send(answer); }, [](Socket&) {}};
}

Client open_socket(u16 port) {
  Client client(port);
  LS_ASSERT(client.ask(handshake).status == 101);
  return client;
}

// 64 requests of 120 bytes in flight, each answered with 300 bytes.  The time is that of the server's thread.
void requests_in_flight(benchmark::State& run) {
  constexpr std::size_t answer_size = 304;  // with the frame's header
  std::vector<std::shared_ptr<Socket>> sockets;
  ServerThread server({}, answer_with(std::string(300, 'x'), sockets));
  Client client = open_socket(server->port());
  const std::string request = frame(1, std::string(120, 'x'));
  const int count = 50'000;
  for (auto _ : run) {
    i64 before = server.in_thread([] { return nanoseconds(CLOCK_THREAD_CPUTIME_ID); });
    for (int i = 0; i < 64; ++i) client.send(request);
    for (int sent = 64, received = 0; received < count;) {
      LS_ASSERT(client.wait_for(answer_size));
      std::string more;
      int answers = static_cast<int>(client.unread() / answer_size);
      client.take(static_cast<std::size_t>(answers) * answer_size);
      received += answers;
      for (; answers > 0 && sent < count; --answers, ++sent) more += request;
      client.send(more);
    }
    i64 spent = server.in_thread([] { return nanoseconds(CLOCK_THREAD_CPUTIME_ID); }) - before;
    run.SetIterationTime(static_cast<double>(spent) / 1e9);
  }
  run.SetItemsProcessed(run.iterations() * count);
}
BENCHMARK(requests_in_flight)->UseManualTime()->Unit(benchmark::kMillisecond);

// One text of 300 bytes to each of `range(0)` sockets, from the first send to the last received.
void fan_out(benchmark::State& run) {
  std::vector<std::shared_ptr<Socket>> sockets;
  ServerThread server({}, answer_with("", sockets));
  std::vector<Client> clients;
  for (int64_t i = 0; i < run.range(0); ++i) clients.push_back(open_socket(server->port()));
  while (server.in_thread([&sockets] { return sockets.size(); }) < clients.size()) {
  }
  std::vector<i64> latencies;
  for (auto _ : run) {
    i64 start = nanoseconds(CLOCK_MONOTONIC);
    server->post([&sockets] {
      for (const auto& socket : sockets) socket->send(std::string(300, 'x'));
    });
    for (Client& client : clients) {
      LS_ASSERT(client.wait_for(304));
      client.take(304);
    }
    latencies.push_back(nanoseconds(CLOCK_MONOTONIC) - start);
  }
  std::sort(latencies.begin(), latencies.end());
  run.counters["p50_us"] = static_cast<double>(latencies[latencies.size() / 2]) / 1e3;
  run.counters["p99_us"] = static_cast<double>(latencies[latencies.size() * 99 / 100]) / 1e3;
  run.SetItemsProcessed(run.iterations() * run.range(0));
}
BENCHMARK(fan_out)->Arg(1'000)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace lockstep::net
