#include "node/sync/board.h"

namespace lockstep {
namespace {

constexpr std::size_t claims_per_transaction = 32;
constexpr u64 keys_per_page = 512;

const Replica* find(std::span<const Replica> replicas, const std::string& name) {
  for (std::size_t i = replicas.size(); i-- > 0;) {
    if (replicas[i].name == name && !replicas[i].retired) return &replicas[i];
  }
  return nullptr;
}

// "<position>/<name>/<state>" behind "claim/".
std::string name_in(const std::string& key, std::size_t behind) {
  const std::size_t from = key.find('/', behind);
  if (from == std::string::npos) return {};
  const std::size_t to = key.find('/', from + 1);
  return to == std::string::npos ? std::string() : key.substr(from + 1, to - from - 1);
}

std::string_view before_blank(const std::string& text) {
  return std::string_view(text).substr(0, text.find(' '));
}

}  // namespace

Result<Claimed, Fault> read_claimed(const Board& board, const std::string& name, const std::string& nonce) {
  const std::string key = board.root + "claimed/" + name;
  const Result<std::vector<StoredKey>, Fault> found = board.store->read({key, key + '\0', 1, false, false});
  if (!found) return found.error();
  Claimed claimed{0, 0, nonce};
  if (found.value().empty()) return claimed;
  claimed.revision = found.value()[0].modified;
  if (parse_number(before_blank(found.value()[0].value), claimed.position)) return claimed;
  return Fault{key + ": is no position", FaultKind::corrupt};
}

Result<Done, Fault> publish_claims(const Board& board, const std::string& name, const SigningKey& key,
                                   std::span<const Claim> claims, Claimed& claimed) {
  const std::string latest = board.root + "claimed/" + name;
  for (std::size_t at = 0; at < claims.size();) {
    if (claims[at].position <= claimed.position) {
      ++at;
      continue;
    }
    const std::size_t end = std::min(at + claims_per_transaction, claims.size());
    Transaction post;
    post.conditions = {{Condition::Of::modified, latest, claimed.revision}};
    for (; at < end; ++at) {
      Bytes bytes;
      encode_claim(claims[at], bytes);
      sign(key, bytes);
      const std::string place = padded(claims[at].position) + "/" + name + "/" + to_hex(claims[at].state);
      post.puts.push_back({board.root + "claim/" + place, text_of(bytes)});
    }
    const u64 last = claims[end - 1].position;
    post.puts.push_back({board.root + "hint/" + name, std::to_string(last)});
    post.puts.push_back({latest, std::to_string(last) + " " + claimed.nonce});
    post.otherwise_read = {latest};
    const Result<Transacted, Fault> done = board.store->transact(post);
    if (!done) return done.error();
    if (done.value().written) {
      claimed.position = last;
      claimed.revision = done.value().revision;
      continue;
    }
    const std::optional<StoredKey>& there = done.value().found[0];
    if (!there || !there->value.ends_with(" " + claimed.nonce)) {
      return Fault{"another process claims as replica " + name + "; give each its own name and folder",
                   FaultKind::conflict};
    }
    claimed.revision = there->modified;  // ours, and its answer was lost
    if (!parse_number(before_blank(there->value), claimed.position)) {
      return Fault{latest + ": is no position", FaultKind::corrupt};
    }
    at = 0;
  }
  return Done{};
}

Result<ClaimsRead, Fault> read_claims(const Board& board, std::span<const Replica> replicas, u64 position,
                                      CheckedClaims& checked) {
  const std::string folder = board.root + "claim/";
  const std::string from = folder + padded(position + 1);
  const Result<std::vector<StoredKey>, Fault> found = list(board, "claim/", padded(position + 1));
  if (!found) return found.error();
  checked.erase(checked.begin(), checked.lower_bound(from));
  ClaimsRead out;
  std::map<std::pair<u64, u32>, std::size_t> seen;  // by position and replica: place in `found`
  for (std::size_t i = 0; i < found.value().size(); ++i) {
    const StoredKey& stored = found.value()[i];
    const std::string name = name_in(stored.key, folder.size());
    const Replica* replica = find(replicas, name);
    if (replica == nullptr) continue;  // not registered yet, as far as we have applied; it is read again
    auto& [value, claim] = checked[stored.key];
    if (value != stored.value) {
      value = stored.value;
      const std::span<const u8> data = signed_data(replica->key, bytes_of(stored.value));
      const bool good = !data.empty() && decode_claim(data, claim) &&
                        claim.replica.index == static_cast<u32>(replica - replicas.data());
      if (!good) {
        claim.replica = ReplicaId{};
        out.warnings.push_back("the claim " + stored.key + " is not signed by replica " + name);
      }
    }
    if (claim.replica.is_none()) continue;
    const auto [before, fresh] = seen.emplace(std::pair(claim.position, claim.replica.index), i);
    if (fresh) {
      ClaimsAt& place = out.by_position[claim.position];
      place.claims.push_back(claim);
      place.signed_bytes.emplace_back(stored.value.begin(), stored.value.end());
      continue;
    }
    const StoredKey& first = found.value()[before->second];
    if (!contradict(checked[first.key].second, claim)) continue;  // the same, under another name of its key
    const std::string& other = first.value;
    out.lies.emplace_back(Bytes(other.begin(), other.end()), Bytes(stored.value.begin(), stored.value.end()));
    out.liars.push_back(claim.replica);
  }
  return out;
}

Result<Done, Fault> send(const Board& board, u64 client, u64 sequence, const std::string& command) {
  const std::string place = padded(client) + "/" + padded(sequence);
  Transaction write;
  write.puts = {{board.root + "mail/" + place, command}, {board.root + "hint/mail", place}};
  const Result<Transacted, Fault> done = board.store->transact(write);
  if (!done) return done.error();
  return Done{};
}

Result<Done, Fault> put(const Board& board, const std::string& name, std::string value) {
  Transaction write;
  write.puts = {{board.root + name, std::move(value)}};
  const Result<Transacted, Fault> done = board.store->transact(write);
  if (!done) return done.error();
  return Done{};
}

Result<std::optional<std::string>, Fault> get(const Board& board, const std::string& name) {
  const std::string key = board.root + name;
  const Result<std::vector<StoredKey>, Fault> found = board.store->read({key, key + '\0', 1, false, true});
  if (!found) return found.error();
  if (found.value().empty()) return std::optional<std::string>();
  return std::optional<std::string>(found.value()[0].value);
}

Result<std::vector<StoredKey>, Fault> list(const Board& board, const std::string& folder,
                                           const std::string& from) {
  std::string next = board.root + folder + from;
  std::string end = board.root + folder;
  end.back() = '0';  // the character behind '/'
  std::vector<StoredKey> all;
  for (;;) {
    Result<std::vector<StoredKey>, Fault> page = board.store->read({next, end, keys_per_page, false, true});
    if (!page) return page;
    const bool last = page.value().size() < keys_per_page;
    for (StoredKey& stored : page.value()) all.push_back(std::move(stored));
    if (last) return all;
    next = all.back().key + '\0';
  }
}

}  // namespace lockstep
