#include "core/engine/context.h"

namespace lockstep {
namespace {

template <class Row>
void index_names(const std::vector<Row>& rows, NameTable& table) {
  table.clear();
  for (std::size_t i = 0; i < rows.size(); ++i) table.emplace(rows[i].name, static_cast<u32>(i));
}

}  // namespace

bool known(const State& state, AssetId id) { return id.index < state.assets.size(); }
bool known(const State& state, IndexId id) { return id.index < state.indexes.size(); }
bool known(const State& state, InstrumentId id) { return id.index < state.instruments.size(); }
bool known(const State& state, PartyId id) { return id.index < state.parties.size(); }
bool known(const State& state, AccountId id) { return id.index < state.accounts.size(); }
bool known(const State& state, RulebookId id) { return id.index < state.rulebooks.size(); }

bool known(const State& state, ReplicaId id) {
  return id.index < state.replicas.size() && !state.replicas[id.index].retired;
}

bool price_in_range(const Instrument& instrument, Price price) {
  const Price lowest = instrument.inverse ? instrument.tick : Price::from_raw(1);
  return price >= lowest && price <= instrument.price_max;
}

bool valid_name(std::string_view name) {
  if (name.empty() || name.size() > limits::name_size_max) return false;
  for (const char c : name) {
    const bool letter_or_digit = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (!letter_or_digit && std::string_view("._:-/").find(c) == std::string_view::npos) return false;
  }
  return true;
}

void rebuild_lookup(const State& state, Lookup& lookup) {
  lookup = Lookup{};
  index_names(state.assets, lookup.assets);
  index_names(state.indexes, lookup.indexes);
  index_names(state.instruments, lookup.instruments);
  index_names(state.parties, lookup.parties);
  index_names(state.accounts, lookup.accounts);
  index_names(state.rulebooks, lookup.rulebooks);
  for (u32 i = 0; i < state.instruments.size(); ++i) {
    const Instrument& instrument = state.instruments[i];
    if (instrument.kind != InstrumentKind::option || instrument.expired) continue;
    lookup.options[{instrument.index, instrument.expiry}].push_back(InstrumentId{i});
  }
  for (u32 i = 0; i < state.accounts.size(); ++i) {
    for (const Order& order : state.accounts[i].orders) {
      if (!order.triggered) lookup.waiting[order.instrument].push_back({AccountId{i}, order.id});
    }
  }
  for (u32 i = 0; i < state.sessions.size(); ++i) {
    if (state.sessions[i].client == 0) {
      lookup.vacant_sessions.push_back(i);
    } else {
      lookup.sessions.emplace(state.sessions[i].client, i);
    }
  }
  list_scheduled(state, lookup);
}

void list_scheduled(const State& state, Lookup& lookup) {
  lookup.scheduled.clear();
  for (u32 r = 0; r < state.rulebooks.size(); ++r) {
    for (u32 e = 0; e < state.rulebooks[r].epochs.size(); ++e) {
      const bool waits = state.rulebooks[r].epochs[e].status == EpochStatus::scheduled;
      if (waits) lookup.scheduled.push_back({RulebookId{r}, e + 1});
    }
  }
}

}  // namespace lockstep
