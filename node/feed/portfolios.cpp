// Clients first, in order of account: party, account, leverage, deposit, fills.  Then the makers, who take
// what the clients left open, instrument by instrument.
#include "node/feed/portfolios.h"

#include <algorithm>
#include <cstdio>
#include <map>

#include "core/pricing/convert.h"
#include "node/feed/contracts.h"
#include "node/feed/strategies.h"
#include "node/feed/trades.h"

namespace lockstep {
namespace {

constexpr u32 clients_per_maker = 50;
constexpr i64 use_percent_min = 10;  // of the deposit, by initial margin
constexpr i64 use_percent_max = 95;
constexpr i64 maker_use_percent = 40;
constexpr i64 leverage_percent_min = 150;
constexpr i64 leverages[] = {3, 5, 8, 10, 15, 20, 25, 40};
constexpr i64 leverage_other_max = 20;  // of symbols that are no coin of the option venue

std::string numbered(const std::string& name, u32 number) {
  char digits[16];
  std::snprintf(digits, sizeof digits, "-%05u", number);
  return name + digits;
}

struct Opening {
  const PortfolioPlan& plan;
  const Universe& universe;
  PlannedBook& book;
  std::vector<Command> commands;
  std::map<InstrumentId, i64> open_lots;  // bought minus sold so far, over all accounts

  Prng& prng() { return book.prng; }

  AccountId open_account(const VenueView& venue, u32 number, MarginMode mode, bool pooled) {
    const AccountId id{book.accounts++};
    OpenAccount command;
    command.name = numbered(venue.name, number);
    command.party = PartyId{number - 1};
    command.rulebook = venue.rulebook;
    command.mode = mode;
    command.pooled = pooled;
    commands.emplace_back(std::move(command));
    book.by_account.push_back({universe.dollar, mode != MarginMode::portfolio || venue.portfolio_orders});
    return id;
  }

  void deposit(AccountId account, AssetId asset, double amount, u8 decimals) {
    const i64 unit = static_cast<i64>(pow10(decimals));
    const i64 raw = to_units(std::min(amount, 1e9), unit / 1000) * 1000;  // no odd digits
    if (raw > 0) commands.emplace_back(Deposit{account, asset, Amount::from_raw(raw)});
  }

  void trade(AccountId account, const Tradable& what, i64 lots) {
    if (lots == 0) return;
    commands.emplace_back(fill_at_mark(account, what, lots));
    open_lots[what.instrument] += lots;
    book.holdings.push_back({account, what.instrument, Lots::from_raw(lots)});
  }
};

// ---- the option venue

void trade_legs(Opening& opening, AccountId account, const std::vector<OptionLeg>& legs) {
  for (const OptionLeg& leg : legs) {
    const Universe& u = opening.universe;
    opening.trade(account, leg.is_option ? tradable(u.options[leg.place]) : tradable(u.inverse[leg.place]),
                  leg.lots);
  }
}

double deposit_for(const Universe& universe, const std::vector<OptionLeg>& legs, MarginMode mode,
                   i64 use_percent) {
  const double margin = mode == MarginMode::portfolio ? portfolio_margin_guess(universe, legs)
                                                      : standard_margin_guess(universe, legs);
  return margin * 100 / static_cast<double>(use_percent) + premium_paid(universe, legs);
}

void open_option_client(Opening& opening, u32 number, const std::vector<OptionShelf>& shelves) {
  const Universe& universe = opening.universe;
  Prng& prng = opening.prng();
  const std::size_t perpetual = universe.inverse.size() > 1 && prng.chance(35, 100) ? 1 : 0;
  const u8 coin = coin_of(universe, universe.inverse[perpetual]);
  const OptionBook drawn = draw_option_book(prng, universe, shelves[coin], perpetual);
  const bool wants_portfolio = prng.chance(drawn.hedged ? 65 : 25, 100);
  const bool portfolio = universe.first.portfolio && (wants_portfolio || !universe.first.cross);
  const MarginMode mode = portfolio ? MarginMode::portfolio : MarginMode::cross;
  const AccountId account = opening.open_account(universe.first, number, mode, false);
  const double needed =
      deposit_for(universe, drawn.legs, mode, prng.between(use_percent_min, use_percent_max));
  opening.book.by_account.back().money = universe.coins[coin];
  const double least = from_units(coins[coin].option_lot, price_one) / 10;
  opening.deposit(account, universe.coins[coin], std::max({needed, drawn.coins_covered, least}),
                  coin_decimals);
  trade_legs(opening, account, drawn.legs);
}

// ---- the venue of linear perpetuals

struct LinearLeg {
  std::size_t place = 0;  // into universe.linear
  i64 lots = 0;
  i64 leverage = 1;
};

double dollars_of(const Universe& universe, const LinearLeg& leg) {
  const PerpetualView& view = universe.linear[leg.place];
  const double lots = static_cast<double>(leg.lots < 0 ? -leg.lots : leg.lots);
  return lots * from_units(view.lot, price_one) * from_units(view.mark.raw(), price_one);
}

// The big two are held most.
std::size_t draw_symbol(Prng& prng, const Universe& universe, const std::vector<std::size_t>& majors) {
  if (!majors.empty() && prng.chance(65, 100)) return majors[prng.chance(60, 100) ? 0 : majors.size() - 1];
  return prng.below(universe.linear.size());
}

LinearLeg draw_linear_leg(Prng& prng, const Universe& universe, const std::vector<std::size_t>& majors,
                          i64 use_percent) {
  LinearLeg leg;
  leg.place = draw_symbol(prng, universe, majors);
  const bool major = std::find(majors.begin(), majors.end(), leg.place) != majors.end();
  const i64 drawn = leverages[prng.below(std::size(leverages))];
  leg.leverage = std::max(drawn, (leverage_percent_min + use_percent - 1) / use_percent);
  if (!major) leg.leverage = std::min(leg.leverage, leverage_other_max);
  const u64 octave = prng.below(10);  // 500 to 512,000 dollars
  const double dollars =
      500.0 * static_cast<double>(i64{1} << octave) * (1 + static_cast<double>(prng.below(100)) / 100);
  const double per_lot = dollars_of(universe, {leg.place, 1, 1});
  const i64 lots =
      std::clamp<i64>(to_units(dollars / per_lot, 1), 1, universe.linear[leg.place].lots_max.raw());
  leg.lots = prng.chance(55, 100) ? lots : -lots;
  return leg;
}

void deposit_pooled(Opening& opening, AccountId account, double dollars) {
  const Universe& universe = opening.universe;
  Prng& prng = opening.prng();
  const double haircut_room = 1.1;
  const i64 percent = prng.between(20, 80);
  opening.deposit(account, universe.dollar, dollars * static_cast<double>(percent) / 100, dollar_decimals);
  const double rest = dollars * static_cast<double>(100 - percent) / 100 * haircut_room;
  const u64 other = prng.below(1 + universe.inverse.size());
  if (other == 0) {
    opening.deposit(account, universe.second_dollar, rest, dollar_decimals);
  } else {
    const PerpetualView& view = universe.inverse[other - 1];
    opening.deposit(account, view.base, rest / from_units(view.mark.raw(), price_one), coin_decimals);
  }
}

void open_linear_client(Opening& opening, u32 number, const std::vector<std::size_t>& majors) {
  const Universe& universe = opening.universe;
  Prng& prng = opening.prng();
  const u64 kind = prng.below(100);
  const bool pooled =
      universe.second.pooled && (kind < 25 || (!universe.second.cross && !universe.second.isolated));
  const bool isolated = !pooled && universe.second.isolated && (kind < 55 || !universe.second.cross);
  const AccountId account = opening.open_account(universe.second, number,
                                                 isolated ? MarginMode::isolated : MarginMode::cross, pooled);
  const i64 use_percent = prng.between(use_percent_min, use_percent_max);
  std::map<std::size_t, LinearLeg> legs;
  for (u64 left = 1 + prng.below(4); left > 0; --left) {
    const LinearLeg leg = draw_linear_leg(prng, universe, majors, use_percent);
    legs.emplace(leg.place, leg);
  }
  double margin = 0;
  for (const auto& [place, leg] : legs) {
    const Rate leverage = Rate::from_raw(leg.leverage * rate_one);
    opening.commands.emplace_back(SetLeverage{account, universe.linear[place].instrument, leverage});
    margin += dollars_of(universe, leg) / static_cast<double>(leg.leverage);
  }
  const double needed = margin * 100 / static_cast<double>(use_percent) + 10;
  if (pooled) {
    deposit_pooled(opening, account, needed);
  } else {
    opening.deposit(account, universe.dollar, needed, dollar_decimals);
  }
  for (const auto& [place, leg] : legs) opening.trade(account, tradable(universe.linear[place]), leg.lots);
}

// ---- makers

// Of `left` open lots of an instrument its maker takes all.  Legs come in order of instrument.
void open_option_makers(Opening& opening, u32 first_number, u32 count) {
  const Universe& universe = opening.universe;
  std::vector<std::vector<OptionLeg>> legs(count);
  u32 turn = 0;
  const auto take = [&](InstrumentId instrument, bool is_option, std::size_t place) {
    const auto open = opening.open_lots.find(instrument);
    if (open == opening.open_lots.end() || open->second == 0) return;
    legs[turn++ % count].push_back({is_option, place, -open->second});
  };
  for (std::size_t i = 0; i < universe.options.size(); ++i) take(universe.options[i].instrument, true, i);
  for (std::size_t i = 0; i < universe.inverse.size(); ++i) take(universe.inverse[i].instrument, false, i);
  for (u32 m = 0; m < count; ++m) {
    const MarginMode mode = universe.first.portfolio ? MarginMode::portfolio : MarginMode::cross;
    const AccountId account = opening.open_account(universe.first, first_number + m, mode, false);
    opening.book.by_account.back().money = universe.coins[0];
    // A coin's legs are margined in that coin.
    for (std::size_t p = 0; p < universe.inverse.size(); ++p) {
      const u8 coin = coin_of(universe, universe.inverse[p]);
      std::vector<OptionLeg> own;
      for (const OptionLeg& leg : legs[m]) {
        const bool matches = leg.is_option ? universe.options[leg.place].coin == coin : leg.place == p;
        if (matches) own.push_back(leg);
      }
      std::stable_sort(own.begin(), own.end(),
                       [](const OptionLeg& a, const OptionLeg& b) { return a.lots > 0 && b.lots < 0; });
      const double needed = std::max(deposit_for(universe, own, mode, maker_use_percent), 1.0);
      opening.deposit(account, universe.coins[coin], needed, coin_decimals);
      trade_legs(opening, account, own);
    }
  }
}

void open_linear_makers(Opening& opening, u32 first_number, u32 count) {
  const Universe& universe = opening.universe;
  constexpr i64 leverage = 10;
  const MarginMode mode =
      universe.second.cross || universe.second.pooled ? MarginMode::cross : MarginMode::isolated;
  const bool pooled = !universe.second.cross && universe.second.pooled;
  for (u32 m = 0; m < count; ++m) {
    const AccountId account = opening.open_account(universe.second, first_number + m, mode, pooled);
    std::vector<LinearLeg> legs;
    double margin = 0;
    for (std::size_t i = 0; i < universe.linear.size(); ++i) {
      // The last maker takes the rest of the division.
      const i64 open = opening.open_lots[universe.linear[i].instrument];
      const i64 lots = -open / static_cast<i64>(count - m);
      if (lots == 0) continue;
      legs.push_back({i, lots, leverage});
      margin += dollars_of(universe, legs.back()) / static_cast<double>(leverage);
      opening.commands.emplace_back(
          SetLeverage{account, universe.linear[i].instrument, Rate::from_raw(leverage * rate_one)});
    }
    opening.deposit(account, universe.dollar, margin * 100 / maker_use_percent + 1000, dollar_decimals);
    for (const LinearLeg& leg : legs) opening.trade(account, tradable(universe.linear[leg.place]), leg.lots);
  }
}

u32 makers_of(u32 accounts) { return accounts < 2 ? 0 : std::max<u32>(1, accounts / clients_per_maker); }

void open_parties(Opening& opening, u32 count) {
  for (u32 i = 1; i <= count; ++i) opening.commands.emplace_back(OpenParty{numbered("client", i)});
}

}  // namespace

std::vector<Command> open_portfolios(const PortfolioPlan& plan, const Universe& universe, PlannedBook& book) {
  book = {};
  book.prng = Prng(plan.seed);
  const bool has_first = !universe.inverse.empty() && (universe.first.cross || universe.first.portfolio);
  const bool has_second = !universe.linear.empty() &&
                          (universe.second.cross || universe.second.isolated || universe.second.pooled);
  u32 first_count =
      static_cast<u32>(u64{plan.accounts} * std::min<u32>(plan.first_rulebook_percent, 100) / 100);
  if (!has_second) first_count = plan.accounts;
  if (!has_first) first_count = 0;
  const u32 second_count = has_second ? plan.accounts - first_count : 0;
  book.accounts_first = first_count;

  Opening opening{plan, universe, book, {}, {}};
  open_parties(opening, std::max(first_count, second_count));
  std::vector<OptionShelf> shelves;
  for (u8 coin = 0; coin < coins.size(); ++coin) shelves.push_back(shelf_of(universe, coin));
  std::vector<std::size_t> majors;
  for (const Coin& coin : coins) {
    for (std::size_t i = 0; i < universe.linear.size(); ++i) {
      if (universe.linear[i].name == std::string(coin.name) + "USDT") majors.push_back(i);
    }
  }
  const u32 first_makers = makers_of(first_count);
  const u32 second_makers = makers_of(second_count);
  for (u32 i = 1; i <= first_count - first_makers; ++i) open_option_client(opening, i, shelves);
  if (first_makers > 0) open_option_makers(opening, first_count - first_makers + 1, first_makers);
  for (u32 i = 1; i <= second_count - second_makers; ++i) open_linear_client(opening, i, majors);
  if (second_makers > 0) open_linear_makers(opening, second_count - second_makers + 1, second_makers);
  return std::move(opening.commands);
}

}  // namespace lockstep
