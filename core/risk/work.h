// One assessment on its way; private to core/risk.  assess.cpp runs the steps; holdings.cpp, orders.cpp and
// totals.cpp are the steps.
#pragma once

#include <array>
#include <string>

#include "core/risk/assess.h"
#include "core/risk/components.h"
#include "core/risk/facts.h"

namespace lockstep {

// Rules of docs/methodology.md, as printed on statement lines.
namespace rule {
inline constexpr const char* balance = "4.4";
inline constexpr const char* unrealised = "4.3";
inline constexpr const char* option_value = "4.1";
inline constexpr const char* equity = "4.4";
inline constexpr const char* margin_balance = "4.5";
inline constexpr const char* collateral = "4.6";
inline constexpr const char* combination = "4.7";
inline constexpr const char* requirement = "4.8";
inline constexpr const char* available = "4.9";
inline constexpr const char* profits = "4.13";
inline constexpr const char* levels = "4.14";
inline constexpr const char* orders = "5.7";
inline constexpr const char* spot_orders = "5.8";
}  // namespace rule
const char* rule_of(ComponentKind kind);

// Where a line belongs: pool, section, unit (or wallet), component slot, then order of computation.
enum class Section : u8 { equity, margin_balance, initial_balance, maintenance, initial, levels, available };
constexpr u32 last_place = 0xff;  // totals come after what they sum up
constexpr u32 orders_place = 0xfe;
constexpr u64 place(u32 pool, Section section, u32 unit, u32 slot) {
  return (u64{pool} << 40) | (u64{static_cast<u8>(section)} << 32) | (u64{unit} << 8) | slot;
}
constexpr u32 last_unit = 0xffffff;
constexpr u32 orders_unit = 0xfffffe;
constexpr u32 pool_unit = 0xfffffd;   // components of the pool itself
constexpr u32 debts_unit = 0xfffffc;  // debts that are part of the requirement

struct Work {
  const State& state;
  RiskBook& book;
  RiskScratch& scratch;
  const Account& account;
  const Rulebook& rules;
  const Scheme& scheme;
  const ResolvedRules* resolved = nullptr;  // pooled only
  Statement* statement = nullptr;
  Assessment& out;
  std::array<u8, 64> slot_of{};                          // by component; no_slot: not in this scheme
  std::array<u8, scheme_components_max> component_of{};  // by slot
  std::array<u8, scheme_components_max> grid_of{};       // by slot of a grid: which grid of the scheme it is
  u8 slot_count = 0;
  u8 grid_count = 0;
  u64 in_units = 0;            // slots that unit expressions name
  u64 in_pools = 0;            // slots that pool expressions name
  u64 per_unit = 0;            // slots of the components that look at a whole unit
  bool by_expiry = false;      // one of them looks at its expiries
  bool has_fills = false;      // there are units as if orders had filled
  bool grid_by_index = false;  // grids look at perpetuals and futures at the index
  bool depegs = false;         // one of them looks at the price of the money
  bool observes = false;       // one of them looks at observations of a holding's market
  bool by_delta = false;       // one of them looks at its deltas by expiry

  bool isolated() const { return account.mode == MarginMode::isolated; }
  const Component& component(u8 slot) const { return rules.components[component_of[slot]]; }
  u32 pool_of(u32 wallet) const { return account.pooled ? 0 : wallet; }
};

void note(Work& work, Obstacle obstacle, InstrumentId instrument, IndexId index = {}, u32 detail = 0);
// Notes what keeps the row's prices from being used; true if the mark is there.
bool note_prices(Work& work, InstrumentId instrument, const RiskRow& row);
// Notes what the component lacks; true if nothing.
bool note_lacks(Work& work, const Component& component, InstrumentId id, const RiskRow& row, Lots lots);

u32 wallet_of(Work& work, AssetId asset);

// Orders of one holding that reserve something: not reduce-only, triggered, open.
struct OpenSides {
  Lots buys;
  Lots sells;
};
bool counts(const Order& order);
OpenSides open_sides(const Account& account, InstrumentId instrument, Leg leg);

void add_holdings(Work& work);
void add_orders(Work& work);
void finish_units(Work& work);
void merge_units(Work& work);  // UnitBy::underlying
void finish_pools(Work& work);

// Pooled accounts whose spot orders are weighed with the balances (spot_orders.cpp).  False: this order
// reserves what it would pay.
bool add_weighed_spot_order(Work& work, const Order& order, Price price);
// A balance with the orders of its asset: what it counts for, and what the orders would pay or bring.
struct CountedOrders {
  Counted balance;
  Counted orders;
};
CountedOrders worse_fills(Work& work, const Wallet& wallet, const Collateral& row);
Counted reserved_orders(Work& work);

// Statement lines.  Callers test work.statement first, because texts cost more than the computation.
StatementLine& add_line(Work& work, u64 place, const char* rule, u8 depth, std::string label, AssetId asset,
                        Value amount);
std::string percent_text(Rate rate);
StatementInput price_input(std::string name, Price price, u64 position);
void add_price_inputs(Work& work, StatementLine& line, InstrumentId id, const RiskRow& row);
std::string holding_name(const Work& work, InstrumentId id, Leg leg, Lots lots);

// What the components that pool expressions name ask of a pool, by slot, in the pool's asset.
struct PoolMargins {
  std::vector<Value> initial;
  std::vector<Value> maintenance;
};
PoolMargins pool_margins(Work& work, u32 pool_index);

// Pooled: how a balance counts.  nullptr: not as collateral.
const Collateral* collateral_row(const Work& work, AssetId asset);
BalanceFacts balance_facts(Work& work, const Wallet& wallet);
// observed.cpp.  What the rows need to know of the whole market besides prices; what is missing is noted.
void add_observed(Work& work, const Component& component, u16 row_index, InstrumentId id, const RiskRow& row,
                  HoldingFacts& facts);
void add_observed(Work& work, const Collateral& row, AssetId asset, BalanceFacts& facts);
Value observed_profit(Work& work, const ProfitRow& row, InstrumentId id);
Rate observed_interest(const Work& work, IndexId index, Time expiry);
// Whether the margin balance against initial margin can be another than that against maintenance.
bool levels_differ(const Work& work);

// The rulebook's names as ids, from the cache if nothing was added since.
const ResolvedRules& resolve(const State& state, RiskBook& book, RulebookId rulebook);
// What the money that an instrument is margined in is worth itself, at the first index of it: the rulebook's
// money in a pooled account, else the settlement asset.  Without an index: 1.
Rate price_of_money(const Work& work, AssetId settle);
// What one unit of an asset is worth in money; 0: missing, which is noted.
Price price_in_money(Work& work, AssetId asset);
// Amount of an asset in money; up or down.  Missing conversions are noted and count as nothing.
Value in_money(Work& work, AssetId asset, Value value, Round round);

}  // namespace lockstep
