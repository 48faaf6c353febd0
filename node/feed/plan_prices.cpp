// Market data into prices: registrations, indexes, marks, forwards, smiles.
//
// The index of a coin: at a snapshot the median of what the chain's rows say (they were collected over a
// minute or two); between snapshots that, times the move of the coin's spot bars, or its perpetual's where
// there is no spot.  Forwards move with the index.
#include <algorithm>

#include "core/pricing/convert.h"
#include "core/pricing/inverse.h"
#include "core/units/limits.h"
#include "node/feed/contracts.h"
#include "node/feed/plan_state.h"

namespace lockstep {
namespace {

constexpr u16 price_source = 1;
constexpr std::size_t rows_max = limits::rows_per_command_max;

// price * to / from
Price moved(Price price, Price from, Price to) {
  const i128 result = mul_div(price.raw(), to.raw(), from.raw(), Round::nearest);
  return Price::from_raw(static_cast<i64>(std::clamp<i128>(result, 1, limits::price_raw_max)));
}

// The lower median; values are reordered.
Price median(std::vector<Price>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

AssetId register_asset(FeedState& feed, Step& step, const std::string& name, u8 decimals) {
  const auto [place, is_new] = feed.asset_of.emplace(name, AssetId{feed.assets});
  if (is_new) {
    ++feed.assets;
    step.commands.emplace_back(RegisterAsset{name, decimals});
  }
  return place->second;
}

IndexId register_index(FeedState& feed, Step& step, const std::string& name, AssetId base, AssetId quote) {
  step.commands.emplace_back(RegisterIndex{name, base, quote});
  return IndexId{feed.indexes++};
}

bool accepted(const FeedState& feed, const RegisterInstrument& contract, std::string_view base,
              std::string_view quote) {
  return !feed.request.accepts || feed.request.accepts(contract, base, quote);
}

PerpetualView view_of(const RegisterInstrument& contract, u32 instrument, AssetId base) {
  PerpetualView view;
  view.instrument = InstrumentId{instrument};
  view.name = contract.name;
  view.inverse = contract.inverse;
  view.lot = contract.lot;
  view.tick = contract.tick;
  view.lots_max = contract.lots_max;
  view.base = base;
  return view;
}

// Registers the perpetuals whose first price is known by now.
void register_perpetuals(FeedState& feed, Step& step) {
  for (std::size_t i = 0; i < feed.symbols.size(); ++i) {
    Symbol& symbol = feed.symbols[i];
    if (symbol.view || symbol.left_out || symbol.perpetual == Price{}) continue;
    const std::string& name = feed.tape.symbols[i];
    const std::string base = name.substr(0, name.size() - 4);
    const RegisterInstrument contract =
        linear_perpetual(name, symbol.perpetual, feed.universe.second.rulebook, symbol.index);
    if (!accepted(feed, contract, base, "USDT")) {
      symbol.left_out = true;
      feed.report.notes.push_back("left out " + name + ": the rulebook has no parameters for it");
      continue;
    }
    symbol.view = feed.universe.linear.size();
    feed.universe.linear.push_back(view_of(contract, feed.instruments++, feed.asset_of.at(base)));
    step.commands.emplace_back(contract);
  }
  for (u8 i = 0; i < feed.coin_states.size(); ++i) {
    CoinState& coin = feed.coin_states[i];
    if (coin.view || coin.left_out || coin.now == Price{}) continue;
    const RegisterInstrument contract =
        inverse_perpetual(i, coin.now, feed.universe.first.rulebook, coin.index);
    if (!accepted(feed, contract, coins[i].name, "USD")) {
      coin.left_out = true;
      feed.report.notes.push_back("left out " + contract.name + ": the rulebook has no parameters for it");
      continue;
    }
    coin.view = feed.universe.inverse.size();
    feed.universe.inverse.push_back(view_of(contract, feed.instruments++, feed.universe.coins[i]));
    step.commands.emplace_back(contract);
  }
}

// What moves a coin's index: spot bars, else the perpetual's.
Price reference_of(const FeedState& feed, const CoinState& coin) {
  if (!coin.symbol || feed.index_only) return Price{};
  const Symbol& symbol = feed.symbols[*coin.symbol];
  return symbol.spot == Price{} ? symbol.perpetual : symbol.spot;
}

void move_coins(FeedState& feed) {
  for (CoinState& coin : feed.coin_states) {
    const Price reference = reference_of(feed, coin);
    if (reference == Price{}) continue;
    if (coin.anchor == Price{}) {
      coin.now = reference;
    } else if (coin.anchor_reference == Price{}) {
      coin.anchor_reference = reference;  // the first bar after the snapshot
    } else {
      coin.now = moved(coin.anchor, coin.anchor_reference, reference);
    }
  }
}

void send_index_prices(FeedState& feed, Step& step) {
  IndexPrices batch{price_source, ++feed.sequence, {}};
  for (const CoinState& coin : feed.coin_states) {
    if (coin.now != Price{}) batch.rows.push_back({coin.index, coin.now});
  }
  for (const IndexId index : feed.stable_indexes) batch.rows.push_back({index, Price::from_raw(price_one)});
  for (const Symbol& symbol : feed.symbols) {
    const Price price = symbol.spot == Price{} ? symbol.perpetual : symbol.spot;
    if (price != Price{} && symbol.index != feed.stable_indexes[2])
      batch.rows.push_back({symbol.index, price});
  }
  step.commands.emplace_back(std::move(batch));
}

// An inverse perpetual trades as far from its index as the coin's linear one from its spot.
Price inverse_mark(const FeedState& feed, const CoinState& coin) {
  if (!coin.symbol) return coin.now;
  const Symbol& symbol = feed.symbols[*coin.symbol];
  if (symbol.spot == Price{} || symbol.perpetual == Price{}) return coin.now;
  return moved(coin.now, symbol.spot, symbol.perpetual);
}

void send_perpetual_marks(FeedState& feed, Step& step) {
  MarkPrices batch{price_source, 0, {}};
  const auto add = [&](PerpetualView& view, Price mark) {
    view.mark = mark;
    batch.rows.push_back({view.instrument, mark, Rate{}, Price{}});
  };
  for (const CoinState& coin : feed.coin_states) {
    if (coin.view) add(feed.universe.inverse[*coin.view], inverse_mark(feed, coin));
  }
  for (const Symbol& symbol : feed.symbols) {
    if (symbol.view) add(feed.universe.linear[*symbol.view], symbol.perpetual);
  }
  if (batch.rows.empty()) return;
  batch.sequence = ++feed.sequence;
  step.commands.emplace_back(std::move(batch));
}

OptionView& option_view(FeedState& feed, Step& step, const OptionQuote& quote) {
  const auto found = feed.option_of.find(quote.name);
  if (found != feed.option_of.end()) return feed.options[found->second];
  const RegisterInstrument contract =
      option_contract(quote, feed.universe.first.rulebook, feed.coin_states[quote.coin].index);
  OptionView view;
  view.instrument = InstrumentId{feed.instruments++};
  view.coin = quote.coin;
  view.expiry = quote.expiry;
  view.strike = quote.strike;
  view.is_call = quote.option == OptionType::call;
  view.lot = contract.lot;
  view.tick = contract.tick;
  feed.option_of.emplace(quote.name, static_cast<u32>(feed.options.size()));
  feed.expiries[quote.expiry].push_back(view.instrument);
  feed.options.push_back(view);
  step.commands.emplace_back(contract);
  return feed.options.back();
}

bool takes_options(FeedState& feed, const OptionQuote& quote) {
  const RegisterInstrument contract =
      option_contract(quote, feed.universe.first.rulebook, feed.coin_states[quote.coin].index);
  if (accepted(feed, contract, coins[quote.coin].name, "USD")) return true;
  if (!feed.options_left_out) {
    feed.report.notes.push_back("left out options: the rulebook has no parameters for " + quote.name);
    feed.options_left_out = true;
  }
  return false;
}

// Options of the snapshot, registered where new; universe.options is exactly these.
std::vector<MarkPrice> take_options(FeedState& feed, Step& step, const ChainSnapshot& snapshot) {
  std::vector<MarkPrice> marks;
  std::vector<u32> live;
  std::array<bool, coins.size()> takes{};
  std::array<bool, coins.size()> asked{};
  for (const OptionQuote& quote : snapshot.options) {
    if (!asked[quote.coin]) {
      asked[quote.coin] = true;
      takes[quote.coin] = takes_options(feed, quote);
      if (!takes[quote.coin]) feed.coin_states[quote.coin].forwards.clear();
    }
    if (!takes[quote.coin] || feed.instruments >= limits::instruments_max) continue;
    OptionView& view = option_view(feed, step, quote);
    view.mark = quote.mark;
    view.forward = from_units(quote.forward.raw(), price_one);
    if (quote.volatility != Rate{}) view.volatility = from_units(quote.volatility.raw(), rate_one);
    view.open_interest = quote.open_interest;
    live.push_back(static_cast<u32>(&view - feed.options.data()));
    marks.push_back({view.instrument, quote.mark, quote.volatility, quote.forward});
  }
  std::sort(live.begin(), live.end());
  feed.universe.options.clear();
  for (const u32 place : live) feed.universe.options.push_back(feed.options[place]);
  return marks;
}

void send_smiles(FeedState& feed, Step& step, const ChainSnapshot& snapshot) {
  for (u8 i = 0; i < coins.size(); ++i) {
    VolatilitySurface surface{feed.coin_states[i].index, price_source, 0, {}};
    for (const ExpirySmile& smile : snapshot.smiles) {
      if (smile.coin == i) surface.rows.push_back({smile.expiry, smile.slice});
    }
    if (surface.rows.empty()) continue;
    surface.sequence = ++feed.sequence;
    step.commands.emplace_back(std::move(surface));
  }
}

void send_option_marks(FeedState& feed, Step& step, const std::vector<MarkPrice>& marks) {
  for (std::size_t begin = 0; begin < marks.size(); begin += rows_max) {
    const std::size_t end = std::min(begin + rows_max, marks.size());
    MarkPrices batch{price_source, ++feed.sequence, {}};
    batch.rows.assign(marks.begin() + static_cast<std::ptrdiff_t>(begin),
                      marks.begin() + static_cast<std::ptrdiff_t>(end));
    step.commands.emplace_back(std::move(batch));
  }
}

}  // namespace

// What the insurance funds begin with: figures of ours, of the size of a middling venue's.
static void endow_funds(FeedState& feed, Step& step) {
  const auto endow = [&](AssetId asset, i64 units, int decimals) {
    step.commands.emplace_back(AdjustFund{asset, Amount::from_raw(units * pow10(decimals))});
  };
  endow(feed.universe.dollar, 5'000'000, dollar_decimals);
  endow(feed.universe.second_dollar, 5'000'000, dollar_decimals);
  for (const AssetId coin : feed.universe.coins)
    endow(coin, coin == feed.universe.coins[0] ? 100 : 2'000, coin_decimals);
}

void register_all(FeedState& feed, Step& step) {
  const AssetId usd = register_asset(feed, step, "USD", dollar_decimals);
  const AssetId usdt = register_asset(feed, step, "USDT", dollar_decimals);
  const AssetId usdc = register_asset(feed, step, "USDC", dollar_decimals);
  feed.universe.dollar = usdt;
  feed.universe.second_dollar = usdc;
  for (const Coin& coin : coins) {
    const AssetId base = register_asset(feed, step, std::string(coin.name), coin_decimals);
    feed.universe.coins.push_back(base);
    CoinState state;
    state.index = register_index(feed, step, std::string(coin.name) + "-USD", base, usd);
    const auto& names = feed.tape.symbols;
    const auto place = std::lower_bound(names.begin(), names.end(), std::string(coin.name) + "USDT");
    if (place != names.end() && *place == std::string(coin.name) + "USDT") {
      state.symbol = static_cast<u32>(place - names.begin());
    }
    feed.coin_states.push_back(std::move(state));
  }
  feed.stable_indexes = {register_index(feed, step, "USDT-USD", usdt, usd),
                         register_index(feed, step, "USDC-USD", usdc, usd),
                         register_index(feed, step, "USDC-USDT", usdc, usdt)};
  for (const std::string& symbol : feed.tape.symbols) {
    const std::string base = symbol.substr(0, symbol.size() - 4);
    Symbol state;
    const AssetId asset = register_asset(feed, step, base, base == "USDC" ? dollar_decimals : coin_decimals);
    state.index =
        base == "USDC" ? feed.stable_indexes[2] : register_index(feed, step, base + "-USDT", asset, usdt);
    feed.symbols.push_back(state);
  }
  const auto found = [&](const Rulebook& rules, RulebookId id) {
    step.commands.emplace_back(ProposeRulebook{rules});
    step.commands.emplace_back(ScheduleEpoch{id, 1, 0, Time{}});
  };
  found(feed.request.first_rulebook, feed.universe.first.rulebook);
  if (feed.universe.second.rulebook != feed.universe.first.rulebook)
    found(feed.request.second_rulebook, feed.universe.second.rulebook);
  endow_funds(feed, step);
}

void send_prices(FeedState& feed, Step& step) {
  register_perpetuals(feed, step);
  send_index_prices(feed, step);
  send_perpetual_marks(feed, step);
}

bool take_bars(FeedState& feed, Time now) {
  bool any = false;
  const auto take = [&](const std::vector<BarClose>& bars, std::size_t& next, Price Symbol::*price) {
    for (; next < bars.size() && bars[next].at <= now; ++next) {
      feed.symbols[bars[next].symbol].*price = bars[next].price;
      any = true;
    }
  };
  take(feed.tape.spot, feed.spot_next, &Symbol::spot);
  take(feed.tape.perpetual, feed.perpetual_next, &Symbol::perpetual);
  if (any) move_coins(feed);
  return any;
}

void anchor_coins(FeedState& feed, const ChainSnapshot& snapshot) {
  std::array<std::vector<Price>, coins.size()> indexes;
  std::array<std::map<Time, std::vector<Price>>, coins.size()> forwards;
  for (const OptionQuote& quote : snapshot.options) {
    indexes[quote.coin].push_back(quote.index);
    forwards[quote.coin][quote.expiry].push_back(quote.forward);
  }
  for (std::size_t i = 0; i < coins.size(); ++i) {
    if (indexes[i].empty()) continue;
    CoinState& coin = feed.coin_states[i];
    coin.anchor = coin.now = median(indexes[i]);
    coin.anchor_reference = reference_of(feed, coin);
    coin.forwards.clear();
    for (auto& [expiry, values] : forwards[i]) coin.forwards[expiry] = median(values);
    if (feed.index_only && coin.symbol) feed.symbols[*coin.symbol].perpetual = coin.now;
  }
}

void send_forwards(FeedState& feed, Step& step, Time now) {
  for (const CoinState& coin : feed.coin_states) {
    ForwardCurve curve{coin.index, price_source, 0, {}};
    for (const auto& [expiry, forward] : coin.forwards) {
      if (expiry > now) curve.rows.push_back({expiry, moved(forward, coin.anchor, coin.now)});
    }
    if (curve.rows.empty()) continue;
    curve.sequence = ++feed.sequence;
    step.commands.emplace_back(std::move(curve));
  }
}

void send_options(FeedState& feed, Step& step, const ChainSnapshot& snapshot) {
  const std::vector<MarkPrice> marks = take_options(feed, step, snapshot);
  if (marks.empty()) return;
  if (snapshot.smiles.empty()) {
    send_option_marks(feed, step, marks);
  } else {
    send_forwards(feed, step, snapshot.at);
    send_smiles(feed, step, snapshot);
  }
}

void value_options(FeedState& feed, Time now) {
  std::vector<OptionView>& options = feed.universe.options;
  options.erase(std::remove_if(options.begin(), options.end(),
                               [&](const OptionView& option) { return option.expiry <= now; }),
                options.end());
  for (OptionView& option : options) {
    const CoinState& coin = feed.coin_states[option.coin];
    const Price forward = moved(coin.forwards.at(option.expiry), coin.anchor, coin.now);
    option.forward = from_units(forward.raw(), price_one);
    const double value = inverse_value(option.forward, from_units(option.strike.raw(), price_one),
                                       years_of(option.expiry - now), option.volatility, option.is_call);
    option.mark = Price::from_raw(to_units(value, price_one));
  }
}

}  // namespace lockstep
