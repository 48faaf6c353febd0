#include "node/access/keys.h"

#include <gtest/gtest.h>

namespace lockstep::access {
namespace {

TEST(Keys, IdsAndSecrets) {
  for (const char* id : {"a", "desk-1", "A_b.c"}) EXPECT_TRUE(is_key_id(id)) << id;
  for (const std::string& id : {std::string(), std::string("a b"), std::string("a,b"), std::string("a:b"),
                                std::string("a=b"), std::string("a\n"), std::string(65, 'a')}) {
    EXPECT_FALSE(is_key_id(id)) << id;
  }
  EXPECT_TRUE(is_secret("0123456789abcdef"));
  for (const std::string& secret : {std::string(), std::string("0123456789abcde"), std::string(257, 'a'),
                                    std::string("0123456789 abcdef"), std::string("0123456789abcdef\n")}) {
    EXPECT_FALSE(is_secret(secret));
  }
}

TEST(Keys, ScopesAsWords) {
  Scopes scopes;
  for (const char* word : {"read", "trade"}) EXPECT_TRUE(add_scope(word, scopes));
  EXPECT_FALSE(add_scope("write", scopes));
  EXPECT_EQ(to_text(scopes), "account:read trade:read_write read trade");
  EXPECT_EQ(to_text(Scopes{true, true, false, false}), "account:read trade:read read simulate");
  EXPECT_EQ(to_text(Scopes{false, false, false, true}), "account:none trade:none operate");
}

TEST(Keys, AClientCanAskForLess) {
  const Scopes all{true, true, true, true};
  EXPECT_EQ(to_text(narrowed(all, "")), to_text(all));
  EXPECT_EQ(to_text(narrowed(all, "session:x expires:60")), to_text(all));
  EXPECT_EQ(to_text(narrowed(all, "account:read")), "account:read trade:read read");
  EXPECT_EQ(to_text(narrowed(all, "session:x trade:read_write")), "account:read trade:read_write read trade");
  EXPECT_EQ(to_text(narrowed(all, "read  simulate")), "account:read trade:read read simulate");
  EXPECT_EQ(to_text(narrowed(all, "account:none")), "account:none trade:none");
  // Never more than it has.
  EXPECT_EQ(to_text(narrowed(Scopes{true, false, false, false}, "operate trade read")),
            "account:read trade:read read");
}

TEST(Keys, PublicKeysAsOpensslPrintsThem) {
  std::array<u8, 32> raw{}, wrapped{};
  EXPECT_TRUE(parse_public_key("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", raw));
  EXPECT_TRUE(parse_public_key("MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", wrapped));
  EXPECT_EQ(raw, wrapped);
  EXPECT_EQ(raw[0], 0xd7);  // RFC 8032: d75a98..
  EXPECT_EQ(raw[31], 0x1a);
  for (const char* text : {"", "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHUQ==", "not base64",
                           "MCowBQYDK2VuAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="}) {
    EXPECT_FALSE(parse_public_key(text, raw)) << text;
  }
}

}  // namespace
}  // namespace lockstep::access
