#include "tests/property/market.h"

#include "tests/property/stream.h"

namespace lockstep::property {
namespace {

constexpr u32 usdt = 0, usdc = 1, usd = 2, btc = 3, eth = 4;
constexpr u32 btc_usdt = 0, eth_usdt = 1, btc_usdc = 2, btc_usd = 3;
constexpr i64 one = price_one;

RegisterInstrument contract(const char* name, u32 rulebook, InstrumentKind kind, u32 index, i64 lot,
                            i64 tick) {
  RegisterInstrument r;
  r.name = name;
  r.rulebook = RulebookId{rulebook};
  r.kind = kind;
  r.index = IndexId{index};
  r.lot = lot;
  r.tick = Price::from_raw(tick);
  r.price_max = Price::from_raw(tick * 10'000'000);
  r.lots_max = Lots::from_raw(5'000'000);
  return r;
}

void add_options(std::vector<Command>& setup, bool inverse, Time expiry, const char* series) {
  for (const i64 strike : {70'000, 80'000, 85'000, 88'000, 92'000, 100'000}) {
    for (const OptionType type : {OptionType::call, OptionType::put}) {
      RegisterInstrument r = contract("", 1, InstrumentKind::option, inverse ? btc_usd : btc_usdc,
                                      inverse ? one / 10 : one / 100, inverse ? one / 10'000 : one);
      r.name = std::string(series) + std::to_string(strike) + (type == OptionType::call ? "-C" : "-P");
      r.inverse = inverse;
      r.price_max = inverse ? Price::from_raw(10 * one) : Price::from_raw(1'000'000 * one);
      r.expiry = expiry;
      r.strike = Price::from_raw(strike * one);
      r.option = type;
      r.averaging = Duration::from_raw(30 * minute.raw());
      setup.push_back(r);
    }
  }
}

void add_instruments(std::vector<Command>& setup, Time now) {
  setup.push_back(contract("BTCUSDT", 0, InstrumentKind::perpetual, btc_usdt, one / 1000, one / 10));
  setup.push_back(contract("ETHUSDT", 0, InstrumentKind::perpetual, eth_usdt, one / 1000, one / 100));
  setup.push_back(contract("BTCUSDT-SPOT", 0, InstrumentKind::spot, btc_usdt, one / 1000, one / 10));
  RegisterInstrument dated =
      contract("BTCUSDT-DATED", 0, InstrumentKind::future, btc_usdt, one / 1000, one / 10);
  dated.expiry = now + Duration::from_raw(2 * day.raw());
  setup.push_back(dated);
  RegisterInstrument inverse =
      contract("BTC-PERPETUAL", 1, InstrumentKind::perpetual, btc_usd, 10 * one, one / 2);
  inverse.inverse = true;
  inverse.lots_max = Lots::from_raw(500'000);
  setup.push_back(inverse);
  inverse.name = "BTC-DATED";
  inverse.kind = InstrumentKind::future;
  inverse.expiry = now + Duration::from_raw(3 * day.raw());
  setup.push_back(inverse);
  setup.push_back(
      contract("BTC_USDC-PERPETUAL", 1, InstrumentKind::perpetual, btc_usdc, one / 1000, one / 2));
  add_options(setup, true, now + Duration::from_raw(10 * hour.raw()), "BTC-NEAR-");
  add_options(setup, true, now + Duration::from_raw(9 * day.raw()), "BTC-FAR-");
  add_options(setup, false, now + Duration::from_raw(20 * day.raw()), "BTC_USDC-");
}

void add_accounts(std::vector<Command>& setup) {
  for (u32 n = 0; n < 24; ++n) {
    OpenAccount open;
    open.name = "account-" + std::to_string(n);
    open.party = PartyId{n % 2};
    open.rulebook = RulebookId{n % 2};
    open.mode = static_cast<MarginMode>(n / 2 % 3);
    open.pooled = n / 6 % 2 == 1;
    open.hedge = n / 12 % 2 == 1;
    setup.push_back(open);
  }
  for (u32 n = 0; n < 24; ++n) {  // accounts of modes that a rulebook lacks were refused, and these are too
    setup.push_back(Deposit{AccountId{n}, AssetId{usdt}, Amount::from_raw(i128{50'000} * 1'000'000)});
    setup.push_back(Deposit{AccountId{n}, AssetId{usdc}, Amount::from_raw(i128{30'000} * 1'000'000)});
    setup.push_back(Deposit{AccountId{n}, AssetId{btc}, Amount::from_raw(i128{3} * one)});
  }
}

std::vector<Command> make_setup(Time now) {
  std::vector<Command> setup = {RegisterAsset{"USDT", 6}, RegisterAsset{"USDC", 6}, RegisterAsset{"USD", 2},
                                RegisterAsset{"BTC", 8}, RegisterAsset{"ETH", 8}};
  setup.push_back(RegisterIndex{"BTC-USDT", AssetId{btc}, AssetId{usdt}});
  setup.push_back(RegisterIndex{"ETH-USDT", AssetId{eth}, AssetId{usdt}});
  setup.push_back(RegisterIndex{"BTC-USDC", AssetId{btc}, AssetId{usdc}});
  setup.push_back(RegisterIndex{"BTC-USD", AssetId{btc}, AssetId{usd}});
  setup.push_back(RegisterIndex{"USDC-USDT", AssetId{usdc}, AssetId{usdt}});
  for (u32 n = 0; n < 2; ++n) {
    setup.push_back(ProposeRulebook{rulebooks()[n]});
    setup.push_back(ScheduleEpoch{RulebookId{n}, 1, 0, Time{}});
  }
  setup.push_back(OpenParty{"a-party"});
  setup.push_back(OpenParty{"another-party"});
  add_instruments(setup, now);
  add_accounts(setup);
  return setup;
}

const std::vector<Command>& setup_commands() {
  static const std::vector<Command> setup = make_setup(first_moment);
  return setup;
}

}  // namespace

std::size_t setup_size() { return setup_commands().size(); }

Command setup_command(std::size_t n) { return setup_commands()[n]; }

Price fair_price(const State& state, const Instrument& instrument) {
  const u32 id = static_cast<u32>(&instrument - state.instruments.data());
  if (const Price mark = state.market(InstrumentId{id}).mark; mark.raw() > 0) return mark;
  const Index& index = state.index(instrument.index);
  i64 price = index.price.raw() > 0 ? index.price.raw() : 88'000 * one;
  if (instrument.kind == InstrumentKind::option) {
    const i64 distance = price - instrument.strike.raw();
    const i64 intrinsic = instrument.option == OptionType::call ? distance : -distance;
    const i64 value = (intrinsic > 0 ? intrinsic : 0) + price / 50;  // and a fiftieth for the time
    price = instrument.inverse ? static_cast<i64>(i128{value} * one / price) : value;
  }
  return Price::from_raw(price);
}

i64 usual_lots(const Instrument& instrument) {
  if (instrument.kind == InstrumentKind::option) return 20;
  return instrument.inverse ? 2'000 : 500;
}

}  // namespace lockstep::property
