// Whatever is sent, every method answers or says what is wrong, and the engine's money sums to zero.
#include "core/base/prng.h"
#include "core/ledger/ledger.h"
#include "node/deribit/channels.h"
#include "node/deribit/testing_desk.h"

namespace lockstep::deribit {
namespace {

constexpr const char* names[] = {"instrument_name",
                                 "currency",
                                 "kind",
                                 "amount",
                                 "price",
                                 "type",
                                 "order_id",
                                 "index_name",
                                 "count",
                                 "offset",
                                 "start_timestamp",
                                 "end_timestamp",
                                 "continuation",
                                 "account",
                                 "time_in_force",
                                 "trigger",
                                 "trigger_price",
                                 "trigger_offset",
                                 "display_amount",
                                 "post_only",
                                 "reduce_only",
                                 "add_positions",
                                 "simulated_positions",
                                 "contracts",
                                 "resolution",
                                 "sorting",
                                 "depth",
                                 "extended",
                                 "include_unfilled",
                                 "label",
                                 "expired",
                                 "client_name",
                                 "client_version"};

constexpr const char* values[] = {"\"BTC-PERPETUAL\"",
                                  "\"BTC-1JAN27-50000-C\"",
                                  "\"BTC\"",
                                  "\"any\"",
                                  "\"option\"",
                                  "\"limit\"",
                                  "\"market\"",
                                  "\"stop_limit\"",
                                  "\"trailing_stop\"",
                                  "\"0-7\"",
                                  "\"alice\"",
                                  "\"btc_usd\"",
                                  "\"60\"",
                                  "\"asc\"",
                                  "true",
                                  "false",
                                  "null",
                                  "0",
                                  "1",
                                  "-1",
                                  "10",
                                  "0.5",
                                  "50000",
                                  "1000000000000000000",
                                  "170141183460469231731687303715884105727",
                                  "-170141183460469231731687303715884105728",
                                  "0.00000001",
                                  "0.000000001",
                                  "1e400",
                                  "99999999999999999999999999999999999999999999",
                                  "\"\"",
                                  "\"\\u0000\"",
                                  "\"\\ud83d\\ude00\"",
                                  "[]",
                                  "{}",
                                  "[[[]]]",
                                  "\"0-18446744073709551615\"",
                                  "\"4294967296-1\"",
                                  "\"-\"",
                                  "{\"BTC-PERPETUAL\":10}",
                                  "\"{\\\"BTC-PERPETUAL\\\":-1e9}\"",
                                  "{\"BTC-PERPETUAL\":-100000000000000}",
                                  "253402300799999",
                                  "9007199254740992"};

TEST(Hostile, EveryMethodSurvivesEverything) {
  TestingDesk desk;
  Prng prng(7);
  const auto pick = [&](const auto& list) { return list[prng.next() % std::size(list)]; };
  u32 answered = 0, refused = 0;
  for (int round = 0; round < 400; ++round) {
    for (const api::Method& method : desk.table) {
      std::map<std::string, std::string> chosen;
      for (u64 i = prng.next() % 6; i > 0; --i) chosen[pick(names)] = pick(values);
      // Half of the time what methods need most is there.
      if (prng.next() % 2 == 0) {
        chosen["instrument_name"] = values[prng.next() % 2];
        chosen["currency"] = "\"BTC\"", chosen["order_id"] = "\"0-7\"";
      }
      std::string json = "{";
      for (const auto& [name, value] : chosen)
        json += (json.size() == 1 ? "\"" : ",\"") + name + "\":" + value;
      const Result<JsonValue, std::string> parsed = parse_json(json + "}");
      if (!parsed) continue;  // refused at the door
      const Called called = desk.call(method.name, api::Params(parsed.value()));
      called.code == 0 ? ++answered : ++refused;
      EXPECT_EQ(called.code != 0, !called.message.empty()) << method.name << json;
    }
  }
  EXPECT_GT(answered, 2'000u);
  EXPECT_GT(refused, 2'000u);
  for (u32 i = 0; i < desk.engine->state.assets.size(); ++i) {
    EXPECT_EQ(conservation(desk.engine->state, AssetId{i}), Value{});
  }
}

TEST(Hostile, NamesOfChannels) {
  TestingDesk desk;
  Prng prng(9);
  constexpr const char* parts[] = {"ticker",
                                   "book",
                                   "user",
                                   "portfolio",
                                   "orders",
                                   "changes",
                                   "trades",
                                   "quote",
                                   "BTC-PERPETUAL",
                                   "none",
                                   "10",
                                   "100ms",
                                   "raw",
                                   "any",
                                   "option",
                                   "BTC",
                                   "btc_usd",
                                   "",
                                   ".",
                                   "\xff",
                                   "agg2",
                                   "deribit_price_index",
                                   "platform_state"};
  u32 known = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::string name = parts[prng.next() % std::size(parts)];
    for (u64 i = prng.next() % 5; i > 0; --i)
      name += std::string(".") + parts[prng.next() % std::size(parts)];
    const std::optional<Channel> channel = parse_channel(*desk.engine, name);
    if (!channel) continue;
    ++known;
    EXPECT_EQ(channel->name, name);
    if (channel->kind == ChannelKind::ticker) {
      EXPECT_FALSE(channel->instrument.is_none());
    }
  }
  EXPECT_GT(known, 100u);
}

}  // namespace
}  // namespace lockstep::deribit
