#include "node/calibrate/replay.h"

#include <algorithm>
#include <functional>

#include "node/feed/contracts.h"
#include "node/stats/pair_moments.h"

namespace lockstep::calibrate {
namespace {

constexpr std::string_view chain_folders[] = {"", "/deribit_options"};
const std::string chain_venue = "chain";
const Time ever = Time::from_raw(INT64_MAX);

// One file's next snapshot.
struct ChainFile {
  ChainReader reader;
  ChainSnapshot next;
  bool over = false;
};

Result<Done, Fault> advance(ChainFile& file) {
  RowCount rows;
  const Result<bool, Fault> more = file.reader.next(file.next, rows);
  if (!more) return more.error();
  file.over = !more.value();
  return Done{};
}

// The chains of a folder, by folder and name.
Result<Done, Fault> each_chain(Disk& disk, const std::string& folder,
                               const std::function<Result<Done, Fault>(CsvReader)>& use) {
  for (const std::string_view subfolder : chain_folders) {
    const std::string path = folder + std::string(subfolder);
    const Result<std::vector<std::string>, Fault> names = disk.list(path);
    if (!names) {
      if (names.error().kind == FaultKind::not_found) continue;
      return names.error();
    }
    std::vector<std::string> sorted = names.value();
    std::sort(sorted.begin(), sorted.end());
    for (const std::string& name : sorted) {
      if (!name.ends_with(".csv") && !name.ends_with(".csv.zst")) continue;
      Result<CsvReader, Fault> csv = CsvReader::open(disk, path + "/" + name, name);
      if (!csv) return csv.error();
      if (!missing_chain_column(csv.value()).empty()) continue;
      if (const Result<Done, Fault> done = use(std::move(csv).value()); !done) return done.error();
    }
  }
  return Done{};
}

Result<Done, Fault> open_chains(Disk& disk, const std::string& folder, Time until,
                                std::vector<ChainFile>& out) {
  return each_chain(disk, folder, [&](CsvReader csv) {
    out.push_back({ChainReader(std::move(csv), Time{}, until, BadRows::skip), {}, false});
    return advance(out.back());
  });
}

double median_index(const ChainSnapshot& chain, u8 coin) {
  std::vector<double> prices;
  for (const OptionQuote& quote : chain.options) {
    if (quote.coin == coin)
      prices.push_back(static_cast<double>(quote.index.raw()) / static_cast<double>(price_one));
  }
  if (prices.empty()) return 0;
  std::sort(prices.begin(), prices.end());
  return prices[prices.size() / 2];
}

}  // namespace

struct Replay::State {
  Hours hours;
  std::vector<std::string> notes;
  std::size_t next_close = 0;
  std::vector<ChainFile> chains;
  std::vector<HourClose> of_chains;  // not told yet, by time
  u32 venue_of_chains = 0;

  Time hour_next() const {
    Time at = ever;
    if (next_close < hours.closes.size()) at = hours.closes[next_close].at;
    if (!of_chains.empty()) at = std::min(at, of_chains.front().at);
    return at;
  }
  ChainFile* chain_next() {
    ChainFile* first = nullptr;
    for (ChainFile& file : chains) {
      if (!file.over && (first == nullptr || file.next.at < first->next.at)) first = &file;
    }
    return first;
  }
  void take_hour(Time at, Event& event) {
    event.is_hour = true;
    while (next_close < hours.closes.size() && hours.closes[next_close].at == at) {
      event.closes.push_back(hours.closes[next_close++]);
    }
    while (!of_chains.empty() && of_chains.front().at == at) {
      event.closes.push_back(of_chains.front());
      of_chains.erase(of_chains.begin());
    }
    std::stable_sort(event.closes.begin(), event.closes.end(),
                     [](const HourClose& a, const HourClose& b) { return a.asset < b.asset; });
  }
  void add_index(const ChainSnapshot& chain) {
    const Time at = hour_of(chain.at + microsecond);  // an hour that ends at this moment has been told
    for (u8 coin = 0; coin < coins.size(); ++coin) {
      const double price = median_index(chain, coin);
      const auto base = std::lower_bound(hours.bases.begin(), hours.bases.end(), coins[coin].name);
      if (price == 0 || base == hours.bases.end() || *base != coins[coin].name) continue;
      const u32 asset = static_cast<u32>(base - hours.bases.begin());
      // Two snapshots of one hour: the later one is its close.
      std::erase_if(of_chains, [&](const HourClose& c) { return c.at == at && c.asset == asset; });
      of_chains.push_back({at, chain.at, asset, venue_of_chains, price, 0});
    }
  }
  // A snapshot that two files have is taken from the first one.
  Result<Done, Fault> take_chain(ChainFile& file, Event& event) {
    event.chain = file.next;
    add_index(event.chain);
    for (ChainFile& other : chains) {
      while (!other.over && other.next.at <= event.chain.at) {
        if (const Result<Done, Fault> done = advance(other); !done) return done.error();
      }
    }
    return Done{};
  }
};

Replay::Replay(std::unique_ptr<State> state) : state_(std::move(state)) {}
Replay::Replay(Replay&&) noexcept = default;
Replay& Replay::operator=(Replay&&) noexcept = default;
Replay::~Replay() = default;

Result<Replay, Fault> Replay::open(Disk& disk, const std::string& folder) {
  Result<PriceHistory, Fault> history = read_price_history(disk, folder, {});
  if (!history) return history.error();
  auto state = std::make_unique<State>();
  state->notes = std::move(history.value().notes);
  state->hours = hours_of(history.value(), stats::assets_max, state->notes);
  state->venue_of_chains = static_cast<u32>(state->hours.venues.size());
  state->hours.venues.push_back(chain_venue);
  const Time until = state->hours.closes.back().at + day;
  if (const Result<Done, Fault> done = open_chains(disk, folder, until, state->chains); !done)
    return done.error();
  return Replay(std::move(state));
}

const std::vector<std::string>& Replay::bases() const { return state_->hours.bases; }
const std::vector<std::string>& Replay::notes() const { return state_->notes; }
ChainTroubles Replay::chain_troubles() const {
  ChainTroubles all{};
  for (const ChainFile& file : state_->chains) {
    for (std::size_t i = 0; i < all.size(); ++i) all[i] += file.reader.troubles()[i];
  }
  return all;
}
Time Replay::first() const { return state_->hours.closes.front().at; }
Time Replay::last() const { return state_->hours.closes.back().at; }

Result<bool, Fault> Replay::next(Time until, Event& event) {
  State& s = *state_;
  event = {};
  ChainFile* const chain = s.chain_next();
  const Time hour_at = s.hour_next();
  // At one moment the hour comes first.
  if (chain != nullptr && chain->next.at < hour_at) {
    event.at = chain->next.at;
    if (event.at > until) return false;
    if (const Result<Done, Fault> done = s.take_chain(*chain, event); !done) return done.error();
    return true;
  }
  event.at = hour_at;
  if (hour_at == ever || event.at > until) return false;
  s.take_hour(hour_at, event);
  return true;
}

Result<std::optional<Time>, Fault> densest_chain_from(Disk& disk, const std::string& folder,
                                                      std::optional<Time> to) {
  std::optional<ChainScan> best;
  const Result<Done, Fault> done = each_chain(disk, folder, [&](CsvReader csv) -> Result<Done, Fault> {
    const Result<ChainScan, Fault> scan = scan_chain(std::move(csv), std::nullopt, to, BadRows::skip);
    if (!scan) return scan.error();
    if (scan.value().snapshots != 0 && (!best || is_denser(scan.value(), *best))) best = scan.value();
    return Done{};
  });
  if (!done) return done.error();
  return best ? std::optional(best->first) : std::nullopt;
}

}  // namespace lockstep::calibrate
