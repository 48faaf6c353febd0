// The account half of a book: who holds and has ordered what.
#include "core/engine/adopt.h"
#include "core/ledger/ledger.h"
#include "core/ledger/valuation.h"
#include "node/book/builder.h"

namespace lockstep {
namespace {

// A size as the file gives it: in units, or in contracts, which are lots.
struct Size {
  i128 units = 0;
  i128 contracts = 0;
};

Size read_size(TableReader& reader, const Instrument& instrument, bool is_signed) {
  const i128 most = limits::lots_raw_max;
  const i128 most_units = most * instrument.lot;
  Size size;
  size.units = reader.decimal("size", lot_decimals, is_signed ? -most_units : 1, most_units, Need::optional);
  size.contracts = reader.decimal("contracts", 0, is_signed ? -most : 1, most, Need::optional);
  return size;
}

// Asked when the table is read: exactly one of the two, and whole lots.
Lots lots_of(TableReader& reader, const Instrument& instrument, const Size& size) {
  if (reader.has("size") == reader.has("contracts")) {
    reader.fail(reader.has("size") ? R"(has both "size" and "contracts"; one is expected)"
                                   : R"(needs "size" or "contracts")");
  } else if (reader.has("contracts")) {
    return Lots::from_raw(static_cast<i64>(size.contracts));
  } else if (size.units % instrument.lot == 0) {
    return Lots::from_raw(static_cast<i64>(size.units / instrument.lot));
  } else {
    reader.wrong("size", to_decimal(size.units, lot_decimals) + " is not a multiple of the lot, " +
                             to_decimal(instrument.lot, lot_decimals));
  }
  return Lots{};
}

std::string modes_of(const Rulebook& rules) {
  std::string modes;
  for (const Scheme& scheme : rules.schemes) {
    modes += (modes.empty() ? "" : ", ") + std::string(word(scheme.mode)) + (scheme.pooled ? " pooled" : "");
  }
  return modes;
}

void read_balances(BookBuilder& book, AccountId account, const TomlNode& balances) {
  TableReader reader(balances, "balances", book.form);
  for (const TomlNode& node : balances.children) {
    const auto it = book.engine.lookup.assets.find(node.key);
    if (it == book.engine.lookup.assets.end()) {
      return book.form.fail(node, "there is no asset \"" + node.key + "\" in this book");
    }
    const int decimals = book.engine.state.assets[it->second].decimals;
    const i128 most = limits::balance_max * pow10(decimals);
    const Amount amount = Amount::from_raw(reader.decimal(node.key, decimals, -most, most));
    if (!book.form.ok()) return;
    if (!book.accept_at(node, adopt_balance(book.engine, account, AssetId{it->second}, amount))) return;
  }
}

void read_leverage(BookBuilder& book, AccountId account, const TomlNode& leverages) {
  TableReader reader(leverages, "leverage", book.form);
  for (const TomlNode& node : leverages.children) {
    const auto it = book.engine.lookup.instruments.find(node.key);
    if (it == book.engine.lookup.instruments.end()) {
      return book.form.fail(node, "there is no instrument \"" + node.key + "\" in this book");
    }
    const i128 raw = reader.decimal(node.key, rate_decimals, rate_one, limits::rate_raw_max);
    if (!book.form.ok()) return;
    const Refusal refusal =
        adopt_leverage(book.engine, account, InstrumentId{it->second}, Rate::from_raw(static_cast<i64>(raw)));
    if (book.mode && refusal == Refusal::leverage_out_of_range) continue;
    if (!book.accept_at(node, refusal)) return;
  }
}

void read_holding(BookBuilder& book, AccountId account, const TomlNode& node) {
  TableReader reader(node, "holding", book.form);
  Holding holding;
  holding.instrument = book.instrument(reader, "instrument");
  if (!book.form.ok()) return;
  const Instrument& instrument = book.engine.state.instrument(holding.instrument);
  const bool isolated = book.engine.state.account(account).mode == MarginMode::isolated;
  const Size size = read_size(reader, instrument, true);
  holding.leg = reader.word<Leg>("leg", Need::optional);
  const Need entry_need = instrument.kind == InstrumentKind::option ? Need::optional : Need::required;
  const Price entry = reader.price("entry", entry_need);
  const int decimals = book.engine.state.asset(instrument.settle).decimals;
  holding.isolated =
      Amount::from_raw(reader.decimal("margin", decimals, 0, limits::balance_max * pow10(decimals),
                                      isolated ? Need::required : Need::optional));
  reader.done();
  if (book.form.ok()) holding.lots = lots_of(reader, instrument, size);
  if (!book.form.ok()) return;
  if (find_holding(book.engine.state.account(account), holding.instrument, holding.leg) != nullptr) {
    return reader.wrong("instrument", "has a holding in this account already");
  }
  if (entry > instrument.price_max) {
    return reader.wrong("entry", "is above the instrument's price limit, " +
                                     to_decimal(instrument.price_max.raw(), price_decimals));
  }
  if (entry != Price{}) holding.cost = times(value_per_lot(instrument, entry), holding.lots);
  book.accept_at(node, adopt_holding(book.engine, account, holding));
}

void read_order(BookBuilder& book, AccountId account, const TomlNode& node) {
  TableReader reader(node, "order", book.form);
  PlaceOrder r;
  r.account = account;
  r.order = static_cast<OrderId>(reader.integer("id", 1, INT64_MAX));
  r.instrument = book.instrument(reader, "instrument");
  if (!book.form.ok()) return;
  const Instrument& instrument = book.engine.state.instrument(r.instrument);
  r.side = reader.word<Side>("side");
  r.leg = reader.word<Leg>("leg", Need::optional);
  r.type = reader.word<OrderType>("type", Need::optional);
  r.trigger_by = reader.word<TriggerBy>("trigger_by", Need::optional);
  const Size size = read_size(reader, instrument, false);
  r.price = reader.price("price", Need::optional);
  r.trigger = reader.price("trigger", Need::optional);
  r.trail = reader.price("trail", Need::optional);
  const i128 lots_most = limits::lots_raw_max;
  r.display = Lots::from_raw(static_cast<i64>(reader.decimal("display", 0, 0, lots_most, Need::optional)));
  const Lots filled =
      Lots::from_raw(static_cast<i64>(reader.decimal("filled", 0, 0, lots_most, Need::optional)));
  r.post_only = reader.flag("post_only");
  r.reduce_only = reader.flag("reduce_only");
  reader.done();
  if (book.form.ok()) r.lots = lots_of(reader, instrument, size);
  if (!book.form.ok()) return;
  for (const std::string_view key : {"price", "trigger", "trail"}) {
    const Price price = key == "price" ? r.price : key == "trigger" ? r.trigger : r.trail;
    if (price.raw() % instrument.tick.raw() == 0) continue;
    return reader.wrong(key, to_decimal(price.raw(), price_decimals) + " is not a multiple of the tick, " +
                                 to_decimal(instrument.tick.raw(), price_decimals));
  }
  book.accept_at(node, adopt_order(book.engine, book.at, r, filled));
}

void read_account(BookBuilder& book, const TomlNode& node) {
  TableReader reader(node, "account", book.form);
  OpenAccount r;
  r.name = reader.text("name");
  r.party = PartyId{0};
  r.rulebook = RulebookId{0};
  r.mode = reader.word<MarginMode>("mode");
  r.pooled = reader.flag("pooled");
  r.hedge = reader.flag("hedge");
  if (book.mode) r.mode = book.mode->mode, r.pooled = book.mode->pooled;
  const TomlNode* balances = reader.table("balances");
  const TomlNode* leverage = reader.table("leverage");
  const TomlNode* holdings = reader.array("holding");
  const TomlNode* orders = reader.array("order");
  reader.done();
  if (!book.form.ok()) return;
  if (find_scheme(book.rules, r.mode, r.pooled) == nullptr) {
    return reader.wrong("mode", "must be one that the rulebook has: " + modes_of(book.rules));
  }
  if (!book.accept_at(reader.place("name"), adopt_account(book.engine, r))) return;
  const AccountId account{static_cast<u32>(book.engine.state.accounts.size() - 1)};
  if (balances != nullptr) read_balances(book, account, *balances);
  if (leverage != nullptr && book.form.ok()) read_leverage(book, account, *leverage);
  if (holdings != nullptr) {
    for (const TomlNode& holding : holdings->children) {
      if (book.form.ok()) read_holding(book, account, holding);
    }
  }
  if (orders != nullptr) {
    for (const TomlNode& order : orders->children) {
      if (book.form.ok()) read_order(book, account, order);
    }
  }
}

}  // namespace

void read_accounts(BookBuilder& book, const TomlNode* accounts) {
  if (accounts == nullptr) return;
  if (!book.apply_at(*accounts, OpenParty{"owner"})) return;
  for (const TomlNode& node : accounts->children) {
    if (book.form.ok()) read_account(book, node);
  }
}

}  // namespace lockstep
