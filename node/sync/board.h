// The board: what replicas tell each other, as keys beside the log.  All of it can be lost without harm to
// the log; nothing on it is trusted that is not signed by a key in the replicated state.  What is read here
// may lag behind what is there: it is looked at again.
//
//   <prefix>/<shard>/claim/<position>/<replica>/<state>   a signed claim, written once
//   <prefix>/<shard>/claimed/<replica>                    the position of its latest: it never claims again
//                                                         at or before that, also after a restart
//   <prefix>/<shard>/say/<replica>/<subject>              signed: ready for an epoch, ready for a behaviour
//   <prefix>/<shard>/lie/<replica>                        two signed claims that contradict each other
//   <prefix>/<shard>/mail/<client>/<sequence>             a command on its way to the sequencer
//   <prefix>/<shard>/reply/<client>/<sequence>            what became of it, once a quorum has claimed it
//   <prefix>/<shard>/status/<replica>                     for people: JSON
//   <prefix>/<shard>/hint/...                             changes when something else does, to be waited for
//   <prefix>/<shard>/ask|answer/<replica>                 see quarantine.h
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/model/agreement.h"
#include "core/sync/claim.h"
#include "node/etcd/key_text.h"
#include "node/etcd/store.h"
#include "node/sync/keys.h"

namespace lockstep {

struct Board {
  KeyStore* store = nullptr;
  std::string root;  // <prefix>/<shard>/
};

// The claims of one replica, in order, each once.  `claimed` is what it knows of its latest, and is moved.
// Faults: conflict if another process claims under its name; unreachable: offer the claims again that are
// behind claimed.position.
struct Claimed {
  u64 position = 0;
  i64 revision = 0;
  std::string nonce;  // of this process
};
Result<Claimed, Fault> read_claimed(const Board& board, const std::string& name, const std::string& nonce);
Result<Done, Fault> publish_claims(const Board& board, const std::string& name, const SigningKey& key,
                                   std::span<const Claim> claims, Claimed& claimed);

// Claims of registered replicas behind `position`, by position; signatures checked, once a claim.
using CheckedClaims = std::map<std::string, std::pair<std::string, Claim>>;  // by key: what was checked there
struct ClaimsAt {
  std::vector<Claim> claims;
  std::vector<Bytes> signed_bytes;  // of each
};
struct ClaimsRead {
  std::map<u64, ClaimsAt> by_position;
  std::vector<std::string> warnings;          // what was passed over, and why
  std::vector<std::pair<Bytes, Bytes>> lies;  // signed claims that contradict each other
  std::vector<ReplicaId> liars;
};
Result<ClaimsRead, Fault> read_claims(const Board& board, std::span<const Replica> replicas, u64 position,
                                      CheckedClaims& checked);

// A command on its way to the sequencer.
Result<Done, Fault> send(const Board& board, u64 client, u64 sequence, const std::string& command);

// Puts a key whatever was there; for what only one process writes.
Result<Done, Fault> put(const Board& board, const std::string& name, std::string value);
// The key, or none.
Result<std::optional<std::string>, Fault> get(const Board& board, const std::string& name);
// The keys below a folder, in order, page by page; `from`: only those at or behind it.
Result<std::vector<StoredKey>, Fault> list(const Board& board, const std::string& folder,
                                           const std::string& from = "");

}  // namespace lockstep
