#include "node/io/sha256.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

std::span<const u8> bytes_of(std::string_view text) {
  return {reinterpret_cast<const u8*>(text.data()), text.size()};
}

// The examples of FIPS 180-4's companion "Secure Hash Standard, SHA-256 examples" (NIST).
TEST(Sha256, gives_the_published_values) {
  EXPECT_EQ(to_hex(sha256(bytes_of("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256(bytes_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(to_hex(sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256, puts_the_domain_before_the_data_and_can_be_used_again) {
  Sha256 compute;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(compute("a", bytes_of("bc")), sha256(bytes_of("abc")));
  EXPECT_NE(compute("b", bytes_of("bc")), sha256(bytes_of("abc")));
}

}  // namespace
}  // namespace lockstep
