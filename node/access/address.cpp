#include "node/access/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace lockstep::access {
namespace {

constexpr std::array<u8, 12> mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool is_ipv4(const Address& address) {
  return std::equal(mapped.begin(), mapped.end(), address.bytes.begin());
}

// With everything behind the prefix zero.
Address cut(Address address, int bits) {
  for (int i = 0; i < 16; ++i) {
    const int kept = std::clamp(bits - 8 * i, 0, 8);
    address.bytes[static_cast<std::size_t>(i)] &= static_cast<u8>(0xff00 >> kept);
  }
  return address;
}

}  // namespace

bool parse_address(std::string_view text, Address& out) {
  const std::string bare(text.substr(0, text.find('%')));
  if (bare.size() != std::strlen(bare.c_str())) return false;
  Address address;
  if (inet_pton(AF_INET6, bare.c_str(), address.bytes.data()) != 1) {
    std::copy(mapped.begin(), mapped.end(), address.bytes.begin());
    if (bare.size() != text.size() || inet_pton(AF_INET, bare.c_str(), address.bytes.data() + 12) != 1) {
      return false;
    }
  }
  out = address;
  return true;
}

Result<Network, std::string> parse_network(std::string_view text) {
  const std::string expected = "an address or a network, such as 10.0.0.0/8 or 2001:db8::/32";
  const std::size_t slash = text.find('/');
  Network network;
  if (text.find('%') != std::string_view::npos || !parse_address(text.substr(0, slash), network.base)) {
    return expected;
  }
  if (slash == std::string_view::npos) return network;
  const std::string_view digits = text.substr(slash + 1);
  const bool ipv4 = text.find(':') == std::string_view::npos;
  int bits = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  const bool is_number = error == std::errc() && end == digits.data() + digits.size();
  if (!is_number || bits < 0 || bits > (ipv4 ? 32 : 128)) return expected;
  network.bits = ipv4 ? bits + 96 : bits;
  const Network whole{cut(network.base, network.bits), network.bits};
  if (whole.base != network.base) {
    return std::string(text.substr(0, slash)) + " for the one address, or " + to_text(whole) +
           " for the network";
  }
  return network;
}

std::string to_text(const Network& network) {
  char text[INET6_ADDRSTRLEN] = {};
  const bool ipv4 = is_ipv4(network.base) && network.bits >= 96;
  inet_ntop(ipv4 ? AF_INET : AF_INET6, network.base.bytes.data() + (ipv4 ? 12 : 0), text, sizeof text);
  if (network.bits == 128) return text;
  return std::string(text) + "/" + std::to_string(ipv4 ? network.bits - 96 : network.bits);
}

bool contains(const Network& network, const Address& address) {
  return cut(address, network.bits) == network.base;
}

bool allowed(const std::vector<Network>& list, const Address& address) {
  return list.empty() || std::any_of(list.begin(), list.end(),
                                     [&](const Network& network) { return contains(network, address); });
}

Address site_of(Address address) { return is_ipv4(address) ? address : cut(address, 64); }

}  // namespace lockstep::access
