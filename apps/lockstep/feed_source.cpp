#include "apps/lockstep/feed_source.h"

#include "apps/lockstep/rulebook_file.h"
#include "core/risk/risk_book.h"
#include "node/feed/calendar.h"

namespace lockstep {
namespace {

constexpr std::size_t commands_at_once = 2'000;

Result<std::optional<Time>, Fault> optional_time(const std::string& text, const char* name) {
  if (text.empty()) return std::optional<Time>();
  const Result<Time, Fault> time = parse_time(text, name);
  if (!time) return time.error();
  return std::optional<Time>(time.value());
}

}  // namespace

Result<FeedRequest, Fault> feed_request(const RunOptions& options) {
  FeedRequest request;
  request.data = options.data;
  if (!options.preset.empty()) request.preset = options.preset;
  const Result<std::optional<Time>, Fault> from = optional_time(options.from, "--from");
  if (!from) return from.error();
  const Result<std::optional<Time>, Fault> to = optional_time(options.to, "--to");
  if (!to) return to.error();
  request.from = from.value();
  request.to = to.value();
  request.portfolios.accounts = options.accounts;
  request.portfolios.seed = options.seed;

  const auto load = [&options](const std::string& file, const char* name) -> Result<Rulebook, Fault> {
    if (!file.empty()) return read_rulebook(file);
    const Result<std::string, Fault> folder = rulebooks_folder(options.rulebooks);
    if (!folder) return folder.error();
    return read_rulebook(folder.value() + "/" + name);
  };
  if (options.calibrate && options.data.empty()) {
    return Fault{"--calibrate needs --data DIR: the built-in preset has no past to estimate from"};
  }
  // A calibrated venue lives under one rulebook, ours.
  const char* const ours = "lockstep.toml";
  const Result<Rulebook, Fault> deribit =
      load(options.rulebook_deribit, options.calibrate ? ours : "deribit.toml");
  if (!deribit) return deribit.error();
  const Result<Rulebook, Fault> binance =
      load(options.rulebook_binance, options.calibrate ? ours : "binance-usdm.toml");
  if (!binance) return binance.error();
  request.first_rulebook = deribit.value();
  request.second_rulebook = binance.value();
  request.accepts = [one = deribit.value(), two = binance.value()](
                        const RegisterInstrument& r, std::string_view base, std::string_view quote) {
    return covers(r.rulebook.index == 0 ? one : two, r, base, quote);
  };
  return request;
}

FeedSource::FeedSource(Disk& disk, FeedRequest request, u32 pace, Clock& clock)
    : disk_(disk), request_(std::move(request)), pace_(pace), clock_(clock) {}

Result<Sourced, Fault> FeedSource::after(u64 answered) {
  if (!feed_ || answered < begin_) {
    Result<Feed, Fault> feed = open_feed(disk_, request_);
    if (!feed) return feed.error();
    feed_.emplace(std::move(feed).value());
    step_ = Step{};
    begin_ = 0;
    over_ = false;
  }
  while (begin_ + step_.commands.size() <= answered && !over_) {
    const i64 now = clock_.monotonic_us();
    if (pace_ != 0 && now < next_us_) return Sourced{};
    const u64 end = begin_ + step_.commands.size();
    const Result<bool, Fault> more = feed_->next(step_);
    if (!more) return more.error();
    begin_ = end;
    if (!more.value()) step_.commands.clear();
    over_ = !more.value();
    // What is passed over costs no time.
    if (pace_ != 0 && begin_ + step_.commands.size() > answered) next_us_ = now + 1'000'000 / pace_;
  }
  Sourced sourced;
  if (over_) return sourced;
  const std::size_t from = answered - begin_;
  const std::size_t to = std::min(step_.commands.size(), from + commands_at_once);
  sourced.commands.assign(step_.commands.begin() + static_cast<std::ptrdiff_t>(from),
                          step_.commands.begin() + static_cast<std::ptrdiff_t>(to));
  sourced.time = step_.time;
  return sourced;
}

}  // namespace lockstep
