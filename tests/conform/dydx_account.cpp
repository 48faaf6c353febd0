// dYdX v4: accounts.  Positions and balances from a vector, margins and judgements from the engine's
// functions; what is here is the venue's order of work and its names of errors.
#include "tests/conform/dydx_account.h"

#include <algorithm>

#include "core/risk/exclusion.h"

namespace lockstep::conform::dydx {

Id id_of(const Json& json) { return static_cast<Id>(json.fixed(0)); }

const std::vector<Json>& items(const Json& json, std::string_view key) {
  static const std::vector<Json> none;
  const Json* found = json.find(key);
  return found == nullptr ? none : found->items;
}

Market market_of(const Json& json) {
  Market market;
  for (const Json& row : items(json, "perpetuals")) {
    Perpetual& perpetual = market.perpetuals[id_of(row.at("id"))];
    perpetual.oracle = oracle_of(row, row);
    perpetual.row = row_of(row.at("tier"));
    perpetual.funding_index = integer(row, "funding_index");
    perpetual.open_interest = integer(row, "open_interest");
    const Json* type = row.find("market_type");
    perpetual.exclusive = type != nullptr && type->text == "isolated";
  }
  market.any_asset = json.find("assets") == nullptr;
  for (const Json& row : items(json, "assets")) {
    market.assets.push_back(id_of(row.kind == Json::Kind::object ? row.at("id") : row));
  }
  return market;
}

Account account_of(const Json& json) {
  Account account;
  for (const Json& row : items(json, "assets"))
    account.assets[id_of(row.at("asset"))] += integer(row, "quantums");
  for (const Json& row : items(json, "positions")) {
    account.positions[id_of(row.at("perp"))] = {integer(row, "quantums"), integer(row, "funding_index"),
                                                integer(row, "quote_balance")};
  }
  return account;
}

void settle_funding(const Market& market, Account& account) {
  constexpr i128 millionth = 1'000'000;
  i128 sum = 0;
  for (auto& [id, position] : account.positions) {
    const i128 now = market.perpetual(id).funding_index;
    const i128 due = mul_div(-(now - position.funding_index), position.quanta, 1, Round::down);
    position.funding_index = now;
    sum += due;
    if (due != 0) account.funding_paid[id] = -div(due, millionth, Round::down);
  }
  if (sum != 0) account.assets[money] += div(sum, millionth, Round::down);
}

namespace {

void drop_empty(Account& account) {
  std::erase_if(account.positions, [](const auto& entry) {
    return entry.second.quanta == 0 && entry.second.quote_balance == 0;
  });
  std::erase_if(account.assets, [](const auto& entry) { return entry.second == 0; });
}

Position& position_of(const Market& market, Account& account, Id id) {
  const Perpetual& perpetual = market.perpetual(id);
  return account.positions.try_emplace(id, Position{0, perpetual.funding_index, 0}).first->second;
}

void apply(const Market& market, const Json& update, Account& account) {
  for (const Json& row : items(update, "asset_updates")) {
    account.assets[id_of(row.at("asset"))] += integer(row, "delta");
  }
  for (const Json& row : items(update, "position_updates")) {
    Position& position = position_of(market, account, id_of(row.at("perp")));
    position.quanta += integer(row, "delta");
    position.quote_balance += integer(row, "quote_delta");
  }
  drop_empty(account);
}

}  // namespace

Margin margin_of(const Perpetual& perpetual, i128 quanta) {
  HoldingFacts facts;
  facts.notional = abs(notional_of(perpetual.oracle, quanta));
  facts.open_interest = notional_of(perpetual.oracle, perpetual.open_interest);
  return notional_margin(perpetual.row, facts);
}

Health health_of(const Market& market, const Account& account) {
  Health health;
  for (const auto& [id, quanta] : account.assets) {
    if (id == money) {
      health.balance += Value::from_raw(quanta);
      continue;
    }
    const bool known =
        market.any_asset || std::find(market.assets.begin(), market.assets.end(), id) != market.assets.end();
    if (!known) throw VectorError{"ErrAssetDoesNotExist"};
    if (quanta > 0) throw VectorError{"ErrNotImplementedMulticollateral"};
    if (quanta < 0) throw VectorError{"ErrNotImplementedMargin"};
  }
  for (const auto& [id, position] : account.positions) {
    const Perpetual& perpetual = market.perpetual(id);
    health.balance +=
        notional_of(perpetual.oracle, position.quanta) + Value::from_raw(position.quote_balance);
    const Margin margin = margin_of(perpetual, position.quanta);
    health.initial += margin.initial;
    health.maintenance += margin.maintenance;
  }
  return health;
}

namespace {

bool may_stand(const Market& market, const Account& account, const Json& update) {
  std::vector<Stake> stakes;
  for (const auto& [id, position] : account.positions) {
    stakes.push_back({static_cast<u32>(id), market.perpetual(id).exclusive, false});
  }
  for (const Json& row : items(update, "position_updates")) {
    const Id id = id_of(row.at("perp"));
    stakes.push_back({static_cast<u32>(id), market.perpetual(id).exclusive, true});
  }
  return may_stand_together(stakes);
}

}  // namespace

i128 interest_change(i128 before, i128 delta) {
  return std::max(before + delta, i128{0}) - std::max(before, i128{0});
}

Transition judge(const Market& market, const Account& account, const Update& update, Account& changed) {
  changed = account;
  changed.assets[money] += update.quote;
  position_of(market, changed, update.perpetual).quanta += update.quanta;
  drop_empty(changed);
  return judge_transition(TransitionRule::not_riskier, health_of(market, account),
                          health_of(market, changed));
}

namespace {

struct Batch {
  Market market;
  std::map<std::string, Account> accounts;  // settled
  std::vector<std::string> results;
  bool success = true;
  Id matched = 0;
  i128 interest = 0;
};

void add_interest(const Json& vector, Batch& batch) {
  if (vector.at("params").at("update_type").text != "Match") return;
  for (const Json& update : items(vector.at("portfolio"), "updates")) {
    const Account& account = batch.accounts[update.at("account").text];
    for (const Json& row : items(update, "position_updates")) {
      batch.matched = id_of(row.at("perp"));
      const auto held = account.positions.find(batch.matched);
      const i128 before = held == account.positions.end() ? 0 : held->second.quanta;
      batch.interest += interest_change(before, integer(row, "delta"));
    }
  }
  if (batch.interest != 0) batch.market.perpetuals.at(batch.matched).open_interest += batch.interest;
}

void judge_all(const Json& updates, Batch& batch) {
  for (const Json& update : updates.items) {
    const bool apart = may_stand(batch.market, batch.accounts[update.at("account").text], update);
    batch.results.push_back(apart ? "Success" : "ViolatesIsolatedSubaccountConstraints");
    batch.success = batch.success && apart;
  }
  if (!batch.success) return;
  batch.results.clear();
  for (const Json& update : updates.items) {
    const Account& account = batch.accounts[update.at("account").text];
    Account changed = account;
    apply(batch.market, update, changed);
    const Transition transition = judge_transition(
        TransitionRule::not_riskier, health_of(batch.market, account), health_of(batch.market, changed));
    batch.results.emplace_back(word(transition));
    batch.success = batch.success && transition == Transition::allowed;
  }
}

Batch batch_of(const Json& vector) {
  Batch batch;
  batch.market = market_of(vector.at("market"));
  const Json& portfolio = vector.at("portfolio");
  for (const auto& [name, json] : portfolio.at("accounts").members) {
    Account account = account_of(json);
    settle_funding(batch.market, account);
    batch.accounts[name] = std::move(account);
  }
  for (const Json& update : items(portfolio, "updates")) {
    for (const Json& row : items(update, "position_updates")) batch.market.perpetual(id_of(row.at("perp")));
  }
  add_interest(vector, batch);
  judge_all(portfolio.at("updates"), batch);
  return batch;
}

bool holds_exclusive(const Market& market, const Account& account) {
  return std::any_of(account.positions.begin(), account.positions.end(),
                     [&market](const auto& entry) { return market.perpetual(entry.first).exclusive; });
}

void commit(const Market& market, const Json& update, Account& account) {
  const bool before = holds_exclusive(market, account);
  apply(market, update, account);
  if (before != holds_exclusive(market, account)) {
    throw VectorError{"money that moves between the custody of markets is not part of this engine"};
  }
}

void answer_results(const Batch& batch, Answer& answer) {
  answer.values.emplace_back("success", text(batch.success));
  for (std::size_t i = 0; i < batch.results.size(); ++i) {
    answer.values.emplace_back("per_update[" + std::to_string(i) + "]", batch.results[i]);
  }
}

}  // namespace

void answer_account(const Account& account, const std::string& prefix, Answer& answer) {
  std::size_t i = 0;
  for (const auto& [id, quanta] : account.assets) {
    const std::string name = prefix + "assets[" + std::to_string(i++) + "].";
    answer.values.emplace_back(name + "asset", std::to_string(id));
    answer.values.emplace_back(name + "quantums", to_decimal(quanta, 0));
  }
  i = 0;
  for (const auto& [id, position] : account.positions) {
    const std::string name = prefix + "positions[" + std::to_string(i++) + "].";
    answer.values.emplace_back(name + "perp", std::to_string(id));
    answer.values.emplace_back(name + "quantums", to_decimal(position.quanta, 0));
    answer.values.emplace_back(name + "funding_index", to_decimal(position.funding_index, 0));
    answer.values.emplace_back(name + "quote_balance", to_decimal(position.quote_balance, 0));
  }
  for (const auto& [id, paid] : account.funding_paid) {
    answer.values.emplace_back(prefix + "funding_paid." + std::to_string(id), to_decimal(paid, 0));
  }
}

Answer is_liquidatable_account(const Vector& vector) {
  return with_errors([&]() -> Answer {
    const Market market = market_of(vector.json.at("market"));
    Account account = account_of(vector.json.at("portfolio"));
    settle_funding(market, account);
    return {{{"liquidatable", text(is_liquidatable(health_of(market, account)))}}, ""};
  });
}

Answer account_risk(const Vector& vector) {
  return with_errors([&]() -> Answer {
    const Market market = market_of(vector.json.at("market"));
    Account account = account_of(vector.json.at("portfolio"));
    settle_funding(market, account);
    apply(market, vector.json.at("portfolio"), account);
    const Health health = health_of(market, account);
    return {{{"nc", text(health.balance)}, {"imr", text(health.initial)}, {"mmr", text(health.maintenance)}},
            ""};
  });
}

Answer can_update(const Vector& vector) {
  return with_errors([&] {
    Answer answer;
    answer_results(batch_of(vector.json), answer);
    return answer;
  });
}

// The state that a batch leaves, of the account that the vector looks at: the first.
Answer update_account(const Vector& vector) {
  return with_errors([&] {
    const Json& portfolio = vector.json.at("portfolio");
    const Json& accounts = portfolio.at("accounts");
    if (accounts.members.empty()) throw VectorError{"no account"};
    const std::vector<Json>& updates = items(portfolio, "updates");
    for (std::size_t i = 0; i < updates.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        const bool again = updates[i].at("account").text == updates[j].at("account").text;
        if (again) throw VectorError{"ErrNonUniqueUpdatesSubaccount"};
      }
    }
    Batch batch = batch_of(vector.json);
    Answer answer;
    answer_results(batch, answer);
    Account looked_at = account_of(accounts.members.front().value);
    if (batch.success) {
      for (const Json& update : updates)
        commit(batch.market, update, batch.accounts[update.at("account").text]);
      looked_at = batch.accounts[accounts.members.front().key];
    }
    answer_account(looked_at, "", answer);
    for (const auto& [id, perpetual] : batch.market.perpetuals) {
      const i128 interest =
          perpetual.open_interest - (batch.success || id != batch.matched ? 0 : batch.interest);
      answer.values.emplace_back("open_interest." + std::to_string(id), to_decimal(interest, 0));
    }
    return answer;
  });
}

// A venue's plan, never put to use, to keep money with each position: what its maintenance lacks comes from
// the account's own balance, and if that goes below zero, what other positions have above theirs comes back.
Answer margined_updates(const Vector& vector) {
  const Json& portfolio = vector.json.at("portfolio");
  const Market market = market_of(vector.json.at("market"));
  Account account = account_of(portfolio);
  const auto spare = [&market](Id id, const Position& position) {
    const Perpetual& perpetual = market.perpetual(id);
    return notional_of(perpetual.oracle, position.quanta).raw() + position.quote_balance -
           margin_of(perpetual, position.quanta).maintenance.raw();
  };
  i128 moved = 0;
  std::map<Id, std::pair<i128, i128>> changes;
  for (const Json& row : items(portfolio, "position_updates")) {
    const Id id = id_of(row.at("perp"));
    Position& position = account.positions[id];
    position.quanta += integer(row, "delta");
    position.quote_balance += integer(row, "quote_delta");
    const i128 over = position.quanta == 0 ? position.quote_balance : std::min(spare(id, position), i128{0});
    moved += over;
    changes[id] = {integer(row, "delta"), integer(row, "quote_delta") - over};
  }
  i128 paid_in = 0;
  for (const Json& row : items(portfolio, "asset_updates")) paid_in += integer(row, "delta");
  if (account.assets[money] + paid_in + moved < 0) {
    for (const auto& [id, position] : account.positions) {
      const i128 over = changes.contains(id) ? 0 : std::max(spare(id, position), i128{0});
      if (over == 0) continue;
      moved += over;
      changes[id] = {0, -over};
    }
  }
  Answer answer;
  if (paid_in + moved != 0) {
    answer.values.emplace_back("asset_updates[0].asset", std::to_string(money));
    answer.values.emplace_back("asset_updates[0].delta", to_decimal(paid_in + moved, 0));
  }
  std::size_t i = 0;
  for (const auto& [id, change] : changes) {
    const std::string name = "position_updates[" + std::to_string(i++) + "].";
    answer.values.emplace_back(name + "perp", std::to_string(id));
    answer.values.emplace_back(name + "delta", to_decimal(change.first, 0));
    answer.values.emplace_back(name + "quote_delta", to_decimal(change.second, 0));
  }
  return answer;
}

Answer oi_delta(const Vector& vector) {
  i128 sum = 0;
  if (vector.json.at("params").at("update_type").text == "Match") {
    for (const Json& update : items(vector.json.at("portfolio"), "updates")) {
      const Account account = account_of(update);
      for (const Json& row : items(update, "position_updates")) {
        const auto held = account.positions.find(id_of(row.at("perp")));
        sum +=
            interest_change(held == account.positions.end() ? 0 : held->second.quanta, integer(row, "delta"));
      }
    }
  }
  return {{{"delta", to_decimal(sum, 0)}}, ""};
}

}  // namespace lockstep::conform::dydx
