// Recorded market data in order of time, as a calibrator meets it: full hours with the closes of all venues,
// and snapshots of option chains between them.  Everything that a folder has is walked, also what lies before
// the span of interest: estimates need a past.
//
//   prices   read_price_history (node/feed/price_history.h), on the clock of hours.h
//   chains   every recorded chain in the folder or its folder deribit_options; a snapshot that two files have
//            is taken once.  A chain's index is the price of one more venue, "chain", in its hour.  Rows that
//            cannot be used are counted, and so are those more than a day behind the last price
#pragma once

#include <memory>
#include <optional>

#include "node/calibrate/hours.h"
#include "node/feed/chain.h"

namespace lockstep::calibrate {

struct Event {
  Time at;
  bool is_hour = false;
  std::vector<HourClose> closes;  // of an hour: by asset, then venue
  ChainSnapshot chain;            // otherwise
};

class Replay {
 public:
  // Chains of the coins that node/feed/contracts.h knows.  A folder without prices is a fault.  The disk must
  // outlive it.
  static Result<Replay, Fault> open(Disk& disk, const std::string& folder);
  Replay(Replay&&) noexcept;
  Replay& operator=(Replay&&) noexcept;
  ~Replay();

  const std::vector<std::string>& bases() const;  // sorted; HourClose::asset counts in it
  const std::vector<std::string>& notes() const;  // what was left out, and why
  ChainTroubles chain_troubles() const;           // of the chains' rows so far
  Time first() const;                             // of the hours
  Time last() const;

  // The next event that is not after `until`; false when there is none.
  Result<bool, Fault> next(Time until, Event& event);

 private:
  struct State;
  explicit Replay(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Where the chain begins that a feed would take (node/feed/folder.h): of those up to `to` the densest one.
Result<std::optional<Time>, Fault> densest_chain_from(Disk& disk, const std::string& folder,
                                                      std::optional<Time> to);

}  // namespace lockstep::calibrate
