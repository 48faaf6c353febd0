// Feed: market data as a stream of commands in order of time, the one input of `lockstep run`.
//
//   Result<Feed, Fault> feed = open_feed(disk, request);
//   Step step;
//   for (;;) { Result<bool, Fault> more = feed.value().next(step); ... }
//
// A feed is deterministic: same files, request and build, same commands.  It must be the only source of an
// engine that is empty, because ids are dense and the feed counts them itself: assets, indexes, instruments,
// parties and accounts are numbered in the order in which it registers them.  All its registrations are
// acceptable; fills and orders of the portfolios may be refused.
//
// Inside a step, and between steps of one time, commands are ordered: registrations; index prices; marks;
// forwards and surfaces; funding; expiry and daily settlement (08:00 UTC); tick; accounts and their activity.
//
//   first step        assets, indexes, both rulebooks (proposed and scheduled at once), perpetuals
//   at a snapshot     new options, index, marks with volatility and forward, or surface and forwards; tick
//   first snapshot    in addition all portfolios
//   at a bar's close  index (moved as the spot or perpetual moved since the last snapshot) and marks
//   at a full hour    forwards, moved likewise; activity of the portfolios; tick
//   at funding times  the recorded rates; inverse perpetuals take the rate of the same coin's linear one
//   at 08:00 UTC      settle inverse perpetuals, expire options; the engine's average of the index decides
//
// Memory: one snapshot, the bars of the span, one error per re-priced mark.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "node/feed/portfolios.h"
#include "node/feed/reprice.h"
#include "node/io/disk.h"

namespace lockstep {

struct Step {
  Time time;
  std::vector<Command> commands;
  bool snapshot = false;  // a snapshot of the chain ended here: the moment for a summary line
};

struct FeedRequest {
  std::string data;  // a folder laid out as docs/decisions/0007 says; empty: the preset
  std::string preset = "crash-2025-10-10";  // see preset.h
  std::optional<Time> from;                 // override the span
  std::optional<Time> to;
  Rulebook first_rulebook;   // of inverse options and perpetuals (Deribit)
  Rulebook second_rulebook;  // of linear perpetuals (Binance); of the first one's name: the same rulebook
  PortfolioPlan portfolios;
  // Whether a rulebook has margin parameters for a contract, given its index's base and quote assets.  What
  // it does not accept is left out, with a note.  Empty: everything is accepted.
  std::function<bool(const RegisterInstrument&, std::string_view base, std::string_view quote)> accepts;
};

// from and to are known at once; counts and errors grow as steps are taken.
struct FeedReport {
  std::string source;
  std::vector<std::string> notes;
  Time from;
  Time to;
  u64 rows_used = 0;
  u64 rows_skipped = 0;
  u32 snapshots = 0;
};

struct FeedState;

class Feed {
 public:
  explicit Feed(std::unique_ptr<FeedState> state);
  ~Feed();
  Feed(Feed&&) noexcept;
  Feed& operator=(Feed&&) noexcept;

  // The next step, or false after the last.  A fault (a bad row met on the way) is final.
  Result<bool, Fault> next(Step& step);
  const FeedReport& report() const;
  // Our value of every recorded mark so far; count 0 for presets, which have none.
  RepriceReport reprice() const;

 private:
  std::unique_ptr<FeedState> state_;
};

// The disk must outlive the feed.
Result<Feed, Fault> open_feed(Disk& disk, FeedRequest request);

}  // namespace lockstep
