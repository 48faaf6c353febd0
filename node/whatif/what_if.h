// An account as it is and as it would be.  A copy of what concerns it is changed and assessed by the same
// functions that margin the live account; neither the engine nor its log is touched.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/risk/boundary.h"
#include "core/risk/transition.h"
#include "node/whatif/change.h"

namespace lockstep::whatif {

// One side of the comparison.
struct View {
  Account account;
  Assessment assessment;
  Statement statement;
  std::vector<Boundary> boundaries;
};

// Whether the account's part in the changes (trades, orders, transfers) would be allowed in the market that
// the others describe: methodology 4.12, 4.16.  The pool that is missing most.
struct Verdict {
  bool acts = false;  // some change is the account's own
  bool allowed = true;
  AssetId asset;
  Value missing;  // initial margin - margin balance
  Transition transition = Transition::allowed;
};

struct Answer {
  View before, after;
  Verdict verdict;
};

// What an answer has besides the totals.  A statement costs ten assessments, liquidation prices some
// hundred; of what is refused there is always a statement, because it says which rule binds.
struct Wants {
  bool statements = true;
  bool boundaries = false;
};

// The markets that questions move, kept from one question to the next: what did not change since the last is
// not copied and its risk rows are not built again.  For one thread; any engine, account and position.
struct Workspace {
  BoundaryBook market;              // moved
  BoundaryBook searching;           // for liquidation prices
  const Engine* of = nullptr;       // whose tables `market` has
  bool spoiled = false;             // time or rules were moved: everything is copied again
  std::vector<u64> copied_at;       // by instrument: the position of its copy, or never_copied
  std::vector<InstrumentId> moved;  // since the last question began
};
constexpr u64 never_copied = ~u64{0};

// Asks one question after another about one account.  Not thread-safe; cheap to ask again.
class Asker {
 public:
  // The engine must outlive it.
  Asker(const Engine& engine, AccountId account, Wants wants = {});
  // With the engine's own risk rows for the account as it is, and a workspace that others have used and will
  // use.  Both must outlive it; go_on() continues its own question, if nobody asked another since.
  Asker(Engine& engine, Workspace& workspace, AccountId account, Wants wants = {});

  // From the account as it is: first the market, time and rules, in their order, then what the account
  // does.  An error says which change cannot be made, and why.
  Result<Answer, std::string> ask(std::span<const Change> changes);
  // From where the last question ended: the next step of a path.
  Result<Answer, std::string> go_on(std::span<const Change> changes);

  // The market of the answer, for names and prices.
  const State& state() const { return space_.market.state; }

 private:
  void start();
  void copy_market(InstrumentId instrument);
  void reach(InstrumentId instrument);
  void reach_named(std::span<const Change> changes);
  void note_moved(AssetId base);
  std::string move_world(std::span<const Change> changes);
  std::string move_world(const Change& change);
  std::string act(const Change& change);
  Result<Answer, std::string> suppose(std::span<const Change> changes, const View& before);
  View look(const State& state, RiskBook& risk, const Account& account);

  std::unique_ptr<Workspace> own_space_;
  std::unique_ptr<RiskBook> own_risk_;
  const Engine& engine_;
  Workspace& space_;
  RiskBook& live_risk_;  // of the engine's state
  Account live_;
  Wants wants_;
  Account account_;                    // with everything that was supposed
  std::vector<InstrumentId> reached_;  // moves of the market move these, too; on a path all there are
  u64 moves_ = 0;                      // of prices, in all questions so far: statements number them
  View now_;                           // the account as it is, at now_at_
  u64 now_at_ = never_copied;
  bool walks_ = false;  // go_on() was called: last_ is kept
  View last_;
};

}  // namespace lockstep::whatif
