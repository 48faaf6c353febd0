// The timeline is a merge of five sorted sources: bars of perpetuals, bars of spot, funding points, snapshots
// and full hours.  A step takes everything that is due at the earliest of their times, so ties need no rule
// of their own; inside a step the order of commands is fixed (plan.h).
#include "node/feed/plan.h"

#include <algorithm>

#include "node/feed/contracts.h"
#include "node/feed/folder.h"
#include "node/feed/plan_state.h"
#include "node/feed/preset.h"

namespace lockstep {
namespace {

constexpr Duration summary_interval = Duration::from_raw(6 * hour.raw());  // where there is no chain

bool is_settlement_hour(Time time) { return time.raw() % day.raw() == 8 * hour.raw(); }
Time hour_after(Time time) { return Time::from_raw((time.raw() / hour.raw() + 1) * hour.raw()); }

void take_snapshot(FeedState& feed, Step& step) {
  anchor_coins(feed, *feed.snapshot);
  send_prices(feed, step);
  send_options(feed, step, *feed.snapshot);
  add_errors(feed.errors, *feed.snapshot);
}

Result<Done, Fault> read_snapshot(FeedState& feed) {
  feed.snapshot.reset();
  if (!feed.tape.next_snapshot) return Done{};
  ChainSnapshot snapshot;
  const Result<bool, Fault> more = feed.tape.next_snapshot(snapshot, feed.tape.rows);
  if (!more) return more.error();
  if (more.value()) feed.snapshot = std::move(snapshot);
  return Done{};
}

// ---- time

void take_funding(FeedState& feed, Step& step) {
  const std::vector<FundingPoint>& points = feed.tape.funding;
  for (; feed.funding_next < points.size() && points[feed.funding_next].at <= step.time;
       ++feed.funding_next) {
    const FundingPoint& point = points[feed.funding_next];
    const Symbol& symbol = feed.symbols[point.symbol];
    if (point.rate == Rate{}) continue;
    if (symbol.view) {
      step.commands.emplace_back(
          FundingRate{feed.universe.linear[*symbol.view].instrument, point.rate, Price{}});
    }
    for (const CoinState& coin : feed.coin_states) {
      if (coin.symbol != point.symbol || !coin.view) continue;
      step.commands.emplace_back(
          FundingRate{feed.universe.inverse[*coin.view].instrument, point.rate, Price{}});
    }
  }
}

void settle_day(FeedState& feed, Step& step) {
  for (auto it = feed.expiries.begin(); it != feed.expiries.end() && it->first <= step.time;) {
    for (const InstrumentId option : it->second) step.commands.emplace_back(Expire{option, Price{}});
    it = feed.expiries.erase(it);
  }
  for (const PerpetualView& view : feed.universe.inverse)
    step.commands.emplace_back(Settle{view.instrument, Price{}});
}

VenueView venue_of(const Rulebook& rules) {
  const auto has = [&](MarginMode mode, bool pooled) {
    const Scheme* scheme = find_scheme(rules, mode, pooled);
    return scheme != nullptr && scheme->gap == no_gap;
  };
  VenueView venue;
  venue.name = rules.name;
  venue.isolated = has(MarginMode::isolated, false);
  venue.cross = has(MarginMode::cross, false);
  venue.pooled = has(MarginMode::cross, true);
  venue.portfolio = has(MarginMode::portfolio, false);
  const Scheme* portfolio = find_scheme(rules, MarginMode::portfolio, false);
  venue.portfolio_orders = portfolio != nullptr && portfolio->orders.kind != OrderRuleKind::gap;
  return venue;
}

void append(Step& step, std::vector<Command> commands) {
  for (Command& command : commands) step.commands.push_back(std::move(command));
}

void begin_step(FeedState& feed, Step& step) {
  feed.begun = true;
  register_all(feed, step);
  const bool snapshot_now = feed.snapshot && feed.snapshot->at <= step.time;
  if (take_bars(feed, step.time) && !snapshot_now) send_prices(feed, step);
  feed.hour_next = hour_after(step.time);
  while (feed.funding_next < feed.tape.funding.size() &&
         feed.tape.funding[feed.funding_next].at <= step.time) {
    ++feed.funding_next;  // nobody holds anything yet
  }
}

Time time_of_next(const FeedState& feed) {
  Time next = feed.hour_next;
  const auto consider = [&](const auto& list, std::size_t place) {
    if (place < list.size()) next = std::min(next, list[place].at);
  };
  consider(feed.tape.perpetual, feed.perpetual_next);
  consider(feed.tape.spot, feed.spot_next);
  consider(feed.tape.funding, feed.funding_next);
  if (feed.snapshot) next = std::min(next, feed.snapshot->at);
  return next;
}

// Whether portfolios of linear perpetuals can be made: some have a price, or none ever will.
bool knows_perpetuals(const FeedState& feed) {
  return feed.perpetual_next == feed.tape.perpetual.size() ||
         std::any_of(feed.symbols.begin(), feed.symbols.end(),
                     [](const Symbol& symbol) { return symbol.perpetual != Price{}; });
}

Result<Done, Fault> fill_step(FeedState& feed, Step& step, bool is_first) {
  const bool has_chain = static_cast<bool>(feed.tape.next_snapshot);
  const bool is_hour = is_first ? false : step.time == feed.hour_next;
  const bool at_snapshot = feed.snapshot && feed.snapshot->at <= step.time;
  if (!is_first && take_bars(feed, step.time) && !at_snapshot) send_prices(feed, step);
  if (is_hour) feed.hour_next = hour_after(step.time);
  if (is_hour && !at_snapshot) send_forwards(feed, step, step.time);
  if (at_snapshot) take_snapshot(feed, step);
  take_funding(feed, step);
  if (is_hour && is_settlement_hour(step.time)) settle_day(feed, step);
  const bool on_summary_hour = is_hour && step.time.raw() % summary_interval.raw() == 0;
  const bool prices_known = knows_perpetuals(feed);
  step.snapshot = has_chain ? at_snapshot : on_summary_hour || (!feed.opened && prices_known);
  feed.universe.now = step.time;
  if (is_hour && feed.opened) {
    value_options(feed, step.time);
    append(step, portfolio_activity(feed.request.portfolios, feed.universe, feed.book));
  }
  if (step.snapshot && !feed.opened && prices_known) {
    feed.opened = true;
    append(step, open_portfolios(feed.request.portfolios, feed.universe, feed.book));
  }
  if (is_hour || step.snapshot) step.commands.emplace_back(Tick{});
  if (step.snapshot) ++feed.report.snapshots;
  if (at_snapshot) return read_snapshot(feed);
  return Done{};
}

}  // namespace

Feed::Feed(std::unique_ptr<FeedState> state) : state_(std::move(state)) {}
Feed::~Feed() = default;
Feed::Feed(Feed&&) noexcept = default;
Feed& Feed::operator=(Feed&&) noexcept = default;

Result<bool, Fault> Feed::next(Step& step) {
  FeedState& feed = *state_;
  const bool is_first = !feed.begun;
  step = {};
  step.time = is_first ? feed.tape.from : time_of_next(feed);
  if (step.time > feed.tape.to) return false;
  if (is_first) begin_step(feed, step);
  const Result<Done, Fault> filled = fill_step(feed, step, is_first);
  if (!filled) return filled.error();
  feed.report.rows_used = feed.tape.rows.used;
  feed.report.rows_skipped = feed.tape.rows.skipped;
  return true;
}

const FeedReport& Feed::report() const { return state_->report; }
RepriceReport Feed::reprice() const { return report_of(state_->errors); }

Result<Feed, Fault> open_feed(Disk& disk, FeedRequest request) {
  Result<Tape, Fault> tape = request.data.empty() ? open_preset(request.preset, request.from, request.to)
                                                  : open_folder(disk, request.data, request.from, request.to);
  if (!tape) return tape.error();
  auto state = std::make_unique<FeedState>();
  state->request = std::move(request);
  state->tape = std::move(tape).value();
  if (state->tape.symbols.empty()) {
    for (const Coin& coin : coins) state->tape.symbols.push_back(std::string(coin.name) + "USDT");
    state->index_only = true;
    state->tape.notes.push_back("BTCUSDT and ETHUSDT take the chain's index at each snapshot");
  }
  state->tape.notes.push_back("USDT and USDC count as one dollar; no file says otherwise");
  state->universe.first = venue_of(state->request.first_rulebook);
  state->universe.second = venue_of(state->request.second_rulebook);
  state->universe.first.rulebook = RulebookId{0};
  state->universe.second.rulebook = RulebookId{1};
  if (state->request.first_rulebook.name == state->request.second_rulebook.name) {
    state->universe.second.rulebook = RulebookId{0};
    state->universe.first.name += "-inverse";
    state->universe.second.name += "-linear";
  }
  state->report.source = state->tape.source;
  state->report.notes = state->tape.notes;
  state->report.from = state->tape.from;
  state->report.to = state->tape.to;
  const Result<Done, Fault> read = read_snapshot(*state);
  if (!read) return read.error();
  return Feed(std::move(state));
}

}  // namespace lockstep
