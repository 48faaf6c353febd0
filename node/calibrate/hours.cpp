#include "node/calibrate/hours.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace lockstep::calibrate {
namespace {

// "5m", "1h", "30m", "1d"
bool is_interval(std::string_view word) {
  if (word.size() < 2) return false;
  const char unit = word.back();
  if (unit != 'm' && unit != 'h' && unit != 'd') return false;
  return std::all_of(word.begin(), word.end() - 1, [](char c) { return c >= '0' && c <= '9'; });
}

// "btcusdt"
bool is_symbol(std::string_view word) {
  std::string upper(word);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return upper.size() > 4 && upper.ends_with("USDT") && !base_of_symbol(upper).empty();
}

u32 place_of(const std::vector<std::string>& sorted, const std::string& name) {
  return static_cast<u32>(std::lower_bound(sorted.begin(), sorted.end(), name) - sorted.begin());
}

void sort_unique(std::vector<std::string>& names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

struct Candidate {
  HourClose close;
  Duration interval;
};

// The closes of one series as hours.
void add_series(const PriceSeries& series, u32 asset, u32 venue, std::vector<Candidate>& out) {
  const std::size_t first = out.size();
  for (const Close& close : series.closes) {
    const Time at = hour_of(close.at);
    if (out.size() == first || out.back().close.at != at) {
      out.push_back({{at, close.at, asset, venue, close.close, 0}, series.interval});
    }
    HourClose& hour_close = out.back().close;
    hour_close.closed = close.at;
    hour_close.price = close.close;
    if (series.interval <= hour) hour_close.volume += close.volume;
  }
}

auto key(const Candidate& c) { return std::tuple(c.close.at, c.close.asset, c.close.venue); }

}  // namespace

Time hour_of(Time at) { return Time::from_raw((at.raw() + hour.raw() - 1) / hour.raw() * hour.raw()); }

std::string venue_of_file(std::string_view file) {
  const std::size_t slash = file.rfind('/');
  if (slash != std::string_view::npos) file.remove_prefix(slash + 1);
  file = file.substr(0, file.find('.'));
  for (std::size_t begin = 0; begin < file.size();) {
    const std::size_t end = std::min(file.find('_', begin), file.size());
    if (begin > 0 &&
        (is_interval(file.substr(begin, end - begin)) || is_symbol(file.substr(begin, end - begin))))
      return std::string(file.substr(0, begin - 1));
    begin = end + 1;
  }
  return std::string(file);
}

namespace {

void keep_longest(Hours& hours, std::size_t bases_max, std::vector<std::string>& notes) {
  if (hours.bases.size() <= bases_max) return;
  std::vector<std::pair<i64, u32>> by_length;  // closes, negative so that the most come first
  for (u32 asset = 0; asset < hours.bases.size(); ++asset) by_length.emplace_back(0, asset);
  for (const HourClose& close : hours.closes) by_length[close.asset].first -= 1;
  std::sort(by_length.begin(), by_length.end());
  std::vector<bool> stays(hours.bases.size());
  for (std::size_t i = 0; i < bases_max; ++i) stays[by_length[i].second] = true;
  std::vector<u32> place(hours.bases.size());
  std::vector<std::string> bases;
  for (u32 asset = 0; asset < stays.size(); ++asset) {
    place[asset] = static_cast<u32>(bases.size());
    if (stays[asset]) {
      bases.push_back(hours.bases[asset]);
    } else {
      notes.push_back("left out " + hours.bases[asset] + ": more than " + std::to_string(bases_max) +
                      " underlyings, and others have more closes");
    }
  }
  std::erase_if(hours.closes, [&](const HourClose& close) { return !stays[close.asset]; });
  for (HourClose& close : hours.closes) close.asset = place[close.asset];
  hours.bases = std::move(bases);
}

}  // namespace

Hours hours_of(const PriceHistory& history, std::size_t bases_max, std::vector<std::string>& notes) {
  Hours hours;
  for (const PriceSeries& series : history.series) {
    hours.bases.push_back(series.base);
    hours.venues.push_back(venue_of_file(series.file));
  }
  sort_unique(hours.bases);
  sort_unique(hours.venues);
  std::vector<Candidate> all;
  for (const PriceSeries& series : history.series) {
    add_series(series, place_of(hours.bases, series.base), place_of(hours.venues, venue_of_file(series.file)),
               all);
  }
  // Of one hour the finer file comes first; of the same interval the order of files decides.
  std::stable_sort(all.begin(), all.end(), [](const Candidate& a, const Candidate& b) {
    return key(a) != key(b) ? key(a) < key(b) : a.interval < b.interval;
  });
  for (const Candidate& candidate : all) {
    const HourClose* last = hours.closes.empty() ? nullptr : &hours.closes.back();
    const bool again = last != nullptr && last->at == candidate.close.at &&
                       last->asset == candidate.close.asset && last->venue == candidate.close.venue;
    if (!again) {
      hours.closes.push_back(candidate.close);
    } else if (hours.closes.back().volume == 0) {
      hours.closes.back().volume = candidate.close.volume;
    }
  }
  keep_longest(hours, bases_max, notes);
  return hours;
}

}  // namespace lockstep::calibrate
