// What a directive line means.  Lots are written in base units (inverse contracts: in quote units) and
// converted with the instrument's lot, prices and amounts in natural units, ids by name.
//
//   asset USDT decimals=6
//   index BTC-USDT base=BTC quote=USDT
//   rulebook rulebooks/x.toml                  proposes the file and activates it at once
//   propose rulebooks/x.toml [name=] [broken]  only proposes; broken: an image that contradicts itself
//   schedule NAME EPOCH [at=TIME|+1h] [position=N|+3] [steps=4 every=1h]     cancel_epoch NAME EPOCH
//   approve NAME EPOCH by=WHO [note=two_words]     schedule ... emergency
//   propose FILE [by=WHO] [note=...] [approvals=1] [emergency_approvals=2] [notice=1d] [grace=1h]
//           [maintenance=8%] [haircut=BTC/20%]
//   spot|perpetual|future|option NAME [index= rulebook= lot= tick= price_max= size_max= inverse
//       expiry= strike= call|put averaging=30m]
//   party NAME           account NAME [party= rulebook= mode=cross] [pooled] [hedge]
//   mode NAME isolated|cross|portfolio [pooled] [hedge]
//   leverage ACCOUNT INSTRUMENT 10x            protection ACCOUNT interval= frozen= size= of=INSTRUMENT
//   deposit|withdraw ACCOUNT 1000 USDT         transfer FROM TO 1000 USDT
//   fund 1000 USDT                             into the insurance fund; may be negative
//   isolated ACCOUNT INSTRUMENT [long|short] 100            100 of the settlement asset; may be negative
//   order ACCOUNT ID buy|sell SIZE INSTRUMENT [long|short] [limit P | market | stop T | stop_limit T P |
//       trailing DISTANCE] [ioc|fok] [post_only] [reduce_only] [quote] [by_index] [display=SIZE]
//   amend ACCOUNT ID [price= trigger= size=]   cancel ACCOUNT ID|liquidation
//   fill ACCOUNT buy|sell SIZE INSTRUMENT [long|short] @ PRICE [order=ID|liquidation] [fee=1.5] [maker]
//   price INDEX P [INDEX P ...] [source= sequence=]
//   mark INSTRUMENT P [INSTRUMENT P ...]       or one instrument: mark X [P] [volatility= forward=]
//   surface INDEX EXPIRY svi a= b= rho= m= sigma= | essvi theta= rho= psi= | none
//   forward INDEX EXPIRY P                     funding INSTRUMENT 0.01% [@ P]
//   settle INSTRUMENT [@ P]                    expire INSTRUMENT [@ P]
//   observe KIND SUBJECT VALUE [EXPIRY]        such as: observe open_interest BTCUSDT 1200
//   tick
//   replica NAME [mirror] [key=HEX]            retire REPLICA
//   ready REPLICA RULEBOOK EPOCH [other]       of an epoch that an earlier block proposed
//   upgrade BEHAVIOUR at=+5 deadline=+3        upgrade_ready REPLICA BEHAVIOUR          cancel_upgrade
//   resume_rule JUMP ticks=N                   feed_status INDEX [withdrawn] [FEED STANDING REASON ...]
//   request CLIENT SEQUENCE DIRECTIVE          the directive's one command as this request of this client
//   time 2026-02-05T21:29:00Z | +1h            log time of the commands that follow
//   include worlds/linear.world                the lines of that file
//   repeat 3 DIRECTIVE with #                  the directive three times, # counting from 1
//   questions: margin ACCOUNT and others, see questions.h
//
// A field that is absent names the latest of its kind (index, rulebook, party).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/model/commands.h"
#include "core/model/state.h"
#include "tests/scenarios/words.h"

namespace lockstep::scenarios {

// The names and scales that a line is read with: as the state has them, plus what the lines before it in the
// same block will register.
struct Names {
  std::vector<Asset> assets;
  std::vector<Index> indexes;
  std::vector<Instrument> instruments;
  std::vector<std::string> parties, accounts, rulebooks, replicas;
};
Names names_of(const State& state);

// What reading a line may look at and remember.
struct Reading {
  std::string folder;            // the scenarios'
  std::map<u16, u64> sequences;  // the last one used, by source
  Names names;
  Time now;
  u64 position = 0;              // of the next command
  const State* state = nullptr;  // before the commands that wait
};

// The commands of a line that is neither a question nor `time`; what it registers is added to the names.
std::vector<Command> read_directive(const std::string& line, Reading& reading);

// For the files that implement it.  The names `nobody` and `nothing` stand for an id that no table has.
AssetId asset_of(const Names& names, const std::string& name);
IndexId index_of(const Names& names, const std::string& name);
InstrumentId instrument_of(const Names& names, const std::string& name);
PartyId party_of(const Names& names, const std::string& name);
AccountId account_of(const Names& names, const std::string& name);
RulebookId rulebook_of(const Names& names, const std::string& name);
Lots lots_of(const Names& names, InstrumentId id, const std::string& text);
Amount amount_of(const Names& names, AssetId id, const std::string& text);
Amount settle_amount(const Names& names, InstrumentId id, const std::string& text);
Leg take_leg(Words& words);
Side take_side(Words& words);
MarginMode margin_mode(const std::string& text);
Time time_after(const std::string& text, Time now);  // a moment, or +1h from now
using Handler = std::vector<Command> (*)(Words&, Reading&);
Handler find_setup(const std::string& verb);
Handler find_trading(const std::string& verb);
Handler find_market(const std::string& verb);
Handler find_agreement(const std::string& verb);

}  // namespace lockstep::scenarios
