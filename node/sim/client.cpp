#include "node/sim/client.h"

#include "core/wire/codec.h"
#include "node/rules/compile.h"

namespace lockstep::sim {
namespace {

constexpr i64 patience_us = 700'000;

constexpr std::string_view rulebook_text = R"toml(
rulebook = "sim"
version  = "@"
source   = "made for the simulation"
money            = "USDT"
leverage_default = "10"
[scheme.cross]
margin_balance   = "equity"
unit_initial     = "brackets"
unit_maintenance = "brackets"
initial          = "sum(unit) + orders"
maintenance      = "sum(unit)"
orders           = { rule = "worst side", market_buffer = "1 %" }
liquidate        = "margin balance < maintenance"
[collateral]
USDT = "0 %"
[prices]
stale_after = { mark = "24 h", index = "24 h", volatility = "24 h" }
divergence  = { perpetual = "50 %", future = "50 %" }
[prices.allow]
stale    = ["reduce"]
diverged = ["reduce"]
missing  = ["reduce"]
[component.brackets]
kind       = "brackets"
applies_to = ["linear perpetual"]
[component.brackets.rows]
"BTC/USDT" = [["0", "@ %", "10", "0"]]
)toml";

Rulebook rulebook(u32 permille) {
  const std::string percent = std::to_string(permille / 10) + "." + std::to_string(permille % 10);
  std::string text(rulebook_text);
  for (std::size_t at = text.find('@'); at != std::string::npos; at = text.find('@')) {
    text.replace(at, 1, percent);
  }
  Result<Rulebook, Fault> compiled = compile_rulebook_text(text, "sim.toml");
  LS_ASSERT(compiled);
  return std::move(compiled).value();
}

Command draw(const Client& client, Prng& prng, u32 accounts) {
  const AccountId account{static_cast<u32>(prng.below(accounts))};
  const Price price = Price::from_raw((20'000 + prng.between(-2'000, 2'000)) * price_one);
  switch (prng.below(8)) {
    case 0: return Deposit{account, AssetId{0}, Amount::from_raw(prng.between(1, 5'000) * 1'000'000)};
    case 1: return Withdraw{account, AssetId{0}, Amount::from_raw(prng.between(1, 9'000) * 1'000'000)};
    case 2: {
      const AccountId to{static_cast<u32>(prng.below(accounts))};
      return Transfer{account, to, AssetId{0}, Amount::from_raw(prng.between(1, 4'000) * 1'000'000)};
    }
    case 3:
      return MarkPrices{
          static_cast<u16>(client.number), client.sent + 1, {{InstrumentId{0}, price, Rate{}, Price{}}}};
    case 4: {
      PlaceOrder order;
      order.account = account;
      order.order = client.number * 1'000'000 + client.sent;
      order.instrument = InstrumentId{0};
      order.side = prng.chance(1, 2) ? Side::buy : Side::sell;
      order.lots = Lots::from_raw(prng.between(1, 200));
      order.price = price;
      return order;
    }
    default: {
      Fill fill;
      fill.account = account;
      fill.instrument = InstrumentId{0};
      fill.side = prng.chance(1, 2) ? Side::buy : Side::sell;
      fill.lots = Lots::from_raw(prng.between(1, 300));
      fill.price = price;
      fill.fee = Amount::from_raw(prng.between(0, 100));
      return fill;
    }
  }
}

}  // namespace

Command venue_rulebook(u32 permille) { return ProposeRulebook{rulebook(permille)}; }

std::vector<Command> venue_commands(u32 accounts) {
  std::vector<Command> out = {RegisterAsset{"USDT", 6}, RegisterAsset{"BTC", 8},
                              RegisterIndex{"BTC-USDT", AssetId{1}, AssetId{0}}, venue_rulebook(50)};
  ScheduleEpoch schedule;
  schedule.rulebook = RulebookId{0};
  schedule.epoch = 1;
  out.push_back(schedule);
  RegisterInstrument r;
  r.name = "BTCUSDT";
  r.kind = InstrumentKind::perpetual;
  r.index = IndexId{0};
  r.rulebook = RulebookId{0};
  r.lot = price_one / 1000;
  r.tick = Price::from_raw(price_one / 10);
  r.price_max = Price::from_raw(1'000'000 * price_one);
  r.lots_max = Lots::from_raw(1'000'000);
  out.push_back(r);
  out.push_back(OpenParty{"clients"});
  out.push_back(IndexPrices{1, 1, {{IndexId{0}, Price::from_raw(20'000 * price_one)}}});
  out.push_back(MarkPrices{1, 1, {{InstrumentId{0}, Price::from_raw(20'000 * price_one), Rate{}, Price{}}}});
  for (u32 i = 0; i < accounts; ++i) {
    out.push_back(OpenAccount{"account-" + std::to_string(i), PartyId{0}, RulebookId{0}, MarginMode::cross,
                              false, false});
    out.push_back(Deposit{AccountId{i}, AssetId{0}, Amount::from_raw(i64{10'000} * 1'000'000)});
  }
  return out;
}

bool turn(Client& client, const Board& board, i64 now_us, Prng& prng, u32 accounts, bool may_send) {
  const std::string place = padded(client.number) + "/" + padded(client.sent);
  if (client.sent > client.answered) {
    const Result<std::optional<std::string>, Fault> reply = get(board, "reply/" + place);
    if (!reply) return false;
    if (reply.value()) {
      client.replies.push_back(*reply.value());
      client.answered = client.sent;
      return true;
    }
    if (now_us - client.asked_at < patience_us) return true;
    client.asked_at = now_us;
    return static_cast<bool>(send(board, client.number, client.sent, client.commands.back()));
  }
  const bool scripted = client.sent < client.script.size();
  if (!may_send || (!scripted && !client.draws)) return true;
  const Bytes bytes = encode(scripted ? client.script[client.sent] : draw(client, prng, accounts));
  client.commands.push_back(text_of(bytes));
  client.sent += 1;
  client.asked_at = now_us;
  return static_cast<bool>(send(board, client.number, client.sent, client.commands.back()));
}

}  // namespace lockstep::sim
