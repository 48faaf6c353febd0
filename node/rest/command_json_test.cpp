// Commands from JSON and back: by hand for what people write, and by chance for what no one thinks of.
#include "node/rest/command_json.h"

#include <gtest/gtest.h>

#include "apps/lockstep/replica_check_texts.h"
#include "core/base/prng.h"
#include "core/wire/asked.h"
#include "node/book/words.h"
#include "node/json/json.h"
#include "node/rest/fields.h"
#include "node/rest/testing_engine.h"
#include "node/rules/compile.h"
#include "node/whatif/testing_book.h"

namespace lockstep::rest {
namespace {

Result<Command, api::Error> read(const Engine& engine, std::string_view text) {
  const Result<JsonValue, std::string> json = parse_json(text);
  if (!json) ADD_FAILURE() << text << ": " << json.error();
  return command_of(json.value(), engine, "ops");
}

// Encoding of the command, or the error's reason.
struct CommandJson : testing::Test {
  std::unique_ptr<Engine> engine = with_more(
      whatif::testing_engine(compile_rulebook_text(with_approval(replica_check_rules), "rules").value()));

  void expect(std::string_view text, const Command& expected) {
    const Result<Command, api::Error> command = read(*engine, text);
    ASSERT_TRUE(command) << text << "\n" << command.error().reason;
    EXPECT_EQ(encode(command.value()), encode(expected)) << text;
  }
  void expect_error(std::string_view text, std::string_view param, std::string_view reason,
                    Refusal refusal = Refusal::none) {
    const Result<Command, api::Error> command = read(*engine, text);
    ASSERT_FALSE(command) << text;
    EXPECT_EQ(command.error().param, param) << text;
    EXPECT_EQ(command.error().reason, reason) << text;
    EXPECT_EQ(command.error().refusal, refusal) << text;
    EXPECT_EQ(command.error().code, api::code::invalid_params);
  }
};

TEST_F(CommandJson, MoneyIsOfTheAssetsDecimals) {
  Deposit deposit{AccountId{0}, AssetId{0}, Amount::from_raw(1'500'250'000)};
  expect(R"({"command":"deposit","account":"account","asset":"USDT","amount":"1500.25"})", deposit);
  expect(R"({"command":"deposit","account":"account","asset":"USDT","amount":1500.250})", deposit);
  deposit.asset = AssetId{1};
  deposit.amount = Amount::from_raw(25'000'000);
  expect(R"({"asset":"BTC","amount":"0.25","account":"account","command":"deposit"})", deposit);
  expect_error(R"({"command":"deposit","account":"account","asset":"USDT","amount":"1.0000001"})", "amount",
               "amount: \"1.0000001\" is not a decimal number with at most 6 decimals (those of USDT), "
               "without exponent, such as \"1.5\"");
  // Settled in BTC, 8 decimals.
  Fill fill;
  fill.account = AccountId{0}, fill.instrument = InstrumentId{2}, fill.side = Side::sell;
  fill.price = Price::from_raw(110'000'50000000), fill.lots = Lots::from_raw(12);
  fill.fee = Amount::from_raw(7), fill.taker = false;
  expect(R"({"command":"fill","account":"account","instrument":"BTC-INVERSE","side":"sell","price":"110000.5",
             "size":"120","fee":"0.00000007","taker":false})",
         fill);
}

TEST_F(CommandJson, SizesAreWholeNumbersOfLots) {
  PlaceOrder order;
  order.account = AccountId{0}, order.order = 7, order.instrument = InstrumentId{0}, order.side = Side::sell;
  order.type = OrderType::stop, order.trigger = Price::from_raw(99'999'90000000);
  order.lots = Lots::from_raw(1'500), order.reduce_only = true;
  const std::string head = R"({"command":"place_order","account":"account","order":7,"instrument":"BTC-PERP",
      "side":"sell","type":"stop","trigger":"99999.9","reduce_only":true,)";
  expect(head + R"("size":"1.5"})", order);
  expect(head + R"("lots":1500})", order);
  expect(head + R"("lots":1500,"size":1.5})", order);
  expect_error(head + R"("size":"1.50001"})", "size",
               "size: \"1.50001\" is not a multiple of the lot of BTC-PERP, 0.001");
  expect_error(head + R"("lots":1,"size":"1.5"})", "size",
               "size: \"1.5\" are 1500 lots, but lots says 1; one of them is enough");
  expect_error(head + R"("lots":1.5})", "lots",
               "lots: 1.5 is not a whole number from -9223372036854775808 to 9223372036854775807");
  expect_error(head + R"("display":3})", "lots", "lots: is required");
  // An order that is open is amended by size, too; one that is not has no lot.
  ASSERT_TRUE(apply(*engine, engine->state.time, order).accepted());
  expect(R"({"command":"amend_order","account":"account","order":7,"size":"2"})",
         AmendOrder{AccountId{0}, 7, Price{}, Price{}, Lots::from_raw(2'000)});
  expect_error(R"({"command":"amend_order","account":"account","order":8,"size":"2"})", "size",
               "size: needs the instrument's lot, and no order of this number is open");
}

TEST_F(CommandJson, TimesAndSpans) {
  ScheduleEpoch schedule;
  schedule.rulebook = RulebookId{0}, schedule.epoch = 2;
  schedule.at_time = Time::from_raw(1'774'598'400'000'000), schedule.steps = 3;
  schedule.every = Duration::from_raw(43'200'000'000);
  const std::string head = R"({"command":"schedule_epoch","rulebook":"self-test","epoch":2,"steps":3,)";
  expect(head + R"("every":"12 h","at_time_ms":1774598400000})", schedule);
  expect(head + R"("every":"720 min","at_time":"2026-03-27T08:00:00Z"})", schedule);
  expect(head + R"("every":"12 h","at_time":"2026-03-27 08:00","at_time_ms":1774598400000})", schedule);
  schedule.at_time = schedule.at_time + Duration::from_raw(1'000'001);
  expect(head + R"("every":"43200000000 us","at_time":"2026-03-27 08:00:01.000001"})", schedule);
  expect_error(head + R"("every":"12 h","at_time":"2026-03-27 08:00","at_time_ms":1774598400001})",
               "at_time_ms",
               "at_time_ms: 1774598400001 is not the moment of at_time, \"2026-03-27 08:00\"; one of them is "
               "enough");
  expect_error(head + R"("every":12})", "every",
               R"(every: 12 is not a time span such as "30 s", "5 min", "24 h" or "2 d")");
  expect_error(head + R"("at_time":"27.3.2026"})", "at_time",
               "at_time: \"27.3.2026\" has a fraction that is not of microseconds, such as .000001");
  expect_error(head + R"("at_time":"tomorrow"})", "at_time",
               "at_time: \"tomorrow\" is no UTC time such as \"2026-03-27T08:00:00\"");
}

TEST_F(CommandJson, RowsAndWhatTheyAreAbout) {
  IndexPrices prices;
  prices.source = 9, prices.sequence = 18'446'744'073'709'551'615u;
  prices.rows = {{IndexId{0}, Price::from_raw(1)}, {IndexId{1}, Price::from_raw(price_one)}};
  expect(R"({"command":"index_prices","source":9,"sequence":18446744073709551615,
             "rows":[{"index":"BTCUSDT","price":"0.00000001"},{"index":"ETHUSDT","price":"1"}]})",
         prices);
  Observations observations;
  observations.sequence = 1;
  observations.rows = {{ObservationKind::depth, 1, Time{}, Value::from_raw(value_one / 2)},
                       {ObservationKind::confidence, 1, Time{}, Value::from_raw(1)},
                       {ObservationKind::debts, 1, Time{}, Value{}}};
  expect(R"({"command":"observations","sequence":1,"rows":[
             {"kind":"depth","subject":"ETH-PERP","value":"0.5"},
             {"kind":"confidence","subject":"ETHUSDT","value":"0.0000000000000001"},
             {"kind":"debts","subject":"BTC","value":"0"}]})",
         observations);
  VolatilitySurface surface;
  surface.index = IndexId{0}, surface.sequence = 4;
  surface.rows = {{Time::from_raw(1'774'598'400'000'000), {SliceKind::essvi, 100, -3, 7, 0, 0}}};
  expect(R"({"command":"volatility_surface","index":"BTCUSDT","sequence":4,"rows":[
             {"expiry_ms":1774598400000,"slice":{"kind":"essvi","p0":100,"p1":-3,"p2":7}}]})",
         surface);
  expect_error(R"({"command":"index_prices","sequence":1,"rows":[{"index":"BTCUSDT","price":"1"},7]})",
               "rows[1]", "rows[1]: is 7 and must be an object");
  expect_error(R"({"command":"index_prices","sequence":1,"rows":[{"index":"BTCUSDT","price":"1","x":1}]})",
               "rows[0].x", "rows[0].x: is not a field of a row of rows; it has index, price");
  expect_error(
      R"({"command":"index_prices","sequence":1,"rows":[{"index":"BTCUSDT","price":"1e3"}]})",
      "rows[0].price",
      "rows[0].price: \"1e3\" is not a decimal number with at most 8 decimals, without exponent, such "
      "as \"1.5\"");
  expect_error(R"({"command":"index_prices","sequence":1,"rows":{}})", "rows",
               "rows: is an object and must be an array");
}

TEST_F(CommandJson, WhatIsWrongIsNamed) {
  expect_error(R"({"command":"deposit","account":"nobody","asset":"USDT","amount":"1"})", "account",
               "account: there is no account \"nobody\"", Refusal::unknown_account);
  expect_error(R"({"command":"deposit","account":0,"asset":"USDT","amount":"1"})", "account",
               "account: is 0 and must be the name of an account");
  expect_error(R"({"command":"deposit","account":"account","asset":"USDT"})", "amount",
               "amount: is required");
  expect_error(R"({"command":"deposit","account":"account","asset":null,"amount":"1"})", "asset",
               "asset: is required");
  expect_error(R"({"command":"deposit","account":"account","asset":"USDT","amount":"1","memo":"x"})", "memo",
               "memo: is not a field of deposit; it has account, asset, amount");
  expect_error(R"({"command":"tick","":true})", "\"\"", R"("": is not a field of tick; it has none)");
  expect_error(R"({"command":"tick","a\nb":true})", R"("a\nb")",
               R"("a\nb": is not a field of tick; it has none)");
  expect_error(R"({"command":"deposit","account":"a\nb","asset":"USDT","amount":"1"})", "account",
               R"(account: there is no account "a\nb")", Refusal::unknown_account);
  expect_error(R"({"command":"tick","now":true})", "now", "now: is not a field of tick; it has none");
  expect_error(R"({"command":"set_margin_mode","account":"account","mode":"regT"})", "mode",
               "mode: \"regT\" is none of isolated, cross, portfolio");
  expect_error(R"({"command":"set_margin_mode","account":"account","mode":"cross","pooled":1})", "pooled",
               "pooled: 1 must be true or false");
  expect_error(R"({"command":"register_asset","name":"XRP","decimals":300})", "decimals",
               "decimals: 300 is not a whole number from 0 to 255");
}

TEST_F(CommandJson, OnlyWhatOthersMaySay) {
  for (const char* name : {"request", "register_replica", "retire_replica", "epoch_ready", "upgrade_ready",
                           "instruction", "Deposit", ""}) {
    const Result<Command, api::Error> command =
        read(*engine, R"({"command":")" + std::string(name) + R"("})");
    ASSERT_FALSE(command) << name;
    EXPECT_EQ(command.error().param, "command") << name;
  }
  const std::vector<std::string_view> names = command_names();
  EXPECT_EQ(names.front(), "register_asset");
  EXPECT_EQ(std::count(names.begin(), names.end(), "approve_epoch"), 1);
  EXPECT_EQ(std::count(names.begin(), names.end(), "request"), 0);
}

TEST_F(CommandJson, TheProposerIsWhoAsks) {
  expect(R"({"command":"approve_epoch","rulebook":"self-test","epoch":1,"note":"seen"})",
         ApproveEpoch{RulebookId{0}, 1, "ops", "seen"});
  expect_error(R"({"command":"approve_epoch","rulebook":"self-test","epoch":1,"by":"boss"})", "by",
               "by: is always who asks, \"ops\"; leave it out");
  const Result<Command, api::Error> command =
      read(*engine, R"({"command":"propose_rulebook","rulebook_text":"rulebook = 7"})");
  ASSERT_FALSE(command);
  EXPECT_EQ(command.error().param, "rulebook_text");
  EXPECT_EQ(command.error().reason.substr(0, 16), "rulebook_text:1:");
}

TEST_F(CommandJson, WhatIsWritten) {
  const State& state = engine->state;
  EXPECT_EQ(command_json(Deposit{AccountId{1}, AssetId{1}, Amount::from_raw(-1)}, state),
            R"({"command":"deposit","account":"desk/two","asset":"BTC","amount":"-0.00000001"})");
  EXPECT_EQ(command_json(Deposit{AccountId{57}, AssetId{99}, Amount::from_raw(5)}, state),
            R"({"command":"deposit","account":"#57","asset":"#99","amount_units":"5"})");
  EXPECT_EQ(event_json(MarginCalled{AccountId{0}, AssetId{0}, Amount::from_raw(1'250'000),
                                    Time::from_raw(1'760'003'600'000'000)},
                       state),
            R"({"event":"margin_called","account":"account","asset":"USDT","amount":"1.25",)"
            R"("deadline":"2025-10-09 09:53:20","deadline_ms":1760003600000})");
  EXPECT_EQ(
      event_json(HoldingChanged{AccountId{0}, InstrumentId{2}, Leg::net, Lots::from_raw(-3), Value{}}, state),
      R"({"event":"holding_changed","account":"account","instrument":"BTC-INVERSE","leg":"net",)"
      R"("lots":-3,"size":"-30","realised":"0"})");
  EXPECT_EQ(event_json(EpochActivated{RulebookId{0}, 2, (u128{1} << 64) | 255, 0}, state).substr(0, 103),
            R"({"event":"epoch_activated","rulebook":"self-test","epoch":2,)"
            R"("before":"000000000000000100000000000000ff")");
  const Bytes inner = encode(instruct("ops", "", Tick{}));
  Request request;
  request.client = 4, request.sequence = 2;
  request.command.assign(inner.begin(), inner.end());
  EXPECT_EQ(command_json(request, state), R"({"command":"tick"})");
  request.command = "x";
  EXPECT_EQ(command_json(request, state), R"({"command":"request","client":4,"sequence":2})");
}

// ---- any command of the engine's kind comes back as it was ----

struct Chance {
  const State& state;
  const Rulebook& rules;
  Prng prng;

  template <class T>
  void fill(T& x) {
    T::each_field(x, [&](std::string_view name, auto& field) { draw(x, name, field); });
  }

  template <class T, class F>
  void draw(T& x, std::string_view name, F& field) {
    if constexpr (std::is_same_v<F, Rulebook>) {
      field = rules;
    } else if constexpr (is_vector<F>) {
      field.resize(prng.below(4));
      for (auto& row : field) fill(row);
    } else if constexpr (HasFields<F>) {
      fill(field);
    } else if constexpr (IsId<F>) {
      field.index = static_cast<u32>(prng.below(table_of(state, field).size()));
    } else if constexpr (std::is_enum_v<F>) {
      field = static_cast<F>(prng.below(static_cast<u64>(LastValue<F>::last) + 1));
    } else if constexpr (std::is_same_v<F, bool>) {
      field = prng.chance(1, 2);
    } else if constexpr (std::is_same_v<F, std::string>) {
      field = name == "by" ? "ops" : name == "note" ? "a \"note\"\nof two lines \xc3\xa9" : "name";
    } else if constexpr (std::is_same_v<F, Time>) {
      // 2010 to 2090; none
      const i64 us = prng.between(1'262'304'000'000'000, 3'786'912'000'000'000);
      field = Time::from_raw(prng.chance(1, 4) ? us : prng.chance(1, 2) ? us / 1000 * 1000 : 0);
      if (needs_moment(x)) field = Time::from_raw(us);
    } else if constexpr (std::is_same_v<F, Duration>) {
      constexpr i64 units[] = {1, 1'000, 1'000'000, 86'400'000'000};
      field = Duration::from_raw(prng.between(0, 2'000'000) * units[prng.below(4)]);
    } else if constexpr (std::is_same_v<F, Value> || std::is_same_v<F, Amount>) {
      field = F::from_raw(i128{static_cast<i64>(prng.next())} * (prng.chance(1, 2) ? 1 : 1'000'000'007));
    } else if constexpr (std::is_same_v<F, Lots>) {
      field = F::from_raw(prng.between(-(i64{1} << 40), i64{1} << 40));
    } else if constexpr (IsDecimal<F>) {
      field = F::from_raw(static_cast<i64>(prng.next()));
    } else if constexpr (std::is_same_v<T, ObservedValue>) {
      const ObservationSubject subject = subject_of(x.kind);
      field = static_cast<u32>(prng.below(subject == ObservationSubject::instrument ? state.instruments.size()
                                          : subject == ObservationSubject::index    ? state.indexes.size()
                                                                                    : state.assets.size()));
    } else {
      field = static_cast<F>(prng.next());
    }
  }
  template <class T>
  static bool needs_moment(const T&) {
    return std::is_same_v<T, ExpirySlice> || std::is_same_v<T, ExpiryForward>;
  }
};

template <class T>
void check(const Engine& engine, Chance& chance, int times) {
  if constexpr (may_be_asked<T>) {
    for (int i = 0; i < times; ++i) {
      T x;
      chance.fill(x);
      const Command command = x;
      const std::string text = command_json(command, engine.state);
      const Result<Command, api::Error> back = read(engine, text);
      ASSERT_TRUE(back) << text << "\n" << back.error().reason;
      ASSERT_EQ(encode(back.value()), encode(command)) << text;
    }
  }
}

template <std::size_t... I>
void check_all(const Engine& engine, Chance& chance, std::index_sequence<I...>) {
  using std::variant_alternative_t;
  (check<variant_alternative_t<I, Command>>(
       engine, chance, std::is_same_v<variant_alternative_t<I, Command>, ProposeRulebook> ? 2 : 200),
   ...);
}

TEST_F(CommandJson, AnyCommandComesBack) {
  Chance chance{engine->state, engine->state.rulebooks[0].rules(), Prng(7)};
  check_all(*engine, chance, std::make_index_sequence<std::variant_size_v<Command>>());
}

}  // namespace
}  // namespace lockstep::rest
