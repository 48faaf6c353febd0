#include "node/access/address.h"

#include <gtest/gtest.h>

namespace lockstep::access {
namespace {

Address at(std::string_view text) {
  Address address;
  EXPECT_TRUE(parse_address(text, address)) << text;
  return address;
}
Network net(std::string_view text) {
  const Result<Network, std::string> network = parse_network(text);
  EXPECT_TRUE(network) << text;
  return network ? network.value() : Network{};
}

TEST(Address, ReadsBothKinds) {
  EXPECT_EQ(at("192.0.2.7"), at("::ffff:192.0.2.7"));
  EXPECT_EQ(at("2001:db8::1"), at("2001:0db8:0000:0000:0000:0000:0000:0001"));
  EXPECT_EQ(at("fe80::1%eth0"), at("fe80::1"));
  EXPECT_NE(at("::1"), at("127.0.0.1"));
  Address address;
  for (const char* text :
       {"", "localhost", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4%eth0", ":::", "1::2::3"}) {
    EXPECT_FALSE(parse_address(text, address)) << text;
  }
}

TEST(Address, NetworksHoldWhatIsBehindTheirPrefix) {
  struct {
    const char* network;
    const char* inside;
    const char* outside;
  } const cases[] = {
      {"10.0.0.0/8", "10.255.255.255", "11.0.0.0"},
      {"192.0.2.128/25", "192.0.2.128", "192.0.2.127"},
      {"192.0.2.7", "192.0.2.7", "192.0.2.8"},
      {"192.0.2.6/31", "192.0.2.7", "192.0.2.8"},
      {"0.0.0.0/0", "255.255.255.255", "2001:db8::1"},
      {"2001:db8::/32", "2001:db8:ffff::1", "2001:db9::"},
      {"2001:db8:8000::/33", "2001:db8:8000::", "2001:db8:7fff::"},
      {"::1", "::1", "127.0.0.1"},
      {"::/0", "1.2.3.4", nullptr},
      {"10.0.0.0/8", "::ffff:10.1.2.3", "::10.1.2.3"},
  };
  for (const auto& c : cases) {
    EXPECT_TRUE(contains(net(c.network), at(c.inside))) << c.network << " " << c.inside;
    if (c.outside != nullptr) {
      EXPECT_FALSE(contains(net(c.network), at(c.outside))) << c.network << " " << c.outside;
    }
    EXPECT_EQ(to_text(net(c.network)), c.network);
  }
}

TEST(Address, SaysWhatANetworkIs) {
  for (const char* text : {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "::/129",
                           "a/8", "fe80::%eth0/10", "10.0.0.0/8/8"}) {
    const Result<Network, std::string> network = parse_network(text);
    ASSERT_FALSE(network) << text;
    EXPECT_EQ(network.error(), "an address or a network, such as 10.0.0.0/8 or 2001:db8::/32");
  }
  EXPECT_EQ(parse_network("10.0.0.1/8").error(),
            "10.0.0.1 for the one address, or 10.0.0.0/8 for the network");
  EXPECT_EQ(parse_network("2001:db8::1/64").error(),
            "2001:db8::1 for the one address, or 2001:db8::/64 for the network");
}

TEST(Address, AnEmptyListAllowsEverybody) {
  EXPECT_TRUE(allowed({}, at("192.0.2.7")));
  EXPECT_TRUE(allowed({net("10.0.0.0/8"), net("192.0.2.0/24")}, at("192.0.2.7")));
  EXPECT_FALSE(allowed({net("10.0.0.0/8")}, at("192.0.2.7")));
}

TEST(Address, ASiteIsAnAddressOrA64) {
  EXPECT_EQ(site_of(at("192.0.2.7")), at("192.0.2.7"));
  EXPECT_EQ(site_of(at("2001:db8:1:2:3:4:5:6")), at("2001:db8:1:2::"));
}

}  // namespace
}  // namespace lockstep::access
