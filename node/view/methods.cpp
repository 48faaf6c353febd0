#include <memory>

#include "node/runtime/summary.h"
#include "node/view/parts.h"

namespace lockstep::view {

using api::Context;
using api::Method;
using api::Params;
using api::Reply;
using api::Scope;

bool sees_all(const api::Caller& caller) { return caller.operate && caller.party.empty(); }

api::Error only_for_all() {
  return api::forbidden("this key sees the accounts of its party; this needs a key for the whole book");
}

PartyId party_of(const api::Caller& caller, const Engine& engine) {
  if (caller.party.empty()) return {};
  const auto found = engine.lookup.parties.find(caller.party);
  return found == engine.lookup.parties.end() ? PartyId{} : PartyId{found->second};
}

Result<AccountId, api::Error> account_named(Context& context, const std::string& name) {
  const AccountId id = api::find_account(context.caller, context.engine, name);
  if (id.is_none()) {
    const std::string& said = name.empty() ? context.caller.account : name;
    return api::not_found(said.empty() ? std::string("this key has no account")
                                       : "there is no account \"" + said + "\" that this key may see");
  }
  if (context.engine.state.rulebook(context.engine.state.account(id).rulebook).active == 0) {
    return api::not_found("no epoch of the account's rulebook is in force yet");
  }
  return id;
}

Result<AccountId, api::Error> account_of(Context& context, Params& params) {
  return account_named(context, params.text("account", ""));
}

void begin_result(Json& json, const State& state) {
  json.begin_object().field("position", state.position).field("time", time_text(state.time));
  json.field("time_ms", milliseconds(state.time));
}

namespace {

Method of_desk(Desk& desk, std::string name, Scope scope, std::string text,
               Reply (*call)(Desk&, Context&, Params&)) {
  return {"lockstep/" + std::move(name), scope, std::move(text),
          [&desk, call](Context& context, Params& params) { return call(desk, context, params); }};
}

// The workspace lives as long as the method: questions of all callers are asked in it, one after the other.
using Shared = std::shared_ptr<whatif::Workspace>;
Method with_space(const Shared& workspace, std::string name, std::string text,
                  Reply (*call)(whatif::Workspace&, Context&, Params&)) {
  return {"lockstep/" + std::move(name), Scope::simulate, std::move(text),
          [workspace, call](Context& context, Params& params) { return call(*workspace, context, params); }};
}

Method plain(std::string name, Scope scope, std::string text, Reply (*call)(Context&, Params&)) {
  return {"lockstep/" + std::move(name), scope, std::move(text), call};
}

}  // namespace

std::vector<Method> methods(Desk& desk) {
  std::vector<Method> all;
  const Shared workspace = std::make_shared<whatif::Workspace>();
  all.push_back(of_desk(desk, "overview", Scope::read,
                        "The whole book, or the caller's accounts: states, sums, liquidation, rulebooks.",
                        overview));
  all.push_back(of_desk(desk, "history", Scope::operate, "The book's sums over time, in columns.", history));
  all.push_back(of_desk(desk, "accounts", Scope::read,
                        "A page of the accounts: filtered, sorted, with sums in dollars.", accounts));
  all.push_back(plain("account", Scope::read,
                      "One account: pools, balances, holdings, orders, waterfall of its margin.", account));
  all.push_back(plain("statement", Scope::read,
                      "Every line that an account's margin was added up from, with the inputs.", statement));
  all.push_back(with_space(workspace, "heat_map",
                           "Profit and margin of an account over moves of price and volatility.", heat_map));
  all.push_back(with_space(workspace, "what_if", "An account as it is and as it would be after some changes.",
                           what_if));
  all.push_back(with_space(workspace, "what_if_batch", "Up to 1,000 what-if questions.", what_if_batch));
  all.push_back(plain("ladder", Scope::operate,
                      "Who would be liquidated at which move of which price, and what the fund would bear.",
                      ladder));
  all.push_back(plain("stress", Scope::operate,
                      "The whole book after shocks, its concentration and its leverage.", stress_report));
  all.push_back(plain("surface", Scope::open,
                      "Volatilities by expiry and strike, forwards and basis of an index.", surface));
  all.push_back(plain("preview", Scope::operate,
                      "Who would cross which level if proposed parameters came into force.", preview));
  all.push_back(plain("epochs", Scope::read, "Every epoch of every rulebook, with its approvals.", epochs));
  all.push_back(
      of_desk(desk, "replicas", Scope::read, "Who follows the log, how far, and with which hash.", replicas));
  all.push_back(of_desk(desk, "stability", Scope::operate,
                        "How the margin rate rose and fell while the service followed.", stability));
  all.push_back(plain("reconcile", Scope::read,
                      "What somebody else's records say of an account against ours, row by row.", reconcile));
  return all;
}

}  // namespace lockstep::view
