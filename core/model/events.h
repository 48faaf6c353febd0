// What follows from an accepted command, beyond the fact that it was accepted.  A pure function of state and
// command, in a defined order; a consumer identifies an event by (position, index in the command).
#pragma once

#include <string_view>
#include <variant>
#include <vector>

#include "core/model/commands.h"

namespace lockstep {

// A registration or opening got this id.
struct Registered {
  static constexpr std::string_view name_of = "registered";
  u32 id = 0;
  LS_FIELDS(f("id", s.id))
};

struct OrderTriggered {
  static constexpr std::string_view name_of = "order_triggered";
  AccountId account;
  OrderId order = 0;
  LS_FIELDS(f("account", s.account), f("order", s.order))
};

enum class OrderEnd : u8 { cancelled, filled, lapsed, refused_at_trigger, protection, reduce_only, expired };
struct OrderEnded {
  static constexpr std::string_view name_of = "order_ended";
  AccountId account;
  OrderId order = 0;
  OrderEnd reason = OrderEnd::cancelled;
  LS_FIELDS(f("account", s.account), f("order", s.order), f("reason", s.reason))
};

struct HoldingChanged {
  static constexpr std::string_view name_of = "holding_changed";
  AccountId account;
  InstrumentId instrument;
  Leg leg = Leg::net;
  Lots lots;       // after
  Value realised;  // by this command, in the settlement asset
  LS_FIELDS(f("account", s.account), f("instrument", s.instrument), f("leg", s.leg), f("lots", s.lots),
            f("realised", s.realised))
};

// A holding's isolated margin did not cover its loss at the close; the fund paid.
struct FundPaid {
  static constexpr std::string_view name_of = "fund_paid";
  AccountId account;
  InstrumentId instrument;
  Amount amount;
  LS_FIELDS(f("account", s.account), f("instrument", s.instrument), f("amount", s.amount))
};

struct ProtectionTriggered {
  static constexpr std::string_view name_of = "protection_triggered";
  AccountId account;
  Time frozen_until;
  LS_FIELDS(f("account", s.account), f("frozen_until", s.frozen_until))
};

struct EpochActivated {
  static constexpr std::string_view name_of = "epoch_activated";
  RulebookId rulebook;
  u32 epoch = 0;
  LS_FIELDS(f("rulebook", s.rulebook), f("epoch", s.epoch))
};

struct MarginStateChanged {
  static constexpr std::string_view name_of = "margin_state_changed";
  AccountId account;
  MarginState from = MarginState::normal;
  MarginState to = MarginState::normal;
  LS_FIELDS(f("account", s.account), f("from", s.from), f("to", s.to))
};

// One instrument was settled at this price: variation margin (expired false) or for good.
struct InstrumentSettled {
  static constexpr std::string_view name_of = "instrument_settled";
  InstrumentId instrument;
  Price price;
  bool expired = false;
  u32 holdings = 0;
  LS_FIELDS(f("instrument", s.instrument), f("price", s.price), f("expired", s.expired),
            f("holdings", s.holdings))
};

// The order of this list is the wire's tag: append only.
using Event = std::variant<Registered, OrderTriggered, OrderEnded, HoldingChanged, FundPaid,
                           ProtectionTriggered, EpochActivated, MarginStateChanged, InstrumentSettled>;
using Events = std::vector<Event>;

}  // namespace lockstep
