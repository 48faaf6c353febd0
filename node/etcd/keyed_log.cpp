#include "node/etcd/keyed_log.h"

#include <algorithm>

#include "node/etcd/key_text.h"

namespace lockstep {
namespace {

// The number before the first blank.
u64 term_in(const std::string& value) {
  u64 term = 0;
  parse_number(std::string_view(value).substr(0, value.find(' ')), term);
  return term;
}

}  // namespace

// Reads page by page; stops at what was durable when it was made.
class KeyedCursor final : public LogCursor {
 public:
  KeyedCursor(KeyStore& store, std::string prefix, u32 shard, u64 page, LogTail below, bool below_known,
              u64 from, u64 last)
      : store_(store),
        prefix_(std::move(prefix)),
        shard_(shard),
        page_(page),
        passed_(below),
        known_(below_known),
        next_(from),
        last_(last) {}

  Result<const Frame*, Fault> next() override {
    if (next_ > last_) return static_cast<const Frame*>(nullptr);
    if (at_ == frames_.size()) {
      if (Result<Done, Fault> got = fetch(); !got) return got.error();
    }
    const StoredKey& stored = frames_[at_++];
    if (stored.key != prefix_ + padded(next_)) return bad("is missing");
    if (decode_frame(bytes_of(stored.value), frame_) != FrameStatus::good) return bad("is damaged");
    if (!known_) take_below();
    if (const char* wrong = check_follows(passed_, shard_, frame_, sha256_)) return bad(wrong);
    passed_ = tail_after(frame_);
    ++next_;
    return &frame_;
  }
  const LogTail& passed() const override { return passed_; }

 private:
  Fault bad(const std::string& what) const {
    return {"log " + prefix_ + ": frame " + std::to_string(next_) + " " + what, FaultKind::corrupt};
  }
  // Behind a trim nobody knows the frame below but the frame itself.
  void take_below() {
    known_ = true;
    passed_.index = frame_.index - 1;
    passed_.term = 0;
    passed_.position = frame_.first_position;
    passed_.log_time = Time::from_raw(0);
    passed_.hash = frame_.previous;
  }
  Result<Done, Fault> fetch() {
    KeyRange range{prefix_ + padded(next_), prefix_ + padded(last_ + 1), page_, false, false};
    Result<std::vector<StoredKey>, Fault> got = store_.read(range);
    if (!got) return got.error();
    if (got.value().empty()) return bad("is missing");
    frames_ = std::move(got).value();
    at_ = 0;
    return Done{};
  }

  KeyStore& store_;
  std::string prefix_;
  u32 shard_;
  u64 page_;
  LogTail passed_;
  bool known_;
  u64 next_;
  u64 last_;
  std::vector<StoredKey> frames_;
  std::size_t at_ = 0;
  Frame frame_;
  Sha256 sha256_;
};

KeyedLog::KeyedLog(KeyStore& store, KeyedLogOptions options) : store_(store), options_(std::move(options)) {
  tail_ = durable_ = options_.begin.value_or(genesis(options_.shard));
}

std::string KeyedLog::key(const std::string& name) const {
  return options_.prefix + "/" + std::to_string(options_.shard) + "/" + name;
}
std::string KeyedLog::frame_key(u64 index) const { return key("log/") + padded(index); }

Fault KeyedLog::about(const std::string& what, FaultKind kind) const {
  return {"log " + options_.prefix + "/" + std::to_string(options_.shard) + ": " + what, kind};
}
Fault KeyedLog::fail(Fault fault) {
  if (!broken_) broken_ = fault;
  return *broken_;
}

Result<std::unique_ptr<KeyedLog>, Fault> KeyedLog::open(KeyStore& store, KeyedLogOptions options) {
  std::unique_ptr<KeyedLog> log(new KeyedLog(store, std::move(options)));
  if (Result<Done, Fault> seen = log->look(); !seen) return seen.error();
  return log;
}

Result<std::unique_ptr<KeyedLog>, Fault> KeyedLog::take_over(KeyStore& store, KeyedLogOptions options) {
  std::unique_ptr<KeyedLog> log(new KeyedLog(store, std::move(options)));
  if (Result<Done, Fault> claimed = log->claim(); !claimed) return claimed.error();
  if (Result<Done, Fault> seen = log->look(); !seen) return seen.error();
  if (log->sealed_) {
    return log->about("was sealed at frame " + std::to_string(log->tail_.index) + "; no frame can follow",
                      FaultKind::conflict);
  }
  return log;
}

// First the term, then the end of the log: what an older sequencer wrote before lies in front of us, and it
// can write nothing behind.
Result<Done, Fault> KeyedLog::claim() {
  const std::string name = key("term");
  for (u32 tried = 0; tried < options_.tries; ++tried) {
    Result<std::vector<StoredKey>, Fault> found = store_.read({name, name + '\0', 1, false, false});
    if (!found) {
      if (found.error().kind == FaultKind::unreachable) continue;
      return found.error();
    }
    const bool exists = !found.value().empty();
    const std::string mine = " " + options_.owner + " " + options_.nonce;
    if (exists && found.value()[0].value.ends_with(mine)) {  // the answer to our put was lost
      term_ = term_in(found.value()[0].value);
      term_revision_ = found.value()[0].modified;
      return Done{};
    }
    const u64 term = exists ? term_in(found.value()[0].value) + 1 : 1;
    Transaction claim;
    claim.conditions = {{Condition::Of::modified, name, exists ? found.value()[0].modified : 0}};
    claim.puts = {{name, std::to_string(term) + mine}};
    const Result<Transacted, Fault> done = store_.transact(claim);
    if (!done && done.error().kind != FaultKind::unreachable) return done.error();
    if (!done || !done.value().written) continue;
    term_ = term;
    term_revision_ = done.value().revision;
    return Done{};
  }
  return about("the term could not be taken: others take it, or the store does not answer",
               FaultKind::unreachable);
}

// Where the log begins and ends, every frame between checked.
Result<Done, Fault> KeyedLog::look() {
  for (const std::string& name : {key("first"), key("sealed")}) {
    const Result<std::vector<StoredKey>, Fault> found = store_.read({name, name + '\0', 1, false, false});
    if (!found) return found.error();
    if (found.value().empty()) continue;
    if (name == key("sealed")) {
      sealed_ = true;
    } else if (!parse_number(found.value()[0].value, first_)) {
      return about("the key first is no number", FaultKind::corrupt);
    }
  }
  if (options_.begin && durable_.index + 1 < first_) {
    return about("frame " + std::to_string(durable_.index + 1) + " has been trimmed; a snapshot is needed",
                 FaultKind::not_found);
  }
  return refresh();
}

Result<Done, Fault> KeyedLog::refresh() {
  for (;;) {
    const u64 next = std::max(durable_.index + 1, first_);
    // A reader may be told by one member what it has: late perhaps, never otherwise.
    KeyRange range{frame_key(next), key("log0"), options_.page, false, term_ == 0};
    const Result<std::vector<StoredKey>, Fault> page = store_.read(range);
    if (!page) return page.error();
    for (const StoredKey& stored : page.value()) {
      if (Result<Done, Fault> passed = pass(stored); !passed) return passed;
    }
    if (page.value().size() < options_.page) return Done{};
  }
}

// One stored frame that must be the next.
Result<Done, Fault> KeyedLog::pass(const StoredKey& stored) {
  u64 next = durable_.index + 1;
  if (next < first_) next = first_;
  const std::string name = "frame " + std::to_string(next);
  if (stored.key != frame_key(next)) {
    const std::string key_first = key("first");
    const Result<std::vector<StoredKey>, Fault> first =
        store_.read({key_first, key_first + '\0', 1, false, false});
    if (!first) return first.error();
    u64 kept = 0;
    const bool trimmed = !first.value().empty() && parse_number(first.value()[0].value, kept) && next < kept;
    if (trimmed) return about(name + " has been trimmed; a snapshot is needed", FaultKind::not_found);
    return about(name + " is missing", FaultKind::corrupt);
  }
  Frame frame;
  if (decode_frame(bytes_of(stored.value), frame) != FrameStatus::good) {
    return about(name + " is damaged", FaultKind::corrupt);
  }
  LogTail below = durable_;
  if (next != durable_.index + 1) {  // behind a trim nobody knows the frame below but the frame itself
    below.index = frame.index - 1;
    below.term = 0;
    below.position = frame.first_position;
    below.log_time = Time::from_raw(0);
    below.hash = frame.previous;
  }
  if (const char* wrong = check_follows(below, options_.shard, frame, sha256_)) {
    return about(name + " " + wrong, FaultKind::corrupt);
  }
  if (options_.on_frame) {
    if (Result<Done, Fault> taken = options_.on_frame(frame); !taken) return taken;
  }
  tail_ = durable_ = tail_after(frame);
  return Done{};
}

Result<Done, Fault> KeyedLog::may_write(const char* doing) {
  if (broken_) return *broken_;
  if (term_ == 0)
    return about(std::string("opened for reading, which cannot ") + doing, FaultKind::permission);
  if (sealed_) {
    return about("was sealed at frame " + std::to_string(tail_.index) + "; no frame can follow",
                 FaultKind::conflict);
  }
  return Done{};
}

Result<Done, Fault> KeyedLog::append(u64 index, const FrameBatch& batch) {
  if (Result<Done, Fault> may = may_write("append"); !may) return may.error();
  if (index != tail_.index + 1 || batch.term < tail_.term || batch.term > term_) {
    return about("frame " + std::to_string(index) + " of term " + std::to_string(batch.term) +
                     " does not follow frame " + std::to_string(tail_.index) + " of term " +
                     std::to_string(tail_.term) + "; another sequencer has written",
                 FaultKind::conflict);
  }
  Bytes bytes;
  encode_frame(tail_, options_.shard, frame_opens_group, batch, sha256_, bytes);
  pending_.emplace_back(index, std::move(bytes));
  return Done{};
}

Fault KeyedLog::fenced(u64 index, const std::optional<StoredKey>& term) const {
  const std::string who = term ? term->value.substr(0, term->value.rfind(' ')) : "nobody";
  return about("frame " + std::to_string(index) + " was not written: the term is " + who + "'s now, not " +
                   std::to_string(term_) + "; step down",
               FaultKind::conflict);
}

Result<Done, Fault> KeyedLog::write(u64 index, const Bytes& frame) {
  Transaction put;
  put.conditions = {{Condition::Of::created, frame_key(index), 0},
                    {Condition::Of::modified, key("term"), term_revision_}};
  put.puts = {{frame_key(index), text_of(frame)}, {key("hint/log"), std::to_string(index)}};
  put.otherwise_read = {frame_key(index), key("term")};
  for (u32 tried = 0; tried < options_.tries; ++tried) {
    const Result<Transacted, Fault> done = store_.transact(put);
    if (!done && done.error().kind == FaultKind::unreachable) continue;
    if (!done) return done.error();
    if (done.value().written) return Done{};
    const std::optional<StoredKey>& there = done.value().found[0];
    const std::optional<StoredKey>& term = done.value().found[1];
    if (there && there->value == put.puts[0].value) return Done{};  // ours, and its answer was lost
    if (!term || term->modified != term_revision_) return fenced(index, term);
    return about("frame " + std::to_string(index) + " is there with another content in our own term",
                 FaultKind::corrupt);
  }
  return about("frame " + std::to_string(index) + ": the store does not answer", FaultKind::unreachable);
}

Result<Done, Fault> KeyedLog::sync() {
  if (broken_) return *broken_;
  while (!pending_.empty()) {
    const auto& [index, bytes] = pending_.front();
    if (Result<Done, Fault> written = write(index, bytes); !written) return fail(written.error());
    Frame frame;
    LS_ASSERT(decode_frame(bytes, frame) == FrameStatus::good);
    durable_ = tail_after(frame);
    if (options_.on_frame) {
      if (Result<Done, Fault> taken = options_.on_frame(frame); !taken) return fail(taken.error());
    }
    pending_.pop_front();
  }
  return Done{};
}

Result<std::unique_ptr<LogCursor>, Fault> KeyedLog::read(u64 from) {
  if (from < first_ || from > durable_.index + 1) {
    return about("frame " + std::to_string(from) + " is not in the log, which has " + std::to_string(first_) +
                     " to " + std::to_string(durable_.index),
                 FaultKind::not_found);
  }
  LogTail below = genesis(options_.shard);
  bool known = from == 1;
  if (from == durable_.index + 1) {
    below = durable_;
    known = true;
  } else if (from > first_) {  // the frame below tells its tail
    const std::string name = frame_key(from - 1);
    const Result<std::vector<StoredKey>, Fault> found = store_.read({name, name + '\0', 1, false, false});
    if (!found) return found.error();
    Frame frame;
    if (found.value().empty() || decode_frame(bytes_of(found.value()[0].value), frame) != FrameStatus::good) {
      return about("frame " + std::to_string(from - 1) + " is missing or damaged", FaultKind::corrupt);
    }
    below = tail_after(frame);
    known = true;
  }
  return std::unique_ptr<LogCursor>(std::make_unique<KeyedCursor>(
      store_, key("log/"), options_.shard, options_.page, below, known, from, durable_.index));
}

// First it is said where the log begins, then frames go: a crash between leaves frames that nobody reads,
// and the next trim takes them.
Result<Done, Fault> KeyedLog::trim(u64 before) {
  if (Result<Done, Fault> may = may_write("trim"); !may) return may.error();
  const u64 first = std::min(before, durable_.index);
  if (first <= first_) return Done{};
  Transaction put;
  put.conditions = {{Condition::Of::modified, key("term"), term_revision_}};
  put.puts = {{key("first"), std::to_string(first)}};
  put.otherwise_read = {key("term")};
  const Result<Transacted, Fault> done = store_.transact(put);
  if (!done) return done.error();
  if (!done.value().written) return fail(fenced(durable_.index + 1, done.value().found[0]));
  first_ = first;
  return store_.remove(frame_key(1), frame_key(first));
}

// The seal changes the term, too: whatever an older sequencer still sends is fenced.
Result<Done, Fault> KeyedLog::seal() {
  if (Result<Done, Fault> may = may_write("seal"); !may) return may.error();
  if (Result<Done, Fault> synced = sync(); !synced) return synced.error();
  Transaction put;
  put.conditions = {{Condition::Of::modified, key("term"), term_revision_}};
  put.puts = {{key("sealed"), std::to_string(durable_.index)},
              {key("term"), std::to_string(term_) + " sealed " + options_.nonce}};
  put.otherwise_read = {key("term")};
  const Result<Transacted, Fault> done = store_.transact(put);
  if (!done) return fail(done.error());
  if (!done.value().written) return fail(fenced(durable_.index + 1, done.value().found[0]));
  sealed_ = true;
  return Done{};
}

}  // namespace lockstep
