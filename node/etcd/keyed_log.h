// KeyedLog: the Log over a KeyStore, one key a frame, written once.
//
//   <prefix>/<shard>/term            "T owner nonce": who may append; every take-over changes it
//   <prefix>/<shard>/log/%020u       the frame with this index
//   <prefix>/<shard>/first           the oldest frame that is kept, after a trim
//   <prefix>/<shard>/sealed          the last frame there will ever be
//   <prefix>/<shard>/hint/log        changes with every frame, for those who wait for one
//
// Append is one transaction: the frame's key does not exist, and the term's key has not changed since the
// take-over.  So a sequencer that was paused, or cut off, writes nothing after another took over: its next
// transaction fails, and it learns of whom.  Nothing here rests on a clock or a lease.
//
// If the store does not answer, the same transaction is sent again: it can be written at most once, and if
// the frame that lies there is ours, it was.  Frames are the embedded log's, byte for byte from `hash` on,
// and every reader checks density, term and chain.  Source: sync.md 3.1 of the plan; the idea of write-once
// entries is CORFU's.
#pragma once

#include <deque>
#include <functional>

#include "node/etcd/store.h"
#include "node/io/sha256.h"
#include "node/log/log.h"

namespace lockstep {

struct KeyedLogOptions {
  std::string prefix = "/lockstep";
  u32 shard = 0;
  std::string owner;  // who is told to a sequencer that is fenced
  std::string
      nonce;       // different at every start: tells a take-over of ours whose answer was lost from another's
  u32 tries = 40;  // of a transaction that is not answered
  u64 page = 64;   // frames a read
  std::optional<LogTail> begin = {};  // what the reader has checked already: it goes on behind it
  // Every frame that has become durable, in order: read, or written by this sequencer.  A fault is passed on,
  // and the frame is not passed again.
  std::function<Result<Done, Fault>(const Frame&)> on_frame = {};
};

class KeyedLog final : public Log {
 public:
  // A reader: everything but append, sync, trim and seal, which are permission faults.  Reads to the end and
  // checks it.
  static Result<std::unique_ptr<KeyedLog>, Fault> open(KeyStore& store, KeyedLogOptions options);
  // The sequencer from now on, with a term above all before.  Faults: conflict (sealed), unreachable,
  // corrupt.
  static Result<std::unique_ptr<KeyedLog>, Fault> take_over(KeyStore& store, KeyedLogOptions options);

  // Of this sequencer; a frame must have it.  0: a reader.
  u64 term() const { return term_; }

  Result<Done, Fault> append(u64 index, const FrameBatch& batch) override;
  Result<Done, Fault> sync() override;
  LogTail tail() const override { return tail_; }
  LogTail durable_tail() const override { return durable_; }
  u64 first_index() const override { return first_; }
  Result<std::unique_ptr<LogCursor>, Fault> read(u64 from) override;
  Result<Done, Fault> trim(u64 before) override;
  Result<Done, Fault> seal() override;

  // A reader's look for frames that came since: checks them and moves the tails.  not_found: what comes next
  // has been trimmed.
  Result<Done, Fault> refresh();
  bool is_sealed() const { return sealed_; }

 private:
  KeyedLog(KeyStore& store, KeyedLogOptions options);
  std::string key(const std::string& name) const;
  std::string frame_key(u64 index) const;
  Result<Done, Fault> claim();
  Result<Done, Fault> look();
  Result<Done, Fault> pass(const StoredKey& stored);
  Result<Done, Fault> write(u64 index, const Bytes& frame);
  Result<Done, Fault> may_write(const char* doing);
  Fault fenced(u64 index, const std::optional<StoredKey>& term) const;
  Fault fail(Fault fault);  // final, see the contract of Log
  Fault about(const std::string& what, FaultKind kind) const;

  KeyStore& store_;
  KeyedLogOptions options_;
  u64 term_ = 0;
  i64 term_revision_ = 0;
  u64 first_ = 1;
  bool sealed_ = false;
  LogTail tail_;
  LogTail durable_;
  std::deque<std::pair<u64, Bytes>> pending_;  // appended, not yet synced
  std::optional<Fault> broken_;
  Sha256 sha256_;
};

}  // namespace lockstep
