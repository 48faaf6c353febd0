// Network addresses and ranges of them, for lists of who may come.  IPv4 and IPv6 are one kind: an IPv4
// address is kept as ::ffff:a.b.c.d, so that a dual-stack socket and a list mean the same peer.
#pragma once

#include <array>
#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/int.h"
#include "core/base/result.h"

namespace lockstep::access {

struct Address {
  std::array<u8, 16> bytes{};
  friend auto operator<=>(const Address&, const Address&) = default;
};

// "127.0.0.1", "::1", "fe80::1%eth0" (the zone is dropped).  False if it is none.
bool parse_address(std::string_view text, Address& out);

struct Network {
  Address base;    // bits behind the prefix are zero
  int bits = 128;  // of the prefix, out of 128: an IPv4 /24 is 120
};

// "10.0.0.0/8", "2001:db8::/32", or one address.  The error is what a network is; "10.0.0.1/8", whose bits
// behind the prefix are not zero, is one, because it may be meant as either.
Result<Network, std::string> parse_network(std::string_view text);
std::string to_text(const Network& network);

bool contains(const Network& network, const Address& address);
// An empty list allows everybody.
bool allowed(const std::vector<Network>& list, const Address& address);

// What one household or server has: an IPv4 address, and an IPv6 address without its last 64 bits.
Address site_of(Address address);

}  // namespace lockstep::access
