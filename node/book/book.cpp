// The market half of a book: assets, rulebook, indexes, instruments, surfaces, marks, in the order in which
// the engine can take them.
#include "node/book/book.h"

#include <algorithm>

#include "core/engine/adopt.h"
#include "core/ledger/valuation.h"
#include "node/book/builder.h"

namespace lockstep {
namespace {

constexpr u16 book_source = 1;
constexpr u8 dollar_decimals = 8;  // of a dollar that a book does not have (open_book_as)

// Prices of options in coin stay far below this; everything else is in quote units.
constexpr i64 coin_price_max = 100 * price_one;
constexpr i64 quote_price_max = i64{10'000'000} * price_one;

template <class Id>
Id find_name(const NameTable& names, TableReader& reader, std::string_view key, const char* what) {
  const std::string name = reader.text(key);
  const auto it = names.find(name);
  if (it != names.end()) return Id{it->second};
  reader.wrong(key, "names no " + std::string(what) + " of this book: \"" + name + "\"");
  return Id{0};
}

void read_assets(BookBuilder& book, const TomlNode* assets) {
  if (assets == nullptr) return;
  for (const TomlNode& node : assets->children) {
    if (node.kind != TomlKind::integer || node.integer < 0 || node.integer > limits::asset_decimals_max) {
      return book.form.fail(node, node.key + " must be the number of decimals of its ledger, 0 to " +
                                      std::to_string(limits::asset_decimals_max));
    }
    if (!book.apply_at(node, RegisterAsset{node.key, static_cast<u8>(node.integer)})) return;
  }
  const std::string& money = book.rules.money;
  if (!money.empty() && assets->find(money) == nullptr && book.mode) {
    book.apply_at(*assets, RegisterAsset{money, dollar_decimals});
  } else if (!money.empty() && assets->find(money) == nullptr) {
    return book.form.fail(*assets, "assets lacks " + money + ", in which the rulebook counts");
  }
  if (!book.apply_at(*assets, ProposeRulebook{book.rules})) return;
  ScheduleEpoch schedule;
  schedule.rulebook = RulebookId{0};
  schedule.epoch = 1;
  book.apply_at(*assets, schedule);
}

void read_index(BookBuilder& book, const TomlNode& node) {
  TableReader reader(node, "index " + node.key, book.form);
  RegisterIndex r;
  r.name = node.key;
  r.base = book.asset(reader, "base");
  r.quote = book.asset(reader, "quote");
  const Price price = reader.price("price", Need::optional);
  reader.done();
  if (!book.form.ok() || !book.apply_at(node, r) || price == Price{}) return;
  const IndexId id{static_cast<u32>(book.engine.state.indexes.size() - 1)};
  book.apply_at(reader.place("price"), IndexPrices{book_source, ++book.sequence, {{id, price}}});
}

// As much as the limits allow.
void default_limits(const State& state, RegisterInstrument& r) {
  Instrument shape;
  shape.kind = r.kind;
  shape.inverse = r.inverse;
  shape.index = r.index;
  shape.lot = r.lot;
  shape.settle = r.inverse ? state.index(r.index).base : state.index(r.index).quote;
  if (r.price_max == Price{}) {
    const i64 most = r.kind == InstrumentKind::option && r.inverse ? coin_price_max : quote_price_max;
    r.price_max = Price::from_raw(std::max(most - most % r.tick.raw(), r.tick.raw()));
  }
  if (r.lots_max == Lots{}) {
    const bool contract = shape.inverse && is_margined(shape);
    const i128 per_lot = std::max(notional_per_lot(shape, contract ? r.tick : r.price_max).raw(), i128{1});
    const i128 most = std::min(limits::holding_value_raw_max / per_lot, i128{limits::lots_raw_max});
    r.lots_max = Lots::from_raw(static_cast<i64>(most));
  }
}

// What is said of its market goes into `mark`; it is applied after the surfaces, which would undo it.
void read_instrument(BookBuilder& book, const TomlNode& node,
                     std::vector<std::pair<const TomlNode*, MarkPrice>>& marks) {
  TableReader reader(node, "instrument " + node.key, book.form);
  RegisterInstrument r;
  r.name = node.key;
  r.rulebook = RulebookId{0};
  r.kind = reader.word<InstrumentKind>("kind");
  r.inverse = reader.flag("inverse");
  r.index = book.index(reader, "index");
  r.lot = static_cast<i64>(reader.decimal("lot", lot_decimals, 1, i128{1'000'000} * pow10(lot_decimals)));
  r.tick = reader.price("tick");
  r.price_max = reader.price("price_max", Need::optional);
  r.lots_max = Lots::from_raw(
      static_cast<i64>(reader.decimal("lots_max", 0, 1, limits::lots_raw_max, Need::optional)));
  r.expiry = reader.time("expiry", Need::optional);
  r.averaging = reader.span("averaging", Need::optional);
  r.strike = reader.price("strike", Need::optional);
  r.option = reader.word<OptionType>("option", Need::optional);
  MarkPrice mark;
  mark.price = reader.price("mark", Need::optional);
  mark.volatility = reader.percentage("volatility", Need::optional);
  mark.forward = reader.price("forward", Need::optional);
  reader.done();
  if (!book.form.ok()) return;
  if (r.expiry != Time{} && r.expiry <= book.at)
    return reader.wrong("expiry", "lies before the time of the book");
  default_limits(book.engine.state, r);
  if (!book.apply_at(node, r)) return;
  mark.instrument = InstrumentId{static_cast<u32>(book.engine.state.instruments.size() - 1)};
  if (mark.price == Price{} && mark.volatility == Rate{} && mark.forward == Price{}) return;
  marks.emplace_back(&node, mark);
}

// To the nearest multiple of 2^-40.
i64 parameter(TableReader& reader, std::string_view key) {
  constexpr int decimals = 12;
  const i128 raw = reader.decimal(key, decimals, -1000 * pow10(decimals), 1000 * pow10(decimals));
  return static_cast<i64>(mul_div(raw, slice_one, pow10(decimals), Round::nearest));
}

SurfaceSlice read_slice(BookBuilder& book, TableReader& surface) {
  SurfaceSlice slice;
  const TomlNode* svi = surface.table("svi");
  const TomlNode* essvi = surface.table("essvi");
  if ((svi == nullptr) == (essvi == nullptr)) {
    book.form.fail(surface.node(),
                   "surface needs one of svi = { a, b, rho, m, sigma } and essvi = { theta, rho, psi }");
    return slice;
  }
  slice.kind = svi != nullptr ? SliceKind::svi : SliceKind::essvi;
  TableReader reader(svi != nullptr ? *svi : *essvi, std::string(word(slice.kind)), book.form);
  if (svi != nullptr) {
    slice.p0 = parameter(reader, "a");
    slice.p1 = parameter(reader, "b");
    slice.p2 = parameter(reader, "rho");
    slice.p3 = parameter(reader, "m");
    slice.p4 = parameter(reader, "sigma");
  } else {
    slice.p0 = parameter(reader, "theta");
    slice.p1 = parameter(reader, "rho");
    slice.p2 = parameter(reader, "psi");
  }
  reader.done();
  return slice;
}

void read_surface(BookBuilder& book, const TomlNode& node) {
  TableReader reader(node, "surface", book.form);
  const IndexId index = book.index(reader, "index");
  const Time expiry = reader.time("expiry");
  const Price forward = reader.price("forward");
  const SurfaceSlice slice = read_slice(book, reader);
  reader.done();
  if (!book.form.ok()) return;
  if (find_series(book.engine.state, index, expiry) == nullptr) {
    return reader.wrong("expiry", "no option of this book on this index expires then");
  }
  if (!book.apply_at(node, ForwardCurve{index, book_source, ++book.sequence, {{expiry, forward}}})) return;
  book.apply_at(node, VolatilitySurface{index, book_source, ++book.sequence, {{expiry, slice}}});
}

// The subject is looked up in the table that the kind is about.
u32 read_subject(BookBuilder& book, TableReader& reader, ObservationKind kind) {
  switch (subject_of(kind)) {
    case ObservationSubject::instrument: return book.instrument(reader, "of").index;
    case ObservationSubject::index: return book.index(reader, "of").index;
    case ObservationSubject::asset: break;
  }
  return book.asset(reader, "of").index;
}

void read_observation(BookBuilder& book, const TomlNode& node) {
  TableReader reader(node, "observation", book.form);
  ObservedValue row;
  row.kind = reader.word<ObservationKind>("kind");
  row.subject = read_subject(book, reader, row.kind);
  row.expiry = reader.time("expiry", Need::optional);
  const i128 most = limits::requirement_raw_max;
  row.value = Value::from_raw(reader.decimal("value", value_decimals, -most, most));
  reader.done();
  if (book.form.ok()) book.apply_at(node, Observations{book_source, ++book.sequence, {row}});
}

void read_market(BookBuilder& book, TableReader& root) {
  read_assets(book, root.table("assets", Need::required));
  if (!book.form.ok()) return;
  if (const TomlNode* indexes = root.table("index", Need::required)) {
    for (const TomlNode& node : indexes->children) {
      if (book.form.ok()) read_index(book, node);
    }
    if (book.form.ok() && book.mode) add_dollars(book, *indexes);
  }
  std::vector<std::pair<const TomlNode*, MarkPrice>> marks;
  if (const TomlNode* instruments = root.table("instrument")) {
    for (const TomlNode& node : instruments->children) {
      if (book.form.ok()) read_instrument(book, node, marks);
    }
  }
  if (const TomlNode* surfaces = root.array("surface")) {
    for (const TomlNode& node : surfaces->children) {
      if (book.form.ok()) read_surface(book, node);
    }
  }
  for (const auto& [node, mark] : marks) {
    if (book.form.ok()) book.apply_at(*node, MarkPrices{book_source, ++book.sequence, {mark}});
  }
  if (const TomlNode* observations = root.array("observation")) {
    for (const TomlNode& node : observations->children) {
      if (book.form.ok()) read_observation(book, node);
    }
  }
}

}  // namespace

bool BookBuilder::accept_at(const TomlNode& node, Refusal refusal, const Outcome* outcome) {
  if (refusal == Refusal::none) return true;
  std::string what = std::string(refusal_text(refusal));
  if (refusal == Refusal::instrument_without_parameters) what += ": " + node.key;
  if (outcome != nullptr && outcome->gap != no_gap) {
    what += ": " + rules.gaps[outcome->gap].name + ", " + rules.gaps[outcome->gap].text;
  }
  if (outcome != nullptr && outcome->missing != Value{}) {
    what += ": " + to_decimal(outcome->missing.raw(), value_decimals) + " " +
            engine.state.asset(outcome->asset).name + " missing; binds " + outcome->binds;
  }
  form.fail(node, what + " (refusal " + std::to_string(static_cast<unsigned>(refusal)) + " " +
                      std::string(refusal_name(refusal)) + ")");
  return false;
}

bool BookBuilder::apply_at(const TomlNode& node, const Command& command) {
  const Outcome outcome = apply(engine, at, command);
  return accept_at(node, outcome.refusal, &outcome);
}

AssetId BookBuilder::asset(TableReader& reader, std::string_view key) {
  return find_name<AssetId>(engine.lookup.assets, reader, key, "asset");
}
IndexId BookBuilder::index(TableReader& reader, std::string_view key) {
  return find_name<IndexId>(engine.lookup.indexes, reader, key, "index");
}
InstrumentId BookBuilder::instrument(TableReader& reader, std::string_view key) {
  return find_name<InstrumentId>(engine.lookup.instruments, reader, key, "instrument");
}

Result<std::unique_ptr<Engine>, Fault> open_book(std::string_view text, const std::string& file_name,
                                                 const Rulebook& rules) {
  return open_book_as(text, file_name, rules, {});
}

Result<std::unique_ptr<Engine>, Fault> open_book_as(std::string_view text, const std::string& file_name,
                                                    const Rulebook& rules, std::optional<BookMode> mode) {
  const Result<TomlNode, Fault> tree = parse_toml(text, file_name);
  if (!tree) return tree.error();
  auto engine = std::make_unique<Engine>();
  engine->explains = true;
  BookBuilder book{*engine, rules, Form(file_name), Time{}, mode};
  TableReader root(tree.value(), "the book", book.form);
  book.at = root.time("at");
  if (book.form.ok()) read_market(book, root);
  const TomlNode* accounts = root.array("account", Need::required);
  if (book.form.ok()) read_accounts(book, accounts);
  root.done();
  if (!book.form.ok()) return book.form.fault();
  adopt_states(*engine);
  return engine;
}

}  // namespace lockstep
