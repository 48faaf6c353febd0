#include "node/access/keys.h"

#include <algorithm>

#include "node/access/signature.h"

namespace lockstep::access {

bool is_key_id(std::string_view text) {
  constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
  return !text.empty() && text.size() <= 64 && text.find_first_not_of(allowed) == std::string_view::npos;
}

bool is_secret(std::string_view text) {
  return text.size() >= 16 && text.size() <= 256 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

bool add_scope(std::string_view word, Scopes& scopes) {
  bool* const flag = word == "read"       ? &scopes.read
                     : word == "simulate" ? &scopes.simulate
                     : word == "trade"    ? &scopes.trade
                     : word == "operate"  ? &scopes.operate
                                          : nullptr;
  if (flag == nullptr) return false;
  *flag = true;
  return true;
}

std::string to_text(const Scopes& scopes) {
  std::string text = scopes.read ? "account:read" : "account:none";
  text += scopes.trade ? " trade:read_write" : scopes.read ? " trade:read" : " trade:none";
  if (scopes.read) text += " read";
  if (scopes.simulate) text += " simulate";
  if (scopes.trade) text += " trade";
  if (scopes.operate) text += " operate";
  return text;
}

Scopes narrowed(const Scopes& scopes, std::string_view wanted) {
  Scopes asked;
  bool named = false;
  while (!wanted.empty()) {
    const std::size_t end = std::min(wanted.find(' '), wanted.size());
    const std::string_view word = wanted.substr(0, end);
    wanted.remove_prefix(std::min(end + 1, wanted.size()));
    const bool none = word == "account:none" || word == "trade:none";
    const bool reading = word == "account:read" || word == "account:read_write" || word == "trade:read";
    const bool trading = word == "trade:read_write";
    if (reading || trading) asked.read = true;
    if (trading) asked.trade = true;
    named |= none || reading || trading || add_scope(word, asked);
  }
  if (!named) return scopes;
  return {scopes.read && asked.read, scopes.simulate && asked.simulate, scopes.trade && asked.trade,
          scopes.operate && asked.operate};
}

bool parse_public_key(std::string_view text, std::array<u8, 32>& out) {
  constexpr std::string_view header("\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", 12);
  std::string bytes;
  if (!from_base64(text, bytes)) return false;
  if (bytes.size() == 44 && bytes.starts_with(header)) bytes.erase(0, header.size());
  if (bytes.size() != out.size()) return false;
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(out.data()));
  return true;
}

}  // namespace lockstep::access
