#include "tests/scenarios/questions.h"
#include "tests/scenarios/scenario_file.h"

namespace lockstep::scenarios {

std::string order_text(OrderId order) { return order >> 63 == 0 ? std::to_string(order) : "liquidation"; }

std::string lots_text(const Instrument& instrument, Lots lots) {
  return to_decimal(i128{lots.raw()} * instrument.lot, lot_decimals);
}

std::string amount_text(const State& state, AssetId asset, Amount amount) {
  return to_decimal(amount.raw(), state.asset(asset).decimals) + " " + state.asset(asset).name;
}

std::string value_text(const State& state, AssetId asset, Value value) {
  return to_decimal(value.raw(), value_decimals) + " " + state.asset(asset).name;
}

namespace {

// The rulebook that a command is about: its own, or that of its account.
RulebookId rulebook_of(const State& state, const Command& command) {
  return std::visit(
      [&state](const auto& c) {
        if constexpr (requires { c.rulebook; }) return c.rulebook;
        if constexpr (requires { c.account; }) return state.account(c.account).rulebook;
        return RulebookId{};
      },
      command);
}

}  // namespace

std::string refusal_line(const State& state, const Command& command, const Outcome& outcome) {
  std::string line = "refused " + std::to_string(static_cast<unsigned>(outcome.refusal)) + " " +
                     std::string(refusal_name(outcome.refusal));
  if (outcome.missing != Value{}) {
    line += ": " + state.account(outcome.account).name + " lacks " +
            value_text(state, outcome.asset, outcome.missing);
    if (!outcome.binds.empty()) line += "; binds " + outcome.binds;
  }
  if (outcome.gap != no_gap) {
    line += ": " + state.rulebook(rulebook_of(state, command)).rules().gaps[outcome.gap].name;
  }
  if (!outcome.instrument.is_none()) line += ": " + state.instrument(outcome.instrument).name;
  if (!outcome.index.is_none()) line += ": " + state.index(outcome.index).name;
  return line;
}

namespace {

const char* leg_text(Leg leg) { return leg == Leg::net ? "" : leg == Leg::long_leg ? " long" : " short"; }
const char* state_text(MarginState state) {
  static constexpr const char* names[] = {"normal",      "warning",     "call",
                                          "reduce_only", "liquidation", "bankrupt"};
  return names[static_cast<std::size_t>(state)];
}
const char* end_text(OrderEnd end) {
  static constexpr const char* names[] = {"cancelled",  "filled",      "lapsed",  "refused_at_trigger",
                                          "protection", "reduce_only", "expired", "liquidation"};
  return names[static_cast<std::size_t>(end)];
}

struct EventText {
  const State& state;
  const std::string& account(AccountId id) const { return state.account(id).name; }
  const std::string& name(InstrumentId id) const { return state.instrument(id).name; }

  std::string operator()(const Registered&) const { return ""; }
  std::string operator()(const OrderTriggered& e) const {
    return "triggered " + account(e.account) + " order " + order_text(e.order);
  }
  std::string operator()(const OrderEnded& e) const {
    return "ended " + account(e.account) + " order " + order_text(e.order) + " " + end_text(e.reason);
  }
  std::string operator()(const HoldingChanged& e) const {
    const Instrument& instrument = state.instrument(e.instrument);
    return "holding " + account(e.account) + " " + name(e.instrument) + leg_text(e.leg) + " " +
           lots_text(instrument, e.lots) + " realised " + value_text(state, instrument.settle, e.realised);
  }
  std::string operator()(const FundPaid& e) const {
    const AssetId settle = state.instrument(e.instrument).settle;
    return "fund paid " + amount_text(state, settle, e.amount) + " for " + account(e.account) + " " +
           name(e.instrument);
  }
  std::string operator()(const ProtectionTriggered& e) const {
    return "protection " + account(e.account) + " frozen until " + text_of(e.frozen_until);
  }
  std::string operator()(const EpochActivated& e) const {
    return "epoch " + state.rulebook(e.rulebook).name + " " + std::to_string(e.epoch) + " active";
  }
  std::string operator()(const UpgradeConfirmed& e) const {
    return "upgrade to behaviour " + std::to_string(e.behaviour) + " confirmed for position " +
           std::to_string(e.at_position);
  }
  std::string operator()(const UpgradeLapsed& e) const {
    return "upgrade to behaviour " + std::to_string(e.behaviour) + " lapsed";
  }
  std::string operator()(const UpgradeActivated& e) const {
    return "behaviour " + std::to_string(e.behaviour) + " active";
  }
  std::string operator()(const TimeJumped& e) const {
    return "time jumped by " + to_decimal(e.by.raw(), 6) + " s, resuming for " + std::to_string(e.ticks) +
           " ticks";
  }
  std::string operator()(const MarginStateChanged& e) const {
    return "state " + account(e.account) + " " + state_text(e.from) + " -> " + state_text(e.to);
  }
  std::string operator()(const MarginCalled& e) const {
    return "called " + account(e.account) + " for " + amount_text(state, e.asset, e.amount) + " by " +
           text_of(e.deadline);
  }
  std::string operator()(const EpochApproved& e) const {
    return "epoch " + state.rulebook(e.rulebook).name + " " + std::to_string(e.epoch) + " approved by " +
           e.by + ", " + std::to_string(e.approvals) + " so far";
  }
  std::string operator()(const GraceGiven& e) const {
    std::string text = "grace " + account(e.account);
    if (!e.isolated.is_none()) text += " " + state.instrument(e.isolated).name + leg_text(e.leg);
    return text + " for epoch " + std::to_string(e.epoch) + ": " + amount_text(state, e.asset, e.amount) +
           " by " + text_of(e.until);
  }
  std::string operator()(const GraceEnded& e) const {
    static constexpr const char* reasons[] = {"met", "expired", "fallen"};
    std::string text = "grace " + account(e.account);
    if (!e.isolated.is_none()) text += " " + state.instrument(e.isolated).name + leg_text(e.leg);
    return text + " " + reasons[static_cast<std::size_t>(e.reason)];
  }
  std::string operator()(const CallMet& e) const { return "call met " + account(e.account); }
  std::string operator()(const LiquidationOrdered& e) const {
    const Instrument& instrument = state.instrument(e.instrument);
    return "liquidation " + account(e.account) + (e.side == Side::buy ? " buy " : " sell ") +
           lots_text(instrument, e.lots) + " " + instrument.name + leg_text(e.leg) + " limit " +
           to_decimal(e.limit.raw(), price_decimals);
  }
  std::string operator()(const LiquidationCrossed& e) const {
    const Instrument& instrument = state.instrument(e.instrument);
    return "crossed " + lots_text(instrument, e.lots) + " " + instrument.name + ", " + account(e.buyer) +
           " bought from " + account(e.seller);
  }
  std::string operator()(const TakenOver& e) const {
    return "taken over " + account(e.account) + " by " + account(e.backstop) + ", penalty " +
           value_text(state, e.asset, e.penalty);
  }
  std::string operator()(const Deleveraged& e) const {
    const Instrument& instrument = state.instrument(e.instrument);
    return "deleveraged " + account(e.account) + " by " + lots_text(instrument, e.lots) + " " +
           instrument.name + leg_text(e.leg) + " against " + account(e.against);
  }
  std::string operator()(const DebtCovered& e) const {
    return "debt of " + account(e.account) + " covered " + amount_text(state, e.asset, e.debt) + ": fund " +
           amount_text(state, e.asset, e.fund) + ", left for winners " + amount_text(state, e.asset, e.rest);
  }
  std::string operator()(const DebtsShared& e) const {
    return "debts of " + amount_text(state, e.asset, e.rest) + ", winners bear " +
           amount_text(state, e.asset, e.shared);
  }
  std::string operator()(const LossShared& e) const {
    const Instrument& instrument = state.instrument(e.instrument);
    return "loss shared by " + account(e.account) + " " + instrument.name + leg_text(e.leg) + " " +
           amount_text(state, instrument.settle, e.amount);
  }
  std::string operator()(const BalancesExchanged& e) const {
    return "balances of " + account(e.account) + " exchanged for " + amount_text(state, e.asset, e.paid);
  }
  std::string operator()(const WithdrawalsGated& e) const {
    return "withdrawals of " + state.asset(e.asset).name + " closed until " + text_of(e.until);
  }
  std::string operator()(const FundingCharged& e) const {
    const Instrument& instrument = state.instrument(e.instrument);
    return "funding " + name(e.instrument) + " " + to_decimal(e.rate.raw(), rate_decimals - 2) + " % at " +
           to_decimal(e.price.raw(), price_decimals) + ", a lot pays " +
           value_text(state, instrument.settle, e.per_lot);
  }
  std::string operator()(const InstrumentSettled& e) const {
    return (e.expired ? "expired " : "settled ") + name(e.instrument) + " at " +
           to_decimal(e.price.raw(), price_decimals) + ", holdings " + std::to_string(e.holdings);
  }
};

}  // namespace

std::string event_line(const State& state, const Event& event) { return std::visit(EventText{state}, event); }

}  // namespace lockstep::scenarios
