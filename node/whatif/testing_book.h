// One account in a small market, for tests and benchmarks of what-if: 10 BTC long from 100000, mark 110000,
// on 200000 USDT, at leverage 20.
#pragma once

#include <memory>

#include "core/engine/engine.h"

namespace lockstep::whatif {

inline std::unique_ptr<Engine> testing_engine(const Rulebook& rules) {
  auto engine = std::make_unique<Engine>();
  const Time now = Time::from_raw(1'760'000'000'000'000);
  const auto must = [&](const Command& command) { LS_ASSERT(apply(*engine, now, command).accepted()); };
  const auto price = [](i64 whole) { return Price::from_raw(whole * price_one); };
  must(RegisterAsset{"USDT", 6});
  must(RegisterAsset{"BTC", 8});
  must(RegisterAsset{"ETH", 8});
  ProposeRulebook propose;
  propose.image = rules;
  std::erase_if(propose.image.collateral, [](const Collateral& row) {
    return row.asset != "USDT" && row.asset != "BTC" && row.asset != "ETH";
  });
  must(propose);
  ScheduleEpoch schedule;
  schedule.rulebook = RulebookId{0};
  schedule.epoch = 1;
  must(schedule);
  must(RegisterIndex{"BTCUSDT", AssetId{1}, AssetId{0}});
  must(RegisterIndex{"ETHUSDT", AssetId{2}, AssetId{0}});
  for (const u32 at : {0u, 1u}) {
    RegisterInstrument r;
    r.name = at == 0 ? "BTC-PERP" : "ETH-PERP";
    r.kind = InstrumentKind::perpetual;
    r.index = IndexId{at};
    r.rulebook = RulebookId{0};
    r.lot = price_one / 1000;
    r.tick = Price::from_raw(price_one / 10);
    r.price_max = price(10'000'000);
    r.lots_max = Lots::from_raw(100'000'000);
    must(r);
  }
  must(OpenParty{"owner"});
  OpenAccount open;
  open.name = "account";
  open.party = PartyId{0};
  open.rulebook = RulebookId{0};
  open.mode = MarginMode::cross;
  must(open);
  IndexPrices indexes;
  indexes.source = 1, indexes.sequence = 1;
  indexes.rows = {{IndexId{0}, price(110'100)}, {IndexId{1}, price(4'000)}};
  must(indexes);
  MarkPrices marks;
  marks.source = 1, marks.sequence = 2;
  MarkPrice mark;
  mark.instrument = InstrumentId{0}, mark.price = price(110'000);
  marks.rows.push_back(mark);
  mark.instrument = InstrumentId{1}, mark.price = price(4'000);
  marks.rows.push_back(mark);
  must(marks);
  Deposit deposit;
  deposit.account = AccountId{0};
  deposit.asset = AssetId{0};
  deposit.amount = Amount::from_raw(i128{200'000} * 1'000'000);
  must(deposit);
  Fill fill;
  fill.account = AccountId{0};
  fill.instrument = InstrumentId{0};
  fill.side = Side::buy;
  fill.price = price(100'000);
  fill.lots = Lots::from_raw(10'000);
  must(fill);
  return engine;
}

}  // namespace lockstep::whatif
