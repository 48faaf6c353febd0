// Against the vectors of the standards, and signatures made by other programs.
#include "node/access/signature.h"

#include <gtest/gtest.h>

#include "node/access/testing_access.h"

namespace lockstep::access {
namespace {

std::string unhex(std::string_view text) {
  std::string out;
  EXPECT_TRUE(from_hex(text, out)) << text;
  return out;
}

TEST(Signature, HmacIsThatOfRfc4231) {
  using testing::hmac_hex;
  EXPECT_EQ(hmac_hex(std::string(20, '\x0b'), "Hi There"),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hmac_hex("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hmac_hex(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Signature, Ed25519IsThatOfRfc8032) {
  struct {
    const char *key, *text, *signature;
  } const cases[] = {
      {"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
       "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
       "d25bf5f0595bbe24655141438e7a100b"},
      {"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
       "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
       "387b2eaeb4302aeeb00d291612bb0c00"},
  };
  for (const auto& c : cases) {
    const std::string key_bytes = unhex(c.key);
    std::array<u8, 32> key{};
    std::copy(key_bytes.begin(), key_bytes.end(), key.begin());
    const std::string text = unhex(c.text);
    std::string signature = unhex(c.signature);
    EXPECT_TRUE(verify_ed25519(key, text, signature));
    EXPECT_FALSE(verify_ed25519(key, text + "x", signature));
    signature[10] ^= 1;
    EXPECT_FALSE(verify_ed25519(key, text, signature));
  }
}

// The signatures come from Python's hmac and cryptography.
TEST(Signature, ACallIsWhatOtherProgramsSign) {
  const std::string ts = std::to_string(testing::now_ms);
  const std::string text = call_text(ts, ts, "GET", testing::target, "");
  EXPECT_EQ(text, ts + "\n" + ts + "\nGET\n" + testing::target + "\n\n");
  EXPECT_TRUE(is_signed_by(testing::hmac_key(), text,
                           "9690ba4d73f88b9bfb765c5412d676c4780a764a5ff6c0a8608e942529a89e62"));
  EXPECT_TRUE(is_signed_by(testing::hmac_key(), text,
                           "9690BA4D73F88B9BFB765C5412D676C4780A764A5FF6C0A8608E942529A89E62"));
  const std::string ed25519 =
      "ItjggRdeyXBfTDlpIRHmfCfsmOmwaXUDggsbIGYsp8aEzuD5y7KWbqaYzt/kzclo5hgKrPE9X9vAYeQvJPhVBQ==";
  EXPECT_TRUE(is_signed_by(testing::ed25519_key(), text, ed25519));
  // Neither may be longer, shorter, empty or another's.
  for (const char* wrong :
       {"", "9690", "9690ba4d73f88b9bfb765c5412d676c4780a764a5ff6c0a8608e942529a89e6200",
        "9690ba4d73f88b9bfb765c5412d676c4780a764a5ff6c0a8608e942529a89e63",
        "z690ba4d73f88b9bfb765c5412d676c4780a764a5ff6c0a8608e942529a89e62",
        "ItjggRdeyXBfTDlpIRHmfCfsmOmwaXUDggsbIGYsp8aEzuD5y7KWbqaYzt/kzclo5hgKrPE9X9vAYeQvJPhVBQAA",
        "ItjggRdeyXBfTDlpIRHmfCfsmOmwaXUDggsbIGYsp8aEzuD5y7KWbqaYzt/kzclo5hgKrPE9X9vAYeQvJPhVBA=="}) {
    EXPECT_FALSE(is_signed_by(testing::hmac_key(), text, wrong)) << wrong;
    EXPECT_FALSE(is_signed_by(testing::ed25519_key(), text, wrong)) << wrong;
  }
}

TEST(Signature, SecretsAreTheSameOrNot) {
  EXPECT_TRUE(same_secret("abc", "abc"));
  EXPECT_TRUE(same_secret("", ""));
  for (const char* other : {"", "ab", "abd", "abcd"}) EXPECT_FALSE(same_secret("abc", other));
}

TEST(Signature, PartsStandInAnyOrder) {
  for (const char* text :
       {"id=a,ts=1,sig=x,nonce=n", "nonce=n, sig=x ,ts=1,id=a", "sig=x,id=a,nonce=n,ts=1,"}) {
    const Result<Signature, std::string> read = parse_signature(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(read.value().id + read.value().ts + read.value().sig + read.value().nonce, "a1xn");
  }
  const Result<Signature, std::string> padded = parse_signature("id=a,ts=1,sig=ab==,nonce=n");
  EXPECT_EQ(padded.value().sig, "ab==");
}

TEST(Signature, SaysWhichPartIsWrong) {
  const std::pair<std::string, const char*> cases[] = {
      {"", "lacks id"},
      {"id=a,ts=1,nonce=n", "lacks sig"},
      {"id=a,ts=1,sig=,nonce=n", "lacks sig"},
      {"id=a,id=b,ts=1,sig=x,nonce=n", "has id twice"},
      {"id=a,ts=1,sig=x,nonce=n,key=9", "has a part of another name"},
      {"id", "has a part of another name"},
      {"id=" + std::string(300, 'a'), "id is too long"},
  };
  for (const auto& [text, error] : cases) {
    const Result<Signature, std::string> read = parse_signature(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error(), error);
  }
}

// RFC 4648, section 10.
TEST(Signature, Base64) {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""}, {"Zg==", "f"}, {"Zm8=", "fo"}, {"Zm9v", "foo"}, {"Zm9vYg==", "foob"}, {"Zm9vYmE=", "fooba"}};
  std::string out;
  for (const auto& [text, bytes] : cases) {
    EXPECT_TRUE(from_base64(text, out)) << text;
    EXPECT_EQ(out, bytes);
  }
  for (const char* text : {"Zg", "Zg=", "Zh==", "Z===", "=", "====", "Zm8=Zm8=", "Zm-v", "Zm9 "}) {
    EXPECT_FALSE(from_base64(text, out)) << text;
  }
}

}  // namespace
}  // namespace lockstep::access
