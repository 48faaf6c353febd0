// lockstep/accounts: a page of the table.  What is looked at is the part of the table that passes the filter;
// only the page is sorted.
#include <algorithm>

#include "node/book/words.h"
#include "node/runtime/summary.h"
#include "node/view/parts.h"

namespace lockstep::view {
namespace {

constexpr const char* sort_words[] = {"usage",       "name",      "equity", "initial",
                                      "maintenance", "available", "state"};
constexpr std::size_t by_name = 1;

struct Asked {
  std::size_t offset = 0, limit = 0, sort = 0;
  bool descending = true;
  std::string filter;
  std::array<bool, 6> states{};
  RulebookId rulebook;  // none: all
};

Asked read(api::Params& params, const Engine& engine) {
  Asked asked;
  asked.offset = static_cast<std::size_t>(params.integer("offset", 0, 0, 10'000'000));
  asked.limit = static_cast<std::size_t>(params.integer("limit", 100, 0, 500));
  const std::string sort = params.text("sort", sort_words[0]);
  const auto found = std::find(std::begin(sort_words), std::end(sort_words), sort);
  asked.sort = static_cast<std::size_t>(found - std::begin(sort_words));
  if (found == std::end(sort_words)) {
    params.fail("sort", "must be usage, name, equity, initial, maintenance, available or state");
  }
  asked.descending = params.flag("descending", true);
  asked.filter = params.text("filter", "");
  const std::vector<std::string> states = params.texts("states");
  if (states.empty()) asked.states.fill(true);
  for (const std::string& text : states) {
    MarginState state{};
    if (!from_word(text, state)) {
      params.fail("states", "must be some of " + all_words<MarginState>());
    } else {
      asked.states[static_cast<std::size_t>(state)] = true;
    }
  }
  const std::string rulebook = params.text("rulebook", "");
  if (!rulebook.empty()) {
    const auto named = engine.lookup.rulebooks.find(rulebook);
    if (named == engine.lookup.rulebooks.end()) {
      params.fail("rulebook", "there is no rulebook \"" + rulebook + "\"");
    } else {
      asked.rulebook = RulebookId{named->second};
    }
  }
  return asked;
}

bool contains(const std::string& text, const std::string& part) {
  return part.empty() || text.find(part) != std::string::npos;
}

// One account of the part that is looked at, with what it is sorted by beside it.
struct Entry {
  i64 key = 0;
  u32 id = 0;
};

// Dollars in units of 2^46 x 10^-16, less than a cent: what differs by less stands by number.
i64 key_of(Value dollars) { return static_cast<i64>(dollars.raw() >> 46); }
i64 key_of(const Row& row, std::size_t sort) {
  switch (sort) {
    case 0: return row.judged ? row.usage.raw() : -1;
    case 2: return key_of(row.equity);
    case 3: return key_of(row.initial);
    case 4: return key_of(row.maintenance);
    case 5: return key_of(row.available);
    case 6: return static_cast<i64>(row.state);
    default: return 0;
  }
}

// Those that the caller sees and that pass name and rulebook are counted; those in a wanted state are kept.
std::vector<Entry> candidates(const Desk& desk, const api::Context& context, const Asked& asked,
                              std::array<u64, 6>& counts) {
  const State& state = context.engine.state;
  std::vector<Entry> out;
  const bool looks_inside = !asked.rulebook.is_none() || !asked.filter.empty();
  const auto passes = [&](const Account& account) {
    if (!asked.rulebook.is_none() && account.rulebook != asked.rulebook) return false;
    return contains(account.name, asked.filter) ||
           contains(state.parties[account.party.index].name, asked.filter);
  };
  const auto look = [&](AccountId id) {
    if (looks_inside && !passes(state.account(id))) return;
    const Row& row = desk.table.rows[id.index];
    const auto in = static_cast<std::size_t>(row.state);
    counts[in] += 1;
    if (asked.states[in]) out.push_back({key_of(row, asked.sort), id.index});
  };
  if (sees_all(context.caller)) {
    out.reserve(desk.table.rows.size());
    for (u32 i = 0; i < desk.table.rows.size(); ++i) look(AccountId{i});
  } else if (const PartyId party = party_of(context.caller, context.engine); !party.is_none()) {
    for (const AccountId id : desk.table.of_party[party.index]) look(id);
  }
  return out;
}

// Brings the page to its place; the rest is in no order.  Equal ones stand by number.
template <class Before>
void sort_page(std::vector<Entry>& entries, const Asked& asked, Before before) {
  const auto at = [&](std::size_t n) {
    return entries.begin() + static_cast<std::ptrdiff_t>(std::min(n, entries.size()));
  };
  const auto first = at(asked.offset), last = at(asked.offset + asked.limit);
  if (first != entries.end()) std::nth_element(entries.begin(), first, entries.end(), before);
  if (last != entries.end() && first != last) std::nth_element(first, last, entries.end(), before);
  std::sort(first, last, before);
}

void sort_page(std::vector<Entry>& entries, const Asked& asked, const State& state) {
  const bool down = asked.descending;
  if (asked.sort == by_name) {
    return sort_page(entries, asked, [&](const Entry& a, const Entry& b) {
      const int order = state.accounts[a.id].name.compare(state.accounts[b.id].name);
      return order != 0 ? (down ? order > 0 : order < 0) : a.id < b.id;
    });
  }
  sort_page(entries, asked, [down](const Entry& a, const Entry& b) {
    return a.key != b.key ? (down ? a.key > b.key : a.key < b.key) : a.id < b.id;
  });
}

void write_row(Json& json, const State& state, const Row& row, AccountId id) {
  const Account& account = state.account(id);
  json.begin_object().field("account", account.name);
  json.field("party", state.parties[account.party.index].name);
  json.field("rulebook", state.rulebook(account.rulebook).name).field("mode", mode_text(account));
  const auto dollars = [&row](Value value) { return row.in_dollars ? dollars_text(value) : std::string(); };
  json.field("state", word(row.state)).field("equity_dollars", dollars(row.equity));
  json.field("initial_dollars", dollars(row.initial));
  json.field("maintenance_dollars", dollars(row.maintenance));
  json.field("available_dollars", dollars(row.available));
  json.field("usage", row.judged ? usage_text(row.usage) : std::string()).field("pools", row.pools);
  json.field("holdings", row.holdings).field("orders", row.orders).field("position", row.position);
  json.end_object();
}

}  // namespace

api::Reply accounts(Desk& desk, api::Context& context, api::Params& params) {
  const State& state = context.engine.state;
  desk.table.grow(state);
  const Asked asked = read(params, context.engine);
  params.nothing_else();
  if (params.error()) return api::failed(*params.error());
  std::array<u64, 6> counts{};
  std::vector<Entry> entries = candidates(desk, context, asked, counts);
  sort_page(entries, asked, state);
  Json json;
  begin_result(json, state);
  json.field("total", u64{entries.size()}).field("offset", u64{asked.offset}).key("counts").begin_object();
  for (std::size_t i = 0; i < counts.size(); ++i) json.field(word(static_cast<MarginState>(i)), counts[i]);
  json.end_object().key("rows").begin_array();
  for (std::size_t i = asked.offset; i < std::min(entries.size(), asked.offset + asked.limit); ++i) {
    write_row(json, state, desk.table.rows[entries[i].id], AccountId{entries[i].id});
  }
  json.end_array();
  return api::answered(json.end_object().str());
}

}  // namespace lockstep::view
