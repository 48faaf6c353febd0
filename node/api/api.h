// What every method of the service is made of, whichever door it is called through: who asks, in which state,
// and what comes back.  A method is a function of these; it neither waits nor writes.  What it cannot answer
// at once it hands back as work for the service: commands for the log, or a job for the worker's copy.
#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "core/engine/engine.h"
#include "node/api/params.h"

namespace lockstep::history {
class History;
}

namespace lockstep::api {

// What a key may do.  read: look at its party's accounts.  simulate: what-if.  trade: orders, of its party's
// accounts.  operate: everything, of everybody.
enum class Scope : u8 { open, read, simulate, trade, operate };
std::string_view scope_word(Scope scope);

struct Caller {
  std::string by;       // id of the key; empty: has not signed in
  std::string party;    // whose accounts; empty: nobody's, and with operate everybody's
  std::string account;  // where a method names none; empty: the party's first
  bool read = false, simulate = false, trade = false, operate = false;
  bool may(Scope scope) const;
};

bool may_see(const Caller& caller, const State& state, AccountId account);
// The account of that name or, for an empty name, the caller's own; none if there is none that the caller may
// see.  The two are one answer: a stranger does not learn which accounts exist.
AccountId find_account(const Caller& caller, const Engine& engine, std::string_view name);

struct Context {
  Engine& engine;                // the service's own, at the position that is answered for; only looked at
  const history::History& past;  // up to the same position
  const Caller& caller;
  i64 now_us = 0;  // by the clock of this machine
};

using Answer = Result<std::string, Error>;  // the JSON of `result`

// Commands to be appended to the log in this order and without others between them, each in the caller's
// name.  Then answered from what became of them.
struct Submitted {
  Command command;
  u64 position = 0;
  Outcome outcome;
};
struct Submission {
  std::vector<Command> commands;
  std::function<Answer(Context&, const std::vector<Submitted>&)> then;
  std::string key;  // of a single command: executed once however often it comes under this key; empty: none
};

// Takes longer than other callers should wait: runs on the worker, on a copy of the engine that is its own.
struct Job {
  std::function<Answer(Engine&)> work;
};

using Reply = std::variant<Answer, Submission, Job>;

struct Method {
  std::string name;  // "public/test", "lockstep/accounts"
  Scope scope = Scope::open;
  std::string text;  // one line for the reference
  std::function<Reply(Context&, Params&)> call;
};

inline Reply failed(Error error) { return Answer(std::move(error)); }
inline Reply answered(std::string json) { return Answer(std::move(json)); }

}  // namespace lockstep::api
