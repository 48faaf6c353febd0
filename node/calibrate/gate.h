// The gate between a proposal and the book that it would hit: who would be pushed under, how much of the
// market closing them would take, and if that is too much, the largest part of the way that is not.
//
//   passes    nobody is pushed under, or what would have to be closed on each underlying is at most `share`
//             of the depth within 1 % of the mark
//   else      the proposal D is tried as D_old + k/n (D - D_old), k = n-1 .. 1, and the first that passes is
//             taken; the rest is tried again later
//
// Source: quant.md 4.6 (shadow evaluation, gate, ramp).  Dollars are for this decision only.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "node/whatif/preview.h"

namespace lockstep::calibrate {

struct GatePolicy {
  double share = 0.05;  // of the depth, that may be closed because of a change
  u32 steps = 8;        // of the way
};

// What would have to be closed on one underlying.
struct Implied {
  std::string base;
  double notional =
      0;  // dollars at the index, gross, that would be closed of those whom the change pushes under
  double depth = 0;  // dollars within 1 % of the mark; 0: not known
};

struct PushedUnder {
  AccountId account;
  double shortfall = 0;  // dollars that it would lack to its maintenance
  double notional = 0;   // dollars that would be closed
};

struct Verdict {
  bool passed = false;
  std::string reason;                 // one line
  std::vector<PushedUnder> accounts;  // by shortfall, the largest first, then by id
  std::vector<Implied> implied;       // by base
  double shortfall = 0;               // of all, dollars
  double maintenance_before = 0;      // of the whole book, dollars
  double maintenance_after = 0;
  u64 called = 0;  // accounts that get below initial margin
};

// depth: dollars within 1 % by base.  A base that is missing has the least depth that is known; if none is
// known, nobody may be pushed under.
Verdict judge(const State& state, const whatif::Preview& preview, const std::map<std::string, double>& depth,
              const GatePolicy& policy);

// What passes of a proposal.  step 0: not even the first step does, or the way cannot be taken in steps;
// steps/steps: all of it.  rules is the proposal at that step.
struct Passed {
  u32 step = 0;
  u32 steps = 0;
  Rulebook rules;
  Verdict whole;  // of the whole proposal
  Verdict taken;  // of the part that is taken
};

// A state without accounts lets everything pass.  The error is what whatif::preview says.
Result<Passed, std::string> pass_gate(const Engine& engine, const Rulebook& proposed,
                                      const std::map<std::string, double>& depth, const GatePolicy& policy);

}  // namespace lockstep::calibrate
