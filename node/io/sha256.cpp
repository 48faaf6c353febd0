#include "node/io/sha256.h"

#include <openssl/evp.h>

#include "core/base/assert.h"

namespace lockstep {

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  LS_ASSERT(context_ != nullptr);
  LS_ASSERT(EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_), EVP_sha256(), nullptr) == 1);
}

Sha256::~Sha256() { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_)); }

Hash256 Sha256::operator()(std::string_view domain, std::span<const u8> data) {
  EVP_MD_CTX* context = static_cast<EVP_MD_CTX*>(context_);
  Hash256 hash;
  unsigned size = 0;
  // A null digest means "the same as before": it skips the lookup by name.
  LS_ASSERT(EVP_DigestInit_ex(context, nullptr, nullptr) == 1);
  LS_ASSERT(EVP_DigestUpdate(context, domain.data(), domain.size()) == 1);
  LS_ASSERT(EVP_DigestUpdate(context, data.data(), data.size()) == 1);
  LS_ASSERT(EVP_DigestFinal_ex(context, hash.bytes.data(), &size) == 1 && size == hash.bytes.size());
  return hash;
}

Hash256 sha256(std::span<const u8> data) {
  Sha256 compute;
  return compute({}, data);
}

std::string to_hex(const Hash256& hash) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const u8 byte : hash.bytes) {
    text.push_back(digits[byte >> 4]);
    text.push_back(digits[byte & 15]);
  }
  return text;
}

}  // namespace lockstep
