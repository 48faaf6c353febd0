#include "node/api/api.h"

namespace lockstep::api {

std::string_view scope_word(Scope scope) {
  constexpr std::string_view words[] = {"open", "read", "simulate", "trade", "operate"};
  return words[static_cast<std::size_t>(scope)];
}

bool Caller::may(Scope scope) const {
  switch (scope) {
    case Scope::open: return true;
    case Scope::read: return read;
    case Scope::simulate: return simulate;
    case Scope::trade: return trade;
    case Scope::operate: return operate;
  }
  return false;
}

bool may_see(const Caller& caller, const State& state, AccountId account) {
  if (caller.operate && caller.party.empty()) return true;
  if (caller.party.empty()) return false;
  return state.parties[state.account(account).party.index].name == caller.party;
}

AccountId find_account(const Caller& caller, const Engine& engine, std::string_view name) {
  const std::string_view wanted = name.empty() ? std::string_view(caller.account) : name;
  if (!wanted.empty()) {
    const auto found = engine.lookup.accounts.find(wanted);
    if (found == engine.lookup.accounts.end()) return AccountId{};
    const AccountId account{found->second};
    return may_see(caller, engine.state, account) ? account : AccountId{};
  }
  for (u32 i = 0; i < engine.state.accounts.size(); ++i) {
    if (may_see(caller, engine.state, AccountId{i})) return AccountId{i};
  }
  return AccountId{};
}

}  // namespace lockstep::api
