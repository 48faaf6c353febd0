#include "node/log/snapshots.h"

#include <algorithm>

namespace lockstep {
namespace {

constexpr u32 snapshot_magic = 0x4e53534c;  // "LSSN"
constexpr u16 snapshot_version = 1;
constexpr std::string_view snapshot_domain = "lockstep snapshot 1";
constexpr std::size_t hash_offset = 8;
constexpr std::size_t hashed_offset = 40;
constexpr std::size_t header_size = 120;
constexpr std::string_view name_start = "snapshot-";
constexpr std::string_view name_end = ".snap";
constexpr std::size_t name_size = name_start.size() + 20 + 1 + 16 + name_end.size();

// Names of one kind sort by position, because the position has a fixed number of digits.
bool is_snapshot_name(std::string_view name) {
  return name.size() == name_size && name.starts_with(name_start) && name.ends_with(name_end);
}

Fault damaged(const std::string& path, const std::string& why) {
  return {"snapshot " + path + ": " + why + "; an older one and more of the log will do instead",
          FaultKind::corrupt};
}

Bytes encode(const SnapshotHeader& header, std::span<const u8> payload) {
  Bytes bytes;
  bytes.reserve(header_size + payload.size());
  Writer writer(bytes);
  writer.integer(snapshot_magic);
  writer.integer(snapshot_version);
  writer.integer(u16{0});
  writer.bytes(Hash256().bytes);
  writer.integer(header.shard);
  writer.integer(u32{0});
  writer.integer(header.position);
  writer.integer(header.frame_index);
  writer.integer(header.state_hash.high);
  writer.integer(header.state_hash.low);
  writer.bytes(header.chain.bytes);
  writer.integer(u64{payload.size()});
  LS_ASSERT(bytes.size() == header_size);
  writer.bytes(payload);
  const Hash256 hash = Sha256()(snapshot_domain, std::span(bytes).subspan(hashed_offset));
  std::copy(hash.bytes.begin(), hash.bytes.end(), bytes.begin() + hash_offset);
  return bytes;
}

// All snapshots but the newest `keep`, and what interrupted writers left.
Result<Done, Fault> remove_old(Disk& disk, const std::string& folder, std::size_t keep) {
  Result<std::vector<std::string>, Fault> names = disk.list(folder);
  if (!names) return names.error();
  std::size_t newer = 0;
  for (auto name = names.value().rbegin(); name != names.value().rend(); ++name) {
    const bool is_leftover = name->starts_with(name_start) && name->ends_with(".snap.tmp");
    if (!is_leftover && (!is_snapshot_name(*name) || ++newer <= keep)) continue;
    const Result<Done, Fault> removed = disk.remove(folder + "/" + *name);
    if (!removed) return removed;
  }
  return disk.sync_folder(folder);
}

}  // namespace

std::string snapshot_name(const SnapshotHeader& header) {
  const std::string digits = std::to_string(header.position);
  return std::string(name_start) + std::string(20 - digits.size(), '0') + digits + "-" +
         to_hex(header.state_hash).substr(0, 16) + std::string(name_end);
}

Result<Done, Fault> write_snapshot(Disk& disk, const std::string& folder, const SnapshotHeader& header,
                                   std::span<const u8> payload, std::size_t keep) {
  LS_ASSERT(keep >= 1);
  LS_ASSERT(payload.size() <= snapshot_payload_max);
  const std::string name = snapshot_name(header);
  const Result<Done, Fault> written = replace_file(disk, folder, name, encode(header, payload));
  if (!written) {
    return Fault{"snapshot " + folder + "/" + name + ": cannot write it (" + written.error().what +
                     "); the log and the older snapshots are untouched",
                 written.error().kind};
  }
  return remove_old(disk, folder, keep);
}

Result<std::vector<std::string>, Fault> list_snapshots(Disk& disk, const std::string& folder) {
  Result<std::vector<std::string>, Fault> names = disk.list(folder);
  if (!names) return names;
  std::erase_if(names.value(), [](const std::string& name) { return !is_snapshot_name(name); });
  std::reverse(names.value().begin(), names.value().end());
  return names;
}

Result<StoredSnapshot, Fault> read_snapshot(Disk& disk, const std::string& folder, const std::string& name) {
  const std::string path = folder + "/" + name;
  Result<Bytes, Fault> bytes = read_file(disk, path, header_size + snapshot_payload_max);
  if (!bytes) return bytes.error();
  Reader reader(bytes.value());
  StoredSnapshot stored;
  if (reader.integer<u32>() != snapshot_magic) return damaged(path, "is not a snapshot");
  const u16 version = reader.integer<u16>();
  if (version != snapshot_version) {
    return Fault{"snapshot " + path + ": has format version " + std::to_string(version) +
                 ", this build reads version " + std::to_string(snapshot_version)};
  }
  if (bytes.value().size() < header_size) return damaged(path, "is cut short");
  const u16 zero = reader.integer<u16>();
  const std::span<const u8> hash = reader.bytes(32);
  const Hash256 computed = Sha256()(snapshot_domain, std::span(bytes.value()).subspan(hashed_offset));
  if (zero != 0 || !std::equal(hash.begin(), hash.end(), computed.bytes.begin())) {
    return damaged(path, "its SHA-256 is wrong");
  }
  stored.header.shard = reader.integer<u32>();
  reader.integer<u32>();
  stored.header.position = reader.integer<u64>();
  stored.header.frame_index = reader.integer<u64>();
  stored.header.state_hash.high = reader.integer<u64>();
  stored.header.state_hash.low = reader.integer<u64>();
  const std::span<const u8> chain = reader.bytes(32);
  std::copy(chain.begin(), chain.end(), stored.header.chain.bytes.begin());
  if (reader.integer<u64>() != reader.left()) return damaged(path, "its size is wrong");
  if (snapshot_name(stored.header) != name) return damaged(path, "it was renamed");
  bytes.value().erase(bytes.value().begin(), bytes.value().begin() + header_size);
  stored.payload = std::move(bytes.value());
  return stored;
}

Result<SnapshotSearch, Fault> load_newest_snapshot(Disk& disk, const std::string& folder, u32 shard,
                                                   u64 frame_index_max) {
  const Result<std::vector<std::string>, Fault> names = list_snapshots(disk, folder);
  if (!names) return names.error();
  SnapshotSearch search;
  for (const std::string& name : names.value()) {
    Result<StoredSnapshot, Fault> stored = read_snapshot(disk, folder, name);
    if (!stored) {
      search.warnings.push_back(stored.error().what);
    } else if (stored.value().header.shard != shard) {
      search.warnings.push_back("snapshot " + folder + "/" + name + ": belongs to shard " +
                                std::to_string(stored.value().header.shard));
    } else if (stored.value().header.frame_index > frame_index_max) {
      search.warnings.push_back("snapshot " + folder + "/" + name + ": is at frame " +
                                std::to_string(stored.value().header.frame_index) + ", the log ends at " +
                                std::to_string(frame_index_max));
    } else {
      search.snapshot = std::move(stored.value());
      break;
    }
  }
  return search;
}

}  // namespace lockstep
