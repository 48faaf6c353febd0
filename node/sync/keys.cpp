#include "node/sync/keys.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <memory>

namespace lockstep {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

std::string to_hex(std::span<const u8> bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const u8 byte : bytes) {
    text.push_back(digits[byte >> 4]);
    text.push_back(digits[byte & 15]);
  }
  return text;
}

bool from_hex(std::string_view text, std::array<u8, 32>& bytes) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  if (text.size() != 64) return false;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const int high = digit(text[2 * i]);
    const int low = digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    bytes[i] = static_cast<u8>(high * 16 + low);
  }
  return true;
}

}  // namespace

SigningKey key_of(const std::array<u8, 32>& secret) {
  const Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, secret.data(), secret.size()),
                EVP_PKEY_free);
  LS_ASSERT(key != nullptr);
  std::array<u8, 32> name{};
  std::size_t size = name.size();
  LS_ASSERT(EVP_PKEY_get_raw_public_key(key.get(), name.data(), &size) == 1 && size == name.size());
  return {secret, to_hex(name)};
}

Result<SigningKey, Fault> load_key(Disk& disk, const std::string& folder) {
  std::array<u8, 32> secret{};
  const Result<Bytes, Fault> stored = read_file(disk, folder + "/key", 1'024);
  if (stored) {
    std::string text(stored.value().begin(), stored.value().end());
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    if (from_hex(text, secret)) return key_of(secret);
    return Fault{folder + "/key: a key is 64 hexadecimal digits", FaultKind::corrupt};
  }
  if (stored.error().kind != FaultKind::not_found) return stored.error();
  LS_ASSERT(RAND_bytes(secret.data(), static_cast<int>(secret.size())) == 1);
  const std::string text = to_hex(secret) + "\n";
  const std::span<const u8> bytes(reinterpret_cast<const u8*>(text.data()), text.size());
  if (Result<Done, Fault> written = replace_file(disk, folder, "key", bytes); !written)
    return written.error();
  return key_of(secret);
}

void sign(const SigningKey& key, Bytes& data) {
  const Key secret(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, key.secret.data(), key.secret.size()),
      EVP_PKEY_free);
  const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  std::array<u8, signature_size> signature{};
  std::size_t size = signature.size();
  LS_ASSERT(secret != nullptr && context != nullptr);
  LS_ASSERT(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, secret.get()) == 1);
  LS_ASSERT(EVP_DigestSign(context.get(), signature.data(), &size, data.data(), data.size()) == 1);
  data.insert(data.end(), signature.begin(), signature.end());
}

std::span<const u8> signed_data(const std::string& name, std::span<const u8> bytes) {
  std::array<u8, 32> raw{};
  if (bytes.size() < signature_size || !from_hex(name, raw)) return {};
  const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw.data(), raw.size()),
                EVP_PKEY_free);
  const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  const std::span<const u8> data = bytes.first(bytes.size() - signature_size);
  const std::span<const u8> signature = bytes.last(signature_size);
  LS_ASSERT(context != nullptr);
  if (key == nullptr) return {};
  if (EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1) return {};
  const bool valid =
      EVP_DigestVerify(context.get(), signature.data(), signature.size(), data.data(), data.size()) == 1;
  return valid ? data : std::span<const u8>();
}

}  // namespace lockstep
