// Snapshots of a replica: taken where everybody claims, written to disk only once the quorum has agreed on
// that state, and offered on the store, with the quorum's claims, to replicas that come anew or too late
// for the log.
//
//   <prefix>/<shard>/parts/<position>/<n>    512 KiB each
//   <prefix>/<shard>/snapshots/<position>    the manifest, put last
//
// The newest two are kept there; frames and claims before the older one are trimmed.
#include <algorithm>

#include "node/io/sha256.h"
#include "node/runtime/node.h"
#include "node/sync/parts.h"

namespace lockstep {
namespace {

constexpr std::size_t part_size = 512 * 1024;
constexpr std::size_t parts_per_round = 16;
constexpr std::size_t parts_offered_per_round = 4;
constexpr std::size_t kept_on_store = 2;

struct Manifest {
  LogTail tail;
  Hash128 state;
  u64 size = 0;
  Hash256 sum;
  std::vector<Bytes> certificate;
};

std::string encode_manifest(const Manifest& m) {
  Bytes bytes;
  Writer writer(bytes);
  writer.integer(m.tail.index);
  writer.integer(m.tail.term);
  writer.integer(m.tail.position);
  writer.integer(m.tail.log_time.raw());
  writer.bytes(m.tail.hash.bytes);
  writer.integer(m.state.high);
  writer.integer(m.state.low);
  writer.integer(m.size);
  writer.bytes(m.sum.bytes);
  writer.integer(static_cast<u32>(m.certificate.size()));
  for (const Bytes& claim : m.certificate) writer.text(std::string_view(text_of(claim)));
  return text_of(bytes);
}

bool decode_manifest(const std::string& text, Manifest& m) {
  Reader in(bytes_of(text));
  m.tail.index = in.integer<u64>();
  m.tail.term = in.integer<u64>();
  m.tail.position = in.integer<u64>();
  m.tail.log_time = Time::from_raw(in.integer<i64>());
  for (u8& byte : m.tail.hash.bytes) byte = in.integer<u8>();
  m.state.high = in.integer<u64>();
  m.state.low = in.integer<u64>();
  m.size = in.integer<u64>();
  for (u8& byte : m.sum.bytes) byte = in.integer<u8>();
  const u32 claims = in.integer<u32>();
  if (in.failed() || claims > 64 || m.size > snapshot_payload_max) return false;
  for (u32 i = 0; i < claims; ++i) {
    const std::string claim = in.text(64 * 1024);
    m.certificate.emplace_back(claim.begin(), claim.end());
  }
  return !in.failed() && in.left() == 0;
}

std::string part_key(u64 position, std::size_t number) {
  return "parts/" + padded(position) + "/" + padded(number);
}

// A quorum of the replicas that the state itself names has claimed it.
bool is_certified(const State& state, const Manifest& m) {
  const u32 needed = quorum_of(state);
  std::set<u32> signers;
  for (const Bytes& bytes : m.certificate) {
    for (const ReplicaId voter : voters_of(state)) {
      const std::span<const u8> data = signed_data(state.replica(voter).key, bytes);
      Claim claim;
      if (data.empty() || !decode_claim(data, claim) || claim.replica != voter) continue;
      if (claim.position == m.tail.position && claim.state == m.state && claim.chain == m.tail.hash.bytes) {
        signers.insert(voter.index);
      }
    }
  }
  return signers.size() >= needed;
}

// Replies from before that position: whoever still asks is told by the state.
Stepped trim_replies(ReplicaProcess& r, u64 before) {
  constexpr std::size_t at_once = 64;
  const Result<std::vector<StoredKey>, Fault> replies = list(r.board, "reply/");
  if (!replies) return passing(r, replies.error());
  Transaction remove;
  for (const StoredKey& stored : replies.value()) {
    u64 at = 0;
    if (!parse_number(stored.value.substr(0, stored.value.find(' ')), at) || at >= before) continue;
    remove.removes.push_back(stored.key);
    if (remove.removes.size() < at_once) continue;
    const Result<Transacted, Fault> done = r.world.store->transact(remove);
    if (!done) return passing(r, done.error());
    remove.removes.clear();
  }
  if (remove.removes.empty()) return Done{};
  const Result<Transacted, Fault> done = r.world.store->transact(remove);
  if (!done) return passing(r, done.error());
  return Done{};
}

// The store keeps two; what lies before the older one goes.
Stepped trim_store(ReplicaProcess& r) {
  const Result<std::vector<StoredKey>, Fault> manifests = list(r.board, "snapshots/");
  if (!manifests) return passing(r, manifests.error());
  const std::vector<StoredKey>& all = manifests.value();
  if (all.size() < kept_on_store) return Done{};
  Manifest oldest;
  const StoredKey& kept = all[all.size() - kept_on_store];
  if (!decode_manifest(kept.value, oldest)) return Done{};
  const std::string& root = r.board.root;
  const std::string border = padded(oldest.tail.position);
  Stepped done = r.log->trim(oldest.tail.index + 1);
  if (!done && done.error().kind == FaultKind::conflict) {  // another is sequencer by now
    step_down(r, done.error().what);
    return Done{};
  }
  for (const char* folder : {"snapshots/", "parts/", "claim/"}) {
    if (!done) break;
    done = r.world.store->remove(root + folder, root + folder + border);
  }
  if (!done) return passing(r, done.error());
  return trim_replies(r, oldest.tail.position);
}

Stepped offer(ReplicaProcess& r) {
  PendingSnapshot& s = *r.offered;
  const u64 at = s.header.position;
  if (r.offered_parts == 0) {
    const Result<std::optional<std::string>, Fault> there = get(r.board, "snapshots/" + padded(at));
    if (!there) return passing(r, there.error());
    if (there.value()) {
      r.offered.reset();
      return Done{};
    }
  }
  const std::size_t parts = (s.payload.size() + part_size - 1) / part_size;
  for (std::size_t sent = 0; r.offered_parts < parts; ++sent) {
    if (sent == parts_offered_per_round) return Done{};
    const std::size_t from = r.offered_parts * part_size;
    const std::span<const u8> part =
        std::span<const u8>(s.payload).subspan(from, std::min(part_size, s.payload.size() - from));
    if (Stepped done = put(r.board, part_key(at, r.offered_parts), text_of(part)); !done) {
      return passing(r, done.error());
    }
    r.offered_parts += 1;
  }
  Manifest manifest{s.tail, s.header.state_hash, s.payload.size(), sha256(s.payload), s.certificate};
  if (Stepped done = put(r.board, "snapshots/" + padded(at), encode_manifest(manifest)); !done) {
    return passing(r, done.error());
  }
  news(r, "has put the snapshot of position " + std::to_string(at) + " on the store");
  r.offered.reset();
  return trim_store(r);
}

// Goes on with a download that was begun; true if the payload is complete.
Result<bool, Fault> download(ReplicaProcess& r, const Manifest& m, Bytes& payload) {
  Disk& disk = *r.world.disk;
  const std::string path =
      r.options.folder + "/install-" + padded(m.tail.position) + "-" + to_hex(m.state) + ".part";
  Result<std::unique_ptr<File>, Fault> file = disk.open(path, OpenMode::write);
  if (!file && file.error().kind == FaultKind::not_found) file = disk.open(path, OpenMode::create);
  if (!file) return file.error();
  const Result<u64, Fault> size = file.value()->size();
  if (!size) return size.error();
  u64 have = size.value() / part_size * part_size;
  for (std::size_t i = 0; i < parts_per_round && have < m.size; ++i) {
    const Result<std::optional<std::string>, Fault> part =
        get(r.board, part_key(m.tail.position, have / part_size));
    if (!part) return part.error();
    if (!part.value()) return Fault{"the snapshot has been replaced by a newer one", FaultKind::unreachable};
    if (Stepped done = file.value()->pwrite(have, bytes_of(*part.value())); !done) return done.error();
    have += part.value()->size();
  }
  if (Stepped done = file.value()->sync(); !done) return done.error();
  if (have < m.size) return false;
  payload.resize(m.size);
  const Result<std::size_t, Fault> got = file.value()->pread(0, payload);
  if (!got) return got.error();
  file.value().reset();
  if (Stepped done = disk.remove(path); !done) return done.error();
  return true;
}

}  // namespace

void take_snapshot_at(ReplicaProcess& r, const LogTail& tail) {
  PendingSnapshot s;
  s.header.shard = r.options.shard;
  s.header.position = tail.position;
  s.header.frame_index = tail.index;
  s.header.state_hash = state_hash(*r.engine);
  s.header.chain = tail.hash;
  s.tail = tail;
  save(*r.engine, s.payload);
  r.snapshot = std::move(s);
}

Stepped tend_snapshots(ReplicaProcess& r) {
  if (r.snapshot && r.snapshot->agreed && r.snapshot->header.position <= r.matched_position &&
      !r.snapshot_work.valid()) {
    r.snapshot_work = std::async(
        r.options.launch,
        [](Disk& disk, std::string folder, SnapshotHeader header, Bytes payload,
           std::size_t keep) -> Result<std::string, Fault> {
          if (Stepped done = write_snapshot(disk, folder, header, payload, keep); !done) return done.error();
          return std::string();
        },
        std::ref(*r.world.disk), snapshot_folder(r.options.folder), r.snapshot->header, r.snapshot->payload,
        r.options.snapshots_kept);
    // One that is half on the store is finished first.
    if (!r.leads || !r.offered || r.offered_parts == 0) {
      r.offered = std::move(r.snapshot);
      r.offered_parts = 0;
    }
    r.snapshot.reset();
  }
  if (r.snapshot_work.valid() &&
      r.snapshot_work.wait_for(std::chrono::seconds(0)) != std::future_status::timeout) {
    const Result<std::string, Fault> done = r.snapshot_work.get();
    if (!done) return done.error();
  }
  if (r.offered && r.leads) return offer(r);
  return Done{};
}

Stepped install_snapshot(ReplicaProcess& r) {
  const Result<std::vector<StoredKey>, Fault> manifests = list(r.board, "snapshots/");
  if (!manifests) return passing(r, manifests.error());
  Manifest m;
  if (manifests.value().empty() || !decode_manifest(manifests.value().back().value, m)) {
    return Fault{
        "the log on the store begins behind what this replica has, and there is no snapshot on the store; "
        "copy the folder of another replica (without its key)",
        FaultKind::not_found};
  }
  Bytes payload;
  const Result<bool, Fault> complete = download(r, m, payload);
  if (!complete) return passing(r, complete.error());
  if (!complete.value()) return Done{};
  const std::string name = "the snapshot of position " + std::to_string(m.tail.position) + " on the store";
  auto engine = std::make_unique<Engine>();
  if (sha256(payload) != m.sum || !restore(payload, *engine) || state_hash(*engine) != m.state ||
      engine->state.position != m.tail.position) {
    return Fault{name + " is damaged; remove it there, and the sequencer puts the next", FaultKind::corrupt};
  }
  if (!is_certified(engine->state, m)) {
    return Fault{name + " is not claimed by a quorum of its own replicas; it is not to be trusted",
                 FaultKind::corrupt};
  }
  SnapshotHeader header{r.options.shard, m.tail.position, m.tail.index, m.state, m.tail.hash};
  if (Stepped done = write_snapshot(*r.world.disk, snapshot_folder(r.options.folder), header, payload,
                                    r.options.snapshots_kept);
      !done) {
    return done;
  }
  r.journal.reset();
  Result<std::unique_ptr<EmbeddedLog>, Fault> journal =
      begin_journal(*r.world.disk, r.options.folder, r.options.shard, m.tail);
  if (!journal) return journal.error();
  r.journal = std::move(journal).value();
  r.engine = std::move(engine);
  r.applied_frame = m.tail.index;
  r.last_claim = beginning(*r.engine);
  r.agreed_position = r.matched_position = m.tail.position;
  r.released = r.engine->state.agreement.outputs;
  r.to_claim.clear();
  r.own.clear();
  r.agreed.clear();
  r.held.clear();
  news(r, "has installed " + name);
  return Done{};
}

}  // namespace lockstep
