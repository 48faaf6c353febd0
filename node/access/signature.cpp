#include "node/access/signature.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <memory>

#include "core/base/assert.h"

namespace lockstep::access {
namespace {

constexpr std::size_t part_size_max = 256;  // of an id, time, signature or nonce

const u8* bytes_of(std::string_view text) { return reinterpret_cast<const u8*>(text.data()); }

}  // namespace

std::array<u8, 32> hmac_sha256(std::string_view secret, std::string_view text) {
  std::array<u8, 32> out{};
  unsigned size = 0;
  const void* done = HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes_of(text),
                          text.size(), out.data(), &size);
  LS_ASSERT(done != nullptr && size == out.size());
  return out;
}

bool verify_ed25519(const std::array<u8, 32>& public_key, std::string_view text, std::string_view signature) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, public_key.data(), public_key.size()),
      EVP_PKEY_free);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  LS_ASSERT(key != nullptr && context != nullptr);
  LS_ASSERT(EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1);
  return EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text),
                          text.size()) == 1;
}

bool is_signed_by(const Key& key, std::string_view text, std::string_view signature) {
  std::string bytes;
  if (key.kind == Key::Kind::ed25519) {
    const bool readable = from_base64(signature, bytes) && bytes.size() == 64;
    bytes.resize(64);
    return verify_ed25519(key.public_key, text, bytes) && readable;
  }
  const std::array<u8, 32> right = hmac_sha256(key.secret, text);
  const bool readable = from_hex(signature, bytes) && bytes.size() == right.size();
  bytes.resize(right.size());
  return CRYPTO_memcmp(bytes.data(), right.data(), right.size()) == 0 && readable;
}

bool same_secret(std::string_view a, std::string_view b) {
  const std::array<u8, 32> hash_a = hmac_sha256("secret", a);
  const std::array<u8, 32> hash_b = hmac_sha256("secret", b);
  return CRYPTO_memcmp(hash_a.data(), hash_b.data(), hash_a.size()) == 0;
}

std::string call_text(std::string_view ts, std::string_view nonce, std::string_view method,
                      std::string_view target, std::string_view body) {
  std::string text;
  text.reserve(ts.size() + nonce.size() + method.size() + target.size() + body.size() + 5);
  for (const std::string_view part : {ts, nonce, method, target, body}) text.append(part).push_back('\n');
  return text;
}

Result<Signature, std::string> parse_signature(std::string_view parts) {
  Signature out;
  while (!parts.empty()) {
    const std::size_t comma = std::min(parts.find(','), parts.size());
    std::string_view part = parts.substr(0, comma);
    parts.remove_prefix(std::min(comma + 1, parts.size()));
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    const std::size_t equals = part.find('=');
    const std::string_view name = part.substr(0, equals);
    std::string* const value = name == "id"      ? &out.id
                               : name == "ts"    ? &out.ts
                               : name == "sig"   ? &out.sig
                               : name == "nonce" ? &out.nonce
                                                 : nullptr;
    if (value == nullptr || equals == std::string_view::npos)
      return std::string("has a part of another name");
    if (!value->empty()) return "has " + std::string(name) + " twice";
    if (part.size() > equals + 1 + part_size_max) return std::string(name) + " is too long";
    *value = part.substr(equals + 1);
  }
  for (const auto& [name, value] : {std::pair{"id", &out.id}, std::pair{"ts", &out.ts},
                                    std::pair{"sig", &out.sig}, std::pair{"nonce", &out.nonce}}) {
    if (value->empty()) return std::string("lacks ") + name;
  }
  return out;
}

bool from_base64(std::string_view text, std::string& out) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  out.clear();
  if (text.size() % 4 != 0) return false;
  const std::size_t size = text.size();
  while (text.ends_with('=') && size - text.size() < 2) text.remove_suffix(1);
  u32 bits = 0;
  int have = 0;
  for (const char c : text) {
    const std::size_t digit = alphabet.find(c);
    if (digit == std::string_view::npos) return false;
    bits = bits << 6 | static_cast<u32>(digit);
    have += 6;
    if (have >= 8) out.push_back(static_cast<char>(bits >> (have -= 8)));
    bits &= (1u << have) - 1;
  }
  return bits == 0;
}

bool from_hex(std::string_view text, std::string& out) {
  constexpr std::string_view digits = "0123456789abcdef0123456789ABCDEF";
  out.clear();
  if (text.size() % 2 != 0) return false;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const std::size_t high = digits.find(text[i]);
    const std::size_t low = digits.find(text[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return false;
    out.push_back(static_cast<char>(high % 16 * 16 + low % 16));
  }
  return true;
}

}  // namespace lockstep::access
