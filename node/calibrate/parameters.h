// From what the market is like to the parameters of a rulebook: for every number a target by one rule, a step
// towards it under speed limits (publish.h), and an explanation of data, window, rule and decision.
//
// The shape of the rulebook stays: the same rows, as many moves and brackets.  So a ramp can lead from the
// old one to the new one (core/risk/ramp.h).  A rule is applied where the rulebook has the shape that it
// knows (that of rulebooks/lockstep.toml); everything else is kept, and the explanation says so.
//
// Requirements are rounded up and credits down, to a readable step.  Sources: quantitative specification,
// sections 4.3 to 4.6, named in each explanation; the constants below are this project's choice where no
// section is named.  docs/decisions/0012-parameters.md.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/model/rulebook.h"
#include "node/calibrate/estimates.h"
#include "node/calibrate/publish.h"

namespace lockstep::calibrate {

struct ParameterPolicy {
  PublishPolicy publish;  // its unit is not used: each field has its own

  // Scenarios (4.1, 4.3).
  double extreme_most = 0.9;           // largest extreme move
  double range_most = 0.44;            // largest scan range: twice that is still an extreme move
  double others_volume_least = 100e6;  // dollars a day, of an asset that the row `default` is measured on
  double others_factor = 1.5;          // the row `default` is at least so much times the worst named asset
  double others_volatility = 1.25;     // likewise for shocks of volatility
  double basis_least = 0.05;           // of the change of the annualised basis in a day (4.3)
  double spread_years = 0.1;           // typical distance of two expiries that are netted
  double turn_at_deviations = 0.67;    // where a 25-delta option lies, in deviations from the forward

  // Parts of the scan range: what one option, or a hedged book, needs at least.
  double option_initial = 0.75, option_initial_min = 0.5, option_maintenance = 0.375;
  double least_net = 0.1, least_hedged = 0.025, written = 0.025;

  // Brackets: z deviations over the time that it takes to close, plus impact (4.5).
  double bracket_z = 2.576;                // 99.5 %
  double participation = 0.05;             // share of the market's volume that a close-out may be
  double reaction_days = 1.0 / 288;        // five minutes before anything is closed
  double calm_deviation = 0.125;           // of the scan range: the least deviation that counts
  double initial_per_maintenance = 4;      // leverage = 1 / (4 x rate)
  double brackets_of_volume = 1.0 / 3000;  // first floor above 0: half a minute of trading
  double others_volume = 1.0 / 3;          // `default` without data: of the least liquid named asset

  // Concentration: square root of the size, in a market as thin as in a crash (4.5, 7.2, 7.4).
  double impact = 0.9;                // Y
  double stressed_liquidity = 0.05;   // of the usual volume
  double stressed_deviation = 0.25;   // of the scan range: the least deviation of a day of stress
  double free_of_volume = 1.0 / 600;  // what may be closed for nothing: two and a half minutes of trading
  double last_slice = 16;             // the last slice is priced up to so many times its floor

  // Offsets (4.4).
  double credit_most = 0.6;
  double depegged_below = 0.98;  // a coin that should be worth a dollar; offsets end

  // Collateral (4.5).
  double haircut_days = 0.5;  // time to sell collateral
  double haircut_buffer = 1.05;
  double haircut_maintenance = 0.5;          // of the initial haircut
  double collateral_of_volume = 1.0 / 1500;  // first step: a minute of trading
  double peg_free = 0.995;                   // a price above it has no haircut
  double peg_factor = 2;                     // haircut = factor x (1 - price)
  double peg_relief_daily = 0.01;            // most that such a haircut falls in a day
};

// What steps and dead bands have to remember, by the path of a field; the next evaluation wants it back.  A
// value that is not what the rulebook says (somebody changed it by hand) starts afresh.
struct PublishState {
  Time since;  // when the rulebook came into force; fields that are not listed were last evaluated then
  std::map<std::string, Published> fields;
};

// The decision on what no estimate moves.
inline constexpr const char* kept_as_policy = "kept: a policy, not an estimate";

// One field, or several that belong together (all floors of a row, a section that is a policy).
struct Explanation {
  std::string field;     // path as in a file: "component.moves.rows.BTC.moves"
  std::string in_force;  // texts as a rulebook writes them; empty: a group
  std::string target;    // empty: none
  std::string published;
  std::string data, window;
  u64 observations = 0;
  std::string rule;      // one line, with its source
  bool urgent = false;   // an emergency, or a protection that does not wait
  std::string decision;  // "kept in the dead band", "up, limited", "kept: no data (...)", "a policy"
  bool changed = false;
};

struct Proposal {
  Rulebook next;  // in_force itself if nothing changed
  bool changed = false;
  std::vector<Explanation> explanations;  // in the order of the rulebook
  PublishState state;
};

// Pure.  in_force passes check_rulebook(); so does next, whatever the estimates are.  Estimates out of any
// sense are clamped, and numbers that are none count as no data; the explanation says so.
Proposal derive(const Rulebook& in_force, const Estimates& estimates, const PublishState& state,
                const ParameterPolicy& policy);

// The version of a rulebook that was derived at a time: "2026-02-05T21:00Z".
std::string version_text(Time at);

}  // namespace lockstep::calibrate
