// The line of the log that people read: what was asked, in names and sizes, and what became of it.
#include <array>

#include "node/history/record.h"

namespace lockstep::history {
namespace {

template <std::size_t... I>
constexpr auto names_of(std::index_sequence<I...>) {
  return std::array<std::string_view, sizeof...(I)>{std::variant_alternative_t<I, Command>::name_of...};
}

// Ids of a refused command may be of nothing.
template <class Table, class Id>
std::string_view name_in(const Table& table, Id id) {
  return id.index < table.size() ? std::string_view(table[id.index].name) : "?";
}

struct Describer {
  const State& s;
  std::string& out;

  template <class... Parts>
  void put(const Parts&... parts) const {
    (out.append(std::string_view(parts)), ...);
  }

  std::string_view name(AccountId id) const { return name_in(s.accounts, id); }
  std::string_view name(AssetId id) const { return name_in(s.assets, id); }
  std::string_view name(IndexId id) const { return name_in(s.indexes, id); }
  std::string_view name(InstrumentId id) const { return name_in(s.instruments, id); }
  std::string_view name(RulebookId id) const { return name_in(s.rulebooks, id); }
  std::string_view name(ReplicaId id) const { return name_in(s.replicas, id); }

  std::string amount(AssetId asset, Amount x) const {
    const int decimals = asset.index < s.assets.size() ? s.assets[asset.index].decimals : 0;
    return to_decimal(x.raw(), decimals).append(" ").append(name(asset));
  }
  std::string price(Price x) const { return to_decimal(x.raw(), price_decimals); }
  std::string size(InstrumentId id, Lots lots) const {
    const i64 lot = id.index < s.instruments.size() ? s.instruments[id.index].lot : price_one;
    return to_decimal(i128{lots.raw()} * lot, lot_decimals).append(" ").append(name(id));
  }
  static std::string rows(std::size_t n, const char* one, const char* many) {
    return std::to_string(n) + " " + (n == 1 ? one : many);
  }
  std::string rate(Rate x) const { return to_decimal(x.raw(), rate_decimals); }
  std::string at(Price x) const { return x == Price{} ? std::string() : " at " + price(x); }

  void operator()(const Deposit& c) const {
    return put(name(c.account), " is given ", amount(c.asset, c.amount));
  }
  void operator()(const Withdraw& c) const {
    return put(name(c.account), " takes out ", amount(c.asset, c.amount));
  }
  void operator()(const Transfer& c) const {
    return put(name(c.from), " sends ", amount(c.asset, c.amount), " to ", name(c.to));
  }
  void operator()(const AdjustIsolated& c) const {
    const AssetId asset =
        c.instrument.index < s.instruments.size() ? s.instruments[c.instrument.index].settle : AssetId{};
    return put(name(c.account), " moves ", amount(asset, c.amount), " to the margin of ", name(c.instrument));
  }
  void operator()(const PlaceOrder& c) const {
    return put(name(c.account), (c.side == Side::buy ? " would buy " : " would sell "),
               size(c.instrument, c.lots), at(c.price), ", order ", std::to_string(c.order));
  }
  void operator()(const AmendOrder& c) const {
    return put(name(c.account), " changes order ", std::to_string(c.order));
  }
  void operator()(const CancelOrder& c) const {
    return put(name(c.account), " cancels order ", std::to_string(c.order));
  }
  void operator()(const Fill& c) const {
    return put(name(c.account), (c.side == Side::buy ? " buys " : " sells "), size(c.instrument, c.lots),
               at(c.price));
  }
  void operator()(const IndexPrices& c) const {
    if (c.rows.size() != 1) return put(rows(c.rows.size(), "index price", "index prices"));
    return put(name(c.rows.front().index), " is ", price(c.rows.front().price));
  }
  void operator()(const MarkPrices& c) const {
    if (c.rows.size() != 1) return put(rows(c.rows.size(), "mark", "marks"));
    return put("mark of ", name(c.rows.front().instrument), at(c.rows.front().price));
  }
  void operator()(const VolatilitySurface& c) const {
    return put(name(c.index), ", ", rows(c.rows.size(), "smile", "smiles"));
  }
  void operator()(const ForwardCurve& c) const {
    return put(name(c.index), ", ", rows(c.rows.size(), "forward", "forwards"));
  }
  void operator()(const Observations& c) const {
    return put(rows(c.rows.size(), "observation", "observations"));
  }
  void operator()(const FeedStatus& c) const {
    return put(name(c.index), ", ", rows(c.rows.size(), "feed judged", "feeds judged"));
  }
  void operator()(const FundingRate& c) const {
    return put("funding of ", name(c.instrument), ": ", rate(c.rate));
  }
  void operator()(const Settle& c) const { return put(name(c.instrument), " is settled", at(c.price)); }
  void operator()(const Expire& c) const { return put(name(c.instrument), " expires", at(c.price)); }
  void operator()(const SetLeverage& c) const {
    return put(name(c.account), ": leverage ", rate(c.leverage), " for ", name(c.instrument));
  }
  void operator()(const AdjustFund& c) const { return put("the fund is given ", amount(c.asset, c.amount)); }
  void operator()(const ProposeRulebook& c) const {
    return put(c.by, " proposes an epoch of ", c.image.name);
  }
  void operator()(const ApproveEpoch& c) const {
    return put(c.by, " approves epoch ", std::to_string(c.epoch), " of ", name(c.rulebook));
  }
  void operator()(const Tick&) const { return; }
  void operator()(const PlanUpgrade& c) const {
    return put("behaviour ", std::to_string(c.behaviour), " from position ", std::to_string(c.at_position));
  }

  // The others are about something that has a name, or nothing.
  template <class T>
  void operator()(const T& c) const {
    if constexpr (requires {
                    c.epoch;
                    c.rulebook;
                  }) {
      return put("epoch ", std::to_string(c.epoch), " of ", name(c.rulebook));
    } else if constexpr (requires { c.name.size(); }) {
      return put(c.name);
    } else if constexpr (requires { c.account; }) {
      return put(name(c.account));
    } else if constexpr (requires { c.replica; }) {
      return put(name(c.replica));
    } else {
      return;
    }
  }
};

// What followed and does not follow of itself.
void add_consequences(const Events& events, std::size_t begin, std::string& out) {
  std::size_t ended = 0, closed = 0, states = 0, orders = 0, debts = 0;
  for (const Event& event : events) {
    ended += std::holds_alternative<OrderEnded>(event) ? 1u : 0u;
    states += std::holds_alternative<MarginStateChanged>(event) ? 1u : 0u;
    orders += std::holds_alternative<LiquidationOrdered>(event) ? 1u : 0u;
    debts += std::holds_alternative<DebtCovered>(event) ? 1u : 0u;
    closed += std::holds_alternative<LiquidationCrossed>(event) || std::holds_alternative<TakenOver>(event) ||
                      std::holds_alternative<Deleveraged>(event)
                  ? 1u
                  : 0u;
  }
  const auto count = [&](std::size_t n, const char* one, const char* many) {
    if (n == 0) return;
    if (out.size() > begin) out += "; ";
    out += Describer::rows(n, one, many);
  };
  count(states, "margin state changed", "margin states changed");
  count(ended, "order ended", "orders ended");
  count(orders, "liquidation order", "liquidation orders");
  count(closed, "closed without the market", "closed without the market");
  count(debts, "debt covered", "debts covered");
}

}  // namespace

std::span<const std::string_view> command_names() {
  static constexpr auto names = names_of(std::make_index_sequence<std::variant_size_v<Command>>{});
  return names;
}

void describe(const State& state, const Command& command, const Outcome& outcome, std::string& out) {
  const std::size_t begin = out.size();
  const Describer describer{state, out};
  std::visit(describer, command);
  if (outcome.accepted()) return add_consequences(outcome.events, begin, out);
  if (out.size() > begin) out += "; ";
  out += refusal_text(outcome.refusal);
  if (outcome.missing != Value{} && outcome.asset.index < state.assets.size()) {
    const int decimals = state.asset(outcome.asset).decimals;
    const Amount missing = to_amount(outcome.missing, decimals, Round::up);
    describer.put(" (", describer.amount(outcome.asset, missing), " missing)");
  }
}

}  // namespace lockstep::history
