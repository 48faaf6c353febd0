// The contracts of a feed: what is fixed when an instrument is registered.  Contract sizes of the inverse
// ones are Deribit's (an option of one coin, traded in 0.1 BTC or 1 ETH; a perpetual of 10 or 1 USD).  Linear
// perpetuals get a tick and a lot by one rule from their first price, near what venues use: the tick is the
// largest power of ten of at most a millionth of the price, the lot the largest of at most 100 quote units.
//
// Limits: price_max is ten times the first price for perpetuals, and 100 coins for options; lots_max keeps a
// holding at its limits well inside limits::holding_value_raw_max.
#pragma once

#include <array>

#include "core/model/commands.h"
#include "node/feed/tape.h"

namespace lockstep {

constexpr u8 dollar_decimals = 6;  // ledgers of USD, USDT, USDC
constexpr u8 coin_decimals = 8;    // ledgers of everything else

struct Coin {
  std::string_view name;
  i64 option_lot;     // 10^-8 coin
  i64 perpetual_lot;  // 10^-8 USD
  Price perpetual_tick;
};
constexpr std::array<Coin, 2> coins = {{
    {"BTC", 10'000'000, 10 * price_one, Price::from_raw(50'000'000)},
    {"ETH", 100'000'000, price_one, Price::from_raw(5'000'000)},
}};

// "BTC-28JAN26-82000-C" into coin, expiry, strike and type (and the name itself).  False for anything else:
// other coins, linear options, futures.  A strike may have decimals, written with d: "ETH-6FEB26-2d5-P".
bool parse_option_name(std::string_view name, OptionQuote& quote);
std::string option_name(u8 coin, Time expiry, Price strike, OptionType option);

RegisterInstrument option_contract(const OptionQuote& quote, RulebookId rulebook, IndexId index);
RegisterInstrument inverse_perpetual(u8 coin, Price first, RulebookId rulebook, IndexId index);
// first > 0
RegisterInstrument linear_perpetual(const std::string& symbol, Price first, RulebookId rulebook,
                                    IndexId index);

// The nearest tick to a price, at least one tick.
Price on_tick(Price price, Price tick);

}  // namespace lockstep
