// An account as it is and as it would be.  A copy of what concerns it is changed and assessed by the same
// functions that margin the live account; neither the engine nor its log is touched.
#pragma once

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

// Asks one question after another about one account.  Not thread-safe; cheap to ask again.
class Asker {
 public:
  // The engine must outlive it.
  Asker(const Engine& engine, AccountId account, Wants wants = {});

  // From the account as it is: first the market, time and rules, in their order, then what the account
  // does.  An error says which change cannot be made, and why.
  Result<Answer, std::string> ask(std::span<const Change> changes);
  // From where the last question ended: the next step of a path.
  Result<Answer, std::string> go_on(std::span<const Change> changes);

  // The market of the answer, for names and prices.
  const State& state() const { return market_.state; }

 private:
  void start();
  std::string move_world(const Change& change);
  std::string act(const Change& change);
  View look(const Account& account);

  const Engine& engine_;
  Account live_;
  Wants wants_;
  BoundaryBook market_;
  BoundaryBook searching_;
  Account account_;    // with everything that was supposed
  bool aged_ = false;  // every market got older: all of them are copied again
  View last_;
};

}  // namespace lockstep::whatif
