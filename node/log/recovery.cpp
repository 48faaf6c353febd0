#include "node/log/recovery.h"

#include <algorithm>

namespace lockstep {
namespace {

constexpr u64 manifest_size_max = 4096;

Fault corrupt(const std::string& folder, const std::string& what) {
  return {"log " + folder + ": " + what + "; restore it from a replica or a backup, nothing was changed",
          FaultKind::corrupt};
}

// Damage gets the advice for damage; whatever else the files or the system say is passed on.
Fault in_log(const std::string& folder, const Fault& fault) {
  if (fault.kind == FaultKind::corrupt) return corrupt(folder, fault.what);
  return {"log " + folder + ": " + fault.what, fault.kind};
}

std::string describe(const SegmentReader& reader) {
  std::string text = segment_name(reader.header().before.index + 1) + ": frame " +
                     std::to_string(reader.passed().index + 1) + " (position " +
                     std::to_string(reader.passed().position) + ") at byte " +
                     std::to_string(reader.offset());
  if (reader.stop().broken_chain != nullptr) return text + " is wrong: " + reader.stop().broken_chain;
  switch (reader.stop().status) {
    case FrameStatus::blank: return text + " is blank";
    case FrameStatus::cut: return text + " is cut short";
    case FrameStatus::good:
    case FrameStatus::damaged: break;
  }
  return text + " is damaged";
}

// Manifest and names, before any segment is opened.
Result<Recovery, Fault> survey(Disk& disk, const std::string& folder, u32 shard) {
  const Result<std::vector<std::string>, Fault> names = disk.list(folder);
  if (!names) return in_log(folder, names.error());
  Recovery found;
  found.manifest.shard = shard;
  const Result<Bytes, Fault> bytes =
      read_file(disk, folder + "/" + std::string(manifest_name), manifest_size_max);
  if (bytes) {
    const Result<LogManifest, Fault> manifest = decode_manifest(bytes.value());
    if (!manifest) return in_log(folder, {"manifest " + manifest.error().what, manifest.error().kind});
    found.manifest = manifest.value();
  } else if (bytes.error().kind == FaultKind::not_found) {
    found.is_new = true;
  } else {
    return in_log(folder, bytes.error());
  }
  if (found.manifest.shard != shard) {
    return Fault{"log " + folder + ": belongs to shard " + std::to_string(found.manifest.shard) +
                 ", this node runs shard " + std::to_string(shard)};
  }
  for (const std::string& name : names.value()) {
    const bool temporary =
        name.ends_with(".tmp") && (parse_segment_name(name.substr(0, name.size() - 4)) != 0 ||
                                   name == std::string(manifest_name) + ".tmp");
    const u64 first = parse_segment_name(name);
    if (temporary || (first != 0 && first < found.manifest.first)) found.leftovers.push_back(name);
    if (first >= found.manifest.first) found.segments.push_back(first);
  }
  if (found.is_new && !found.segments.empty()) return corrupt(folder, "its manifest is missing");
  for (const u64 must : {found.manifest.first, found.manifest.last}) {
    if (found.manifest.last != 0 && !std::count(found.segments.begin(), found.segments.end(), must)) {
      return corrupt(folder, "segment " + segment_name(must) + " is missing");
    }
  }
  return found;
}

// All frames of a segment that is not the last: up to the one before the next segment, without exception.
Result<Done, Fault> pass_whole(SegmentReader& reader, const std::string& folder, u64 next_first) {
  while (reader.passed().index + 1 < next_first) {
    const Result<const Frame*, Fault> frame = reader.next();
    if (!frame) return in_log(folder, frame.error());
    if (frame.value() != nullptr) continue;
    const u64 missing = reader.passed().index + 1;
    if (reader.stop().status == FrameStatus::blank) {
      return corrupt(folder, "frames " + std::to_string(missing) + " to " + std::to_string(next_first - 1) +
                                 " (from position " + std::to_string(reader.passed().position) +
                                 ") are missing: " + segment_name(reader.header().before.index + 1) +
                                 " ends before them at byte " + std::to_string(reader.offset()) +
                                 " and the next segment is " + segment_name(next_first));
    }
    return corrupt(folder, describe(reader) + ", but " + segment_name(next_first) + " was written after it");
  }
  return Done{};
}

// The frames of the last segment, and the verdict on what lies behind them.
Result<Done, Fault> pass_last(SegmentReader& reader, const std::string& folder, Recovery& found) {
  found.group_offset = reader.offset();
  while (true) {
    const u64 offset = reader.offset();
    const Result<const Frame*, Fault> frame = reader.next();
    if (!frame) return in_log(folder, frame.error());
    if (frame.value() == nullptr) break;
    if ((frame.value()->flags & frame_opens_group) != 0) found.group_offset = offset;
  }
  if (reader.stop().broken_chain != nullptr) return corrupt(folder, describe(reader));
  const Result<Bytes, Fault> rest = reader.rest();
  if (!rest) return in_log(folder, rest.error());
  const u64 later = find_later_group(rest.value(), reader.header().shard, reader.passed().index + 1);
  if (later != 0) {
    return corrupt(folder, describe(reader) + ", but frame " + std::to_string(later) +
                               " behind it is intact: this is damage, not a torn tail");
  }
  const auto last =
      std::find_if(rest.value().rbegin(), rest.value().rend(), [](u8 byte) { return byte != 0; });
  found.torn_size = static_cast<u64>(rest.value().rend() - last);
  found.tail = reader.passed();
  found.end_offset = reader.offset();
  found.last_size = reader.size();
  return Done{};
}

}  // namespace

Result<Recovery, Fault> recover(Disk& disk, const std::string& folder, u32 shard) {
  Result<Recovery, Fault> surveyed = survey(disk, folder, shard);
  if (!surveyed) return surveyed;
  Recovery& found = surveyed.value();
  found.tail = genesis(shard);
  for (std::size_t i = 0; i < found.segments.size(); ++i) {
    Result<SegmentReader, Fault> opened = SegmentReader::open(disk, folder, found.segments[i]);
    if (!opened) return in_log(folder, opened.error());
    SegmentReader& reader = opened.value();
    const bool may_begin_anywhere = i == 0 && found.segments[0] > 1;  // what was before it has been trimmed
    if (reader.header().shard != shard || (!may_begin_anywhere && reader.header().before != found.tail)) {
      return corrupt(folder, segment_name(found.segments[i]) + " does not continue the chain before it");
    }
    const bool is_last = i + 1 == found.segments.size();
    const Result<Done, Fault> passed =
        is_last ? pass_last(reader, folder, found) : pass_whole(reader, folder, found.segments[i + 1]);
    if (!passed) return passed.error();
    found.tail = reader.passed();
  }
  const u64 promised = found.manifest.durable;
  if (found.tail.index < promised || (found.manifest.sealed && found.tail.index != promised)) {
    return corrupt(folder, "it ends with frame " + std::to_string(found.tail.index) + " (position " +
                               std::to_string(found.tail.position) + "), but frame " +
                               std::to_string(promised) +
                               (found.manifest.sealed ? " was sealed as its last" : " was durable"));
  }
  return surveyed;
}

}  // namespace lockstep
