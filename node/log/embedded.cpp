#include "node/log/embedded.h"

#include <algorithm>

namespace lockstep {
namespace {

constexpr std::size_t pending_max = 1 << 20;  // bytes encoded and not yet handed to the file

// Across segments, up to the frame that was durable when it was made.
class EmbeddedCursor final : public LogCursor {
 public:
  EmbeddedCursor(Disk& disk, std::string folder, std::vector<u64> segments, u64 last)
      : disk_(disk), folder_(std::move(folder)), segments_(std::move(segments)), last_(last) {}

  Result<Done, Fault> go_to(u64 from) {
    while (at_ + 1 < segments_.size() && segments_[at_ + 1] <= from) ++at_;
    Result<Done, Fault> opened = open_segment();
    while (opened && passed().index + 1 < from) {
      const Result<const Frame*, Fault> skipped = next();
      if (!skipped) return skipped.error();
      LS_ASSERT(skipped.value() != nullptr);
    }
    return opened;
  }

  Result<const Frame*, Fault> next() override {
    if (passed().index == last_) return static_cast<const Frame*>(nullptr);
    if (at_ + 1 < segments_.size() && segments_[at_ + 1] == passed().index + 1) {
      ++at_;
      const Result<Done, Fault> opened = open_segment();
      if (!opened) return opened.error();
    }
    Result<const Frame*, Fault> frame = reader_->next();
    if (!frame) return Fault{"log " + folder_ + ": " + frame.error().what, frame.error().kind};
    if (frame.value() != nullptr) return frame;
    return Fault{"log " + folder_ + ": " + segment_name(segments_[at_]) + ": frame " +
                     std::to_string(passed().index + 1) + " (position " + std::to_string(passed().position) +
                     ") at byte " + std::to_string(reader_->offset()) +
                     " was intact when the log was opened and is not any more; check the disk",
                 FaultKind::corrupt};
  }
  const LogTail& passed() const override { return reader_->passed(); }

 private:
  Result<Done, Fault> open_segment() {
    Result<SegmentReader, Fault> reader = SegmentReader::open(disk_, folder_, segments_[at_]);
    if (!reader) return Fault{"log " + folder_ + ": " + reader.error().what, reader.error().kind};
    reader_ = std::make_unique<SegmentReader>(std::move(reader.value()));
    return Done{};
  }

  Disk& disk_;
  std::string folder_;
  std::vector<u64> segments_;
  u64 last_;
  std::size_t at_ = 0;
  std::unique_ptr<SegmentReader> reader_;
};

// The cursor of a log without any segment: one that was opened for reading before it had one.
class EmptyCursor final : public LogCursor {
 public:
  explicit EmptyCursor(const LogTail& tail) : tail_(tail) {}
  Result<const Frame*, Fault> next() override { return static_cast<const Frame*>(nullptr); }
  const LogTail& passed() const override { return tail_; }

 private:
  LogTail tail_;
};

}  // namespace

EmbeddedLog::EmbeddedLog(Disk& disk, std::string folder, LogOptions options)
    : disk_(disk), folder_(std::move(folder)), options_(options) {}

Result<std::unique_ptr<EmbeddedLog>, Fault> EmbeddedLog::open(Disk& disk, std::string folder,
                                                              LogOptions options) {
  LS_ASSERT(options.segment_size >= segment_header_size);
  LS_ASSERT(options.segment_size + frame_header_size + frame_payload_max <= segment_size_max);
  std::unique_ptr<EmbeddedLog> log(new EmbeddedLog(disk, std::move(folder), options));
  if (!options.read_only) {
    const Result<Done, Fault> made = disk.make_folder(log->folder_);
    if (!made) return log->describe("create the folder", made.error());
    Result<std::unique_ptr<Lock>, Fault> lock = disk.lock(log->path("lock"));
    if (!lock) return log->describe("lock the folder", lock.error());
    log->lock_ = std::move(lock.value());
  }
  Result<Recovery, Fault> found = recover(disk, log->folder_, options.shard);
  if (!found) return found.error();
  if (found.value().is_new && options.read_only) {
    return Fault{"log " + log->folder_ + ": there is no log in this folder", FaultKind::not_found};
  }
  log->recovery_ = std::move(found.value());
  log->manifest_ = log->recovery_.manifest;
  log->segments_ = log->recovery_.segments;
  log->tail_ = log->durable_ = log->recovery_.tail;
  if (log->segments_.empty() && options.begin) {
    log->tail_ = log->durable_ = *options.begin;
    log->manifest_.first = options.begin->index + 1;
  }
  if (!options.read_only) {
    const Result<Done, Fault> prepared = log->prepare_to_write();
    if (!prepared) return prepared.error();
  }
  return log;
}

Result<Done, Fault> EmbeddedLog::prepare_to_write() {
  // Names that recovery saw may still be undecided on the disk: first the manifest, then what it gave up.
  const Result<Done, Fault> names = disk_.sync_folder(folder_);
  if (!names) return describe("sync the folder", names.error());
  for (const std::string& name : recovery_.leftovers) {
    const Result<Done, Fault> removed = disk_.remove(path(name));
    if (!removed) return describe("remove " + name, removed.error());
  }
  if (recovery_.is_new) {
    // First a manifest that promises nothing: segments without a manifest are refused.
    const Result<Done, Fault> written = write_manifest(manifest_);
    if (!written) return written;
  }
  if (segments_.empty()) return start_segment(0);
  const Result<Done, Fault> restored = restore_tail();
  if (!restored) return restored;
  if (manifest_.last == segments_.back()) return Done{};
  LogManifest manifest = manifest_;  // the crash came between naming the segment and entering it
  manifest.last = segments_.back();
  return write_manifest(manifest);
}

Result<Done, Fault> EmbeddedLog::restore_tail() {
  const std::string name = segment_name(segments_.back());
  Result<std::unique_ptr<File>, Fault> file = disk_.open(path(name), OpenMode::write);
  if (!file) return describe("open segment " + name, file.error());
  active_ = std::move(file.value());
  end_offset_ = recovery_.end_offset;
  active_size_ = std::max(recovery_.last_size, options_.segment_size);

  Result<Done, Fault> done = Done{};
  if (recovery_.torn_size > 0) done = active_->truncate(end_offset_);
  if (done) done = active_->preallocate(active_size_);
  if (!done) return describe("cut the torn tail of " + name, done.error());

  Bytes group(end_offset_ - recovery_.group_offset);
  const Result<std::size_t, Fault> got = active_->pread(recovery_.group_offset, group);
  if (!got) return describe("read segment " + name, got.error());
  done = active_->pwrite(recovery_.group_offset, group);
  if (done) done = active_->sync();
  if (!done) return describe("secure the tail of " + name, done.error());
  return Done{};
}

Result<Done, Fault> EmbeddedLog::start_segment(u64 frame_size) {
  const u64 first = tail_.index + 1;
  const std::string name = segment_name(first);
  const std::string temporary = path(name + ".tmp");
  const u64 size = std::max(options_.segment_size, segment_header_size + frame_size);
  Result<std::unique_ptr<File>, Fault> file = disk_.open(temporary, OpenMode::create);
  if (!file) return describe("create segment " + name, file.error());
  Result<Done, Fault> done = file.value()->preallocate(size);
  if (done) done = file.value()->pwrite(0, encode_segment_header({options_.shard, tail_}));
  if (done) done = file.value()->sync();
  if (done) done = disk_.rename(temporary, path(name));
  if (done) done = disk_.sync_folder(folder_);
  if (done) file = disk_.open(path(name), OpenMode::write);  // again, so that its faults have the new name
  if (done && !file) done = file.error();
  if (!done) {
    LS_MAYBE(disk_.remove(temporary));  // give the space back; the next start removes it otherwise
    return describe("create segment " + name, done.error());
  }
  segments_.push_back(first);
  active_ = std::move(file.value());
  active_size_ = size;
  end_offset_ = segment_header_size;
  LogManifest manifest = manifest_;
  manifest.last = first;
  manifest.durable = tail_.index;
  return write_manifest(manifest);
}

Result<Done, Fault> EmbeddedLog::write_manifest(const LogManifest& manifest) {
  const Result<Done, Fault> written =
      replace_file(disk_, folder_, std::string(manifest_name), encode_manifest(manifest));
  if (!written) return describe("write the manifest", written.error());
  manifest_ = manifest;
  return written;
}

Result<Done, Fault> EmbeddedLog::append(u64 index, const FrameBatch& batch) {
  if (broken_) return *broken_;
  if (options_.read_only)
    return Fault{"log " + folder_ + ": is open for reading only", FaultKind::permission};
  if (manifest_.sealed) {
    return Fault{
        "log " + folder_ + ": was sealed at frame " + std::to_string(tail_.index) + "; no frame can follow",
        FaultKind::conflict};
  }
  if (index != tail_.index + 1 || batch.term < tail_.term) {
    return Fault{"log " + folder_ + ": frame " + std::to_string(index) + " of term " +
                     std::to_string(batch.term) + " does not follow frame " + std::to_string(tail_.index) +
                     " of term " + std::to_string(tail_.term) + "; another sequencer has written",
                 FaultKind::conflict};
  }
  const u64 frame_size = frame_header_size + batch.payload.size();
  if (end_offset_ + frame_size > active_size_) {
    const Result<Done, Fault> synced = sync();
    if (!synced) return synced;
    const Result<Done, Fault> started = start_segment(frame_size);
    if (!started) return *(broken_ = started.error());
  }
  const bool opens_group = tail_.index == durable_.index;
  encode_frame(tail_, options_.shard, opens_group ? frame_opens_group : u16{0}, batch, sha256_, pending_);
  end_offset_ += frame_size;
  return pending_.size() >= pending_max ? flush() : Done{};
}

Result<Done, Fault> EmbeddedLog::flush() {
  const Result<Done, Fault> written = active_->pwrite(end_offset_ - pending_.size(), pending_);
  if (!written) return fail("write segment " + segment_name(segments_.back()), written.error());
  pending_.clear();
  return Done{};
}

Result<Done, Fault> EmbeddedLog::sync() {
  if (broken_) return *broken_;
  if (durable_.index == tail_.index) return Done{};
  if (!pending_.empty()) {
    const Result<Done, Fault> flushed = flush();
    if (!flushed) return flushed;
  }
  const Result<Done, Fault> synced = active_->sync();
  if (!synced) return fail("sync segment " + segment_name(segments_.back()), synced.error());
  durable_ = tail_;
  return Done{};
}

Result<std::unique_ptr<LogCursor>, Fault> EmbeddedLog::read(u64 from) {
  if (from < first_index()) {
    return Fault{"log " + folder_ + ": frame " + std::to_string(from) + " was trimmed, the oldest is " +
                     std::to_string(first_index()),
                 FaultKind::not_found};
  }
  if (from > durable_.index + 1) {
    return Fault{"log " + folder_ + ": frame " + std::to_string(from) + " is not there, the last is " +
                     std::to_string(durable_.index),
                 FaultKind::not_found};
  }
  if (segments_.empty()) return std::unique_ptr<LogCursor>(std::make_unique<EmptyCursor>(durable_));
  auto cursor = std::make_unique<EmbeddedCursor>(disk_, folder_, segments_, durable_.index);
  const Result<Done, Fault> ready = cursor->go_to(from);
  if (!ready) return ready.error();
  return std::unique_ptr<LogCursor>(std::move(cursor));
}

Result<Done, Fault> EmbeddedLog::trim(u64 before) {
  if (broken_) return *broken_;
  if (options_.read_only)
    return Fault{"log " + folder_ + ": is open for reading only", FaultKind::permission};
  std::size_t count = 0;  // of segments whose last frame is below `before`
  while (count + 1 < segments_.size() && segments_[count + 1] <= before) ++count;
  if (count == 0) return Done{};
  // First the promise, then the files: a crash in between leaves files that the next open removes.
  LogManifest manifest = manifest_;
  manifest.first = segments_[count];
  manifest.durable = durable_.index;
  const Result<Done, Fault> written = write_manifest(manifest);
  if (!written) return written;
  const std::vector<u64> given_up(segments_.begin(), segments_.begin() + static_cast<std::ptrdiff_t>(count));
  segments_.erase(segments_.begin(), segments_.begin() + static_cast<std::ptrdiff_t>(count));
  for (const u64 first : given_up) {
    const Result<Done, Fault> removed = disk_.remove(path(segment_name(first)));
    if (!removed) return describe("remove segment " + segment_name(first), removed.error());
  }
  const Result<Done, Fault> synced = disk_.sync_folder(folder_);
  if (!synced) return describe("sync the folder", synced.error());
  return Done{};
}

Result<Done, Fault> EmbeddedLog::seal() {
  if (options_.read_only)
    return Fault{"log " + folder_ + ": is open for reading only", FaultKind::permission};
  const Result<Done, Fault> synced = sync();
  if (!synced || manifest_.sealed) return synced;
  LogManifest manifest = manifest_;
  manifest.sealed = true;
  manifest.durable = durable_.index;
  return write_manifest(manifest);
}

// One line: what failed, the system's reason, and what the operator can do about it.
Fault EmbeddedLog::describe(const std::string& doing, const Fault& cause) const {
  std::string advice = "check the disk and start again";
  switch (cause.kind) {
    case FaultKind::no_space: advice = "free space and start again"; break;
    case FaultKind::permission: advice = "make the folder writable for this user and start again"; break;
    case FaultKind::busy:
      advice = "another process writes this log: stop it, or choose another folder";
      break;
    default: break;
  }
  return {"log " + folder_ + ": cannot " + doing + " (" + cause.what + "); " + advice +
              ", nothing acknowledged was lost",
          cause.kind};
}

Fault EmbeddedLog::fail(const std::string& doing, const Fault& cause) {
  broken_ = describe(doing, cause);
  return *broken_;
}

}  // namespace lockstep
