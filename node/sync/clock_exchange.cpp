#include "node/sync/clock_exchange.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <map>
#include <mutex>
#include <thread>

namespace lockstep {
namespace {

constexpr u32 question_magic = 0x51435341;  // a question is 20 bytes: magic, number, our time
constexpr u32 answer_magic = 0x41435341;    // an answer: magic, number, t1, t2, and the signature
constexpr i64 ask_every_us = 250'000;
constexpr std::size_t datagram_max = 256;

struct Address {
  sockaddr_storage bytes{};
  socklen_t size = 0;
};

Result<Address, Fault> resolve(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == text.size()) {
    return Fault{"\"" + text + "\" is no address such as 10.0.0.1:7400"};
  }
  addrinfo hints{};
  hints.ai_family = AF_INET;
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  const int error =
      ::getaddrinfo(text.substr(0, colon).c_str(), text.substr(colon + 1).c_str(), &hints, &found);
  if (error != 0) return Fault{"the address " + text + ": " + ::gai_strerror(error)};
  Address address;
  std::memcpy(&address.bytes, found->ai_addr, found->ai_addrlen);
  address.size = found->ai_addrlen;
  ::freeaddrinfo(found);
  return address;
}

class Exchange final : public ClockExchange {
 public:
  Exchange(int socket, std::string address, SigningKey key, Clock& clock)
      : socket_(socket), address_(std::move(address)), key_(std::move(key)), clock_(clock) {
    thread_ = std::thread([this] { run(); });
  }
  ~Exchange() override {
    ends_ = true;
    thread_.join();
    ::close(socket_);
  }
  void set_peers(std::vector<ClockPeer> peers) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::map<std::string, Peer> next;
    for (ClockPeer& peer : peers) {
      const auto known = peers_.find(peer.key);
      if (known != peers_.end() && known->second.name == peer.address) {
        next[peer.key] = known->second;
        continue;
      }
      Result<Address, Fault> address = resolve(peer.address);
      if (address) next[peer.key] = Peer{peer.address, address.value(), {}, 0, 0};
    }
    peers_ = std::move(next);
  }
  std::vector<Offset> offsets(i64 now) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::vector<Offset> out;
    for (const auto& [key, peer] : peers_) {
      if (const std::optional<Offset> offset = offset_of(peer.clock, now)) out.push_back(*offset);
    }
    return out;
  }
  const std::string& address() const override { return address_; }

 private:
  struct Peer {
    std::string name;
    Address address;
    PeerClock clock;
    u64 asked = 0;  // number of the question that is open; 0: none
    i64 asked_at = 0;
  };

  void run() {
    i64 next = 0;
    while (!ends_) {
      pollfd waits{socket_, POLLIN, 0};
      ::poll(&waits, 1, 20);
      while (receive()) {
      }
      if (clock_.monotonic_us() < next) continue;
      next = clock_.monotonic_us() + ask_every_us;
      ask_all();
    }
  }
  void ask_all() {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (auto& [key, peer] : peers_) {
      peer.asked = ++questions_;
      Bytes bytes;
      Writer writer(bytes);
      writer.integer(question_magic);
      writer.integer(peer.asked);
      peer.asked_at = clock_.wall_us();
      writer.integer(peer.asked_at);
      send(peer.address, bytes);
    }
  }
  void send(const Address& to, const Bytes& bytes) {
    ::sendto(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT, reinterpret_cast<const sockaddr*>(&to.bytes),
             to.size);
  }
  // One datagram; false: there is none.
  bool receive() {
    std::array<u8, datagram_max> buffer{};
    Address from;
    from.size = sizeof from.bytes;
    const ssize_t size = ::recvfrom(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT,
                                    reinterpret_cast<sockaddr*>(&from.bytes), &from.size);
    if (size <= 0) return false;
    const i64 at = clock_.wall_us();
    const std::span<const u8> bytes(buffer.data(), static_cast<std::size_t>(size));
    Reader in(bytes);
    const u32 magic = in.integer<u32>();
    const u64 number = in.integer<u64>();
    if (in.failed()) return true;
    if (magic == question_magic && bytes.size() == 20) answer(from, number, at);
    if (magic == answer_magic) take(bytes, number, at);
    return true;
  }
  void answer(const Address& to, u64 number, i64 received) {
    Bytes bytes;
    Writer writer(bytes);
    writer.integer(answer_magic);
    writer.integer(number);
    writer.integer(received);
    writer.integer(clock_.wall_us());
    sign(key_, bytes);  // some 50 us behind t2: part of the delay, so of the error
    send(to, bytes);
  }
  void take(std::span<const u8> bytes, u64 number, i64 at) {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (auto& [key, peer] : peers_) {
      if (peer.asked != number) continue;
      const std::span<const u8> data = signed_data(key, bytes);
      if (data.empty()) return;
      Reader in(data.subspan(12));
      const i64 t1 = in.integer<i64>();
      const i64 t2 = in.integer<i64>();
      if (in.failed() || in.left() != 0) return;
      add_sample(peer.clock, {peer.asked_at, t1, t2, at});
      peer.asked = 0;
      return;
    }
  }

  int socket_;
  std::string address_;
  SigningKey key_;
  Clock& clock_;
  std::mutex mutex_;  // guards peers_
  std::map<std::string, Peer> peers_;
  u64 questions_ = 0;
  std::atomic<bool> ends_ = false;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<ClockExchange>, Fault> open_clock_exchange(const std::string& address, SigningKey key,
                                                                  Clock& clock) {
  Result<Address, Fault> place = resolve(address);
  if (!place) return place.error();
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in bound{};
  socklen_t size = sizeof bound;
  if (socket < 0 ||
      ::bind(socket, reinterpret_cast<const sockaddr*>(&place.value().bytes), place.value().size) != 0 ||
      ::getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &size) != 0) {
    const int reason = errno;
    if (socket >= 0) ::close(socket);
    return Fault{"the address " + address + " for the clocks: " + std::strerror(reason)};
  }
  const std::string name = address.substr(0, address.rfind(':') + 1) + std::to_string(ntohs(bound.sin_port));
  return std::unique_ptr<ClockExchange>(std::make_unique<Exchange>(socket, name, std::move(key), clock));
}

}  // namespace lockstep
