// What the tests of this module add to the small market of node/whatif/testing_book.h (one account, 10 BTC
// long): an inverse perpetual, an option and a second account.
#pragma once

#include <memory>
#include <string>

#include "core/engine/engine.h"

namespace lockstep::rest {

// The rules, asking for one approval of what follows them.
inline std::string with_approval(const char* rules) {
  return std::string(rules) + "[epochs]\napprovals = \"1\"\nnotice = \"0 s\"\n";
}

inline std::unique_ptr<Engine> with_more(std::unique_ptr<Engine> engine) {
  const auto must = [&](const Command& command) {
    LS_ASSERT(apply(*engine, engine->state.time, command).accepted());
  };
  RegisterInstrument inverse;
  inverse.name = "BTC-INVERSE";
  inverse.rulebook = RulebookId{0};
  inverse.kind = InstrumentKind::perpetual;
  inverse.inverse = true;
  inverse.index = IndexId{0};
  inverse.lot = 10 * price_one;
  inverse.tick = Price::from_raw(price_one / 2);
  inverse.price_max = Price::from_raw(1'000'000 * price_one);
  inverse.lots_max = Lots::from_raw(1'000'000);
  must(inverse);
  RegisterInstrument option;
  option.name = "BTC-27MAR26-100000-C";
  option.rulebook = RulebookId{0};
  option.kind = InstrumentKind::option;
  option.index = IndexId{0};
  option.inverse = true;
  option.lot = price_one / 10;
  option.tick = Price::from_raw(price_one / 2'000);
  option.price_max = Price::from_raw(100 * price_one);
  option.lots_max = Lots::from_raw(1'000'000);
  option.expiry = Time::from_raw(1'774'598'400'000'000);  // 2026-03-27 08:00
  option.strike = Price::from_raw(100'000 * price_one);
  option.option = OptionType::call;
  must(option);
  MarkPrices marks;
  marks.source = 1, marks.sequence = 3;
  marks.rows.push_back(
      {InstrumentId{3}, Price{}, Rate::from_raw(rate_one / 2), Price::from_raw(111'000 * price_one)});
  must(marks);
  must(OpenAccount{"desk/two", PartyId{0}, RulebookId{0}, MarginMode::cross});
  return engine;
}

}  // namespace lockstep::rest
