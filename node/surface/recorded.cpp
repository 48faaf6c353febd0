#include "node/surface/recorded.h"

#include "core/pricing/convert.h"
#include "node/surface/robust.h"

namespace lockstep::surface {
namespace {

double number(Price price) { return from_units(price.raw(), price_one); }

}  // namespace

Chain chain_of(const ChainSnapshot& snapshot, u8 coin) {
  Chain chain;
  chain.at = snapshot.at;
  chain.inverse = true;
  std::vector<double> indexes;
  for (const OptionQuote& quote : snapshot.options) {
    if (quote.coin != coin) continue;
    chain.options.push_back({.expiry = quote.expiry,
                             .strike = number(quote.strike),
                             .is_call = quote.option == OptionType::call,
                             .bid = number(quote.bid),
                             .ask = number(quote.ask),
                             .mark_volatility = from_units(quote.volatility.raw(), rate_one),
                             .forward = number(quote.forward),
                             .age = {}});
    indexes.push_back(number(quote.index));
  }
  if (!indexes.empty()) chain.index = median(std::move(indexes));
  return chain;
}

}  // namespace lockstep::surface
