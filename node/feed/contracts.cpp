#include "node/feed/contracts.h"

#include "core/units/limits.h"
#include "node/feed/calendar.h"
#include "node/feed/csv.h"

namespace lockstep {
namespace {

constexpr Price option_tick = Price::from_raw(10'000);                // 0.0001 coin
constexpr Price option_price_max = Price::from_raw(100 * price_one);  // a put is worth K/F and more
constexpr i64 option_coins_max = 1'000'000;
constexpr i64 inverse_lots_max = 1'000'000'000;
constexpr i128 linear_value_max = 1'000'000'000'000;  // quote units of one holding at price_max
constexpr i64 price_factor_max = 10;

i64 power_of_ten_below(i128 x) {
  i64 result = 1;
  while (i128{result} * 10 <= x) result *= 10;
  return result;
}

Price price_max_of(Price first, Price tick) {
  const i128 high = i128{first.raw()} * price_factor_max;
  const i128 ticks =
      div(high < limits::price_raw_max ? high : i128{limits::price_raw_max}, tick.raw(), Round::down);
  return Price::from_raw(static_cast<i64>(ticks * tick.raw()));
}

}  // namespace

bool parse_option_name(std::string_view name, OptionQuote& quote) {
  std::array<std::string_view, 4> parts;
  std::string_view rest = name;
  for (std::size_t i = 0; i < 3; ++i) {
    const std::size_t dash = rest.find('-');
    if (dash == std::string_view::npos) return false;
    parts[i] = rest.substr(0, dash);
    rest.remove_prefix(dash + 1);
  }
  parts[3] = rest;
  u8 coin = 0;
  while (coin < coins.size() && coins[coin].name != parts[0]) ++coin;
  if (coin == coins.size() || (parts[3] != "C" && parts[3] != "P")) return false;
  std::string strike(parts[2]);
  for (char& c : strike) {
    if (c != 'd' && (c < '0' || c > '9')) return false;
    if (c == 'd') c = '.';
  }
  i64 raw = 0;
  if (!parse_number(strike, price_decimals, raw) || raw <= 0 || raw > limits::price_raw_max) return false;
  Time expiry;
  if (name.size() > limits::name_size_max || !parse_expiry(parts[1], expiry)) return false;
  quote.name = name;
  quote.coin = coin;
  quote.expiry = expiry;
  quote.strike = Price::from_raw(raw);
  quote.option = parts[3] == "C" ? OptionType::call : OptionType::put;
  return true;
}

std::string option_name(u8 coin, Time expiry, Price strike, OptionType option) {
  std::string number = to_decimal(strike.raw(), price_decimals);
  for (char& c : number) {
    if (c == '.') c = 'd';
  }
  return std::string(coins[coin].name) + "-" + format_expiry(expiry) + "-" + number +
         (option == OptionType::call ? "-C" : "-P");
}

RegisterInstrument option_contract(const OptionQuote& quote, RulebookId rulebook, IndexId index) {
  RegisterInstrument contract;
  contract.name = quote.name;
  contract.rulebook = rulebook;
  contract.kind = InstrumentKind::option;
  contract.inverse = true;
  contract.index = index;
  contract.lot = coins[quote.coin].option_lot;
  contract.tick = option_tick;
  contract.price_max = option_price_max;
  contract.lots_max = Lots::from_raw(option_coins_max * price_one / contract.lot);
  contract.expiry = quote.expiry;
  contract.strike = quote.strike;
  contract.option = quote.option;
  contract.averaging = Duration::from_raw(30 * minute.raw());
  return contract;
}

RegisterInstrument inverse_perpetual(u8 coin, Price first, RulebookId rulebook, IndexId index) {
  RegisterInstrument contract;
  contract.name = std::string(coins[coin].name) + "-PERPETUAL";
  contract.rulebook = rulebook;
  contract.kind = InstrumentKind::perpetual;
  contract.inverse = true;
  contract.index = index;
  contract.lot = coins[coin].perpetual_lot;
  contract.tick = coins[coin].perpetual_tick;
  contract.price_max = price_max_of(first, contract.tick);
  contract.lots_max = Lots::from_raw(inverse_lots_max);
  return contract;
}

RegisterInstrument linear_perpetual(const std::string& symbol, Price first, RulebookId rulebook,
                                    IndexId index) {
  LS_ASSERT(first.raw() > 0);
  RegisterInstrument contract;
  contract.name = symbol;
  contract.rulebook = rulebook;
  contract.kind = InstrumentKind::perpetual;
  contract.index = index;
  contract.tick = Price::from_raw(power_of_ten_below(first.raw() / 1'000'000));
  contract.lot = power_of_ten_below(div(i128{100} * price_one * price_one, first.raw(), Round::down));
  contract.price_max = price_max_of(first, contract.tick);
  const i128 lot_value_raw = i128{contract.price_max.raw()} * contract.lot;  // 10^-16 quote
  const i128 lots = div(linear_value_max * value_one, lot_value_raw, Round::down);
  contract.lots_max =
      Lots::from_raw(static_cast<i64>(lots < limits::lots_raw_max ? lots : limits::lots_raw_max));
  return contract;
}

Price on_tick(Price price, Price tick) {
  const i128 ticks = div(price.raw(), tick.raw(), Round::nearest);
  return Price::from_raw(static_cast<i64>((ticks > 0 ? ticks : 1) * tick.raw()));
}

}  // namespace lockstep
