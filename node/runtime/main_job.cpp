#include "node/runtime/main_job.h"

#include <map>
#include <set>

#include "core/wire/codec.h"
#include "node/runtime/venue.h"

namespace lockstep {
namespace {

struct Job {
  MainJobReport report;
  std::set<u32> liquidated;                             // accounts
  std::map<u32, std::pair<Amount, Amount>> debts_paid;  // by asset: by the fund, by winners
  std::map<u16, u64> refusals;
  u32 worst_below = 0;
};

struct LiquidationCounter {
  Job& job;
  const State& state;
  LiquidationCount& count;
  void operator()(const LiquidationOrdered& e) {
    count.orders += 1;
    job.liquidated.insert(e.account.index);
  }
  void operator()(const LiquidationCrossed& e) {
    count.crossed += 1;
    job.liquidated.insert({e.buyer.index, e.seller.index});
  }
  void operator()(const TakenOver& e) {
    count.taken_over += 1;
    job.liquidated.insert(e.account.index);
  }
  void operator()(const Deleveraged& e) {
    count.deleveraged += 1;
    job.liquidated.insert(e.against.index);
  }
  void operator()(const LossShared&) { count.shared += 1; }
  void operator()(const FundPaid& e) {
    count.debts += 1;
    job.debts_paid[state.instrument(e.instrument).settle.index].first += e.amount;
  }
  void operator()(const DebtCovered& e) {
    count.debts += 1;
    job.debts_paid[e.asset.index].first += e.fund;
  }
  void operator()(const DebtsShared& e) {
    job.debts_paid[e.asset.index].first += e.rest - e.shared;
    job.debts_paid[e.asset.index].second += e.shared;
  }
  template <class T>
  void operator()(const T&) {}
};

void count(Job& job, const State& state, const Command& command, const Outcome& outcome) {
  CommandCount& row = job.report.commands[command.index()];
  if (outcome.accepted()) {
    row.accepted += 1;
  } else {
    row.refused += 1;
    job.refusals[static_cast<u16>(outcome.refusal)] += 1;
  }
  for (const Event& event : outcome.events) {
    job.report.state_changes += std::holds_alternative<MarginStateChanged>(event) ? 1 : 0;
    std::visit(LiquidationCounter{job, state, job.report.liquidation}, event);
  }
}

template <std::size_t... I>
std::vector<CommandCount> command_rows(std::index_sequence<I...>) {
  return {CommandCount{std::string(std::variant_alternative_t<I, Command>::name_of), 0, 0}...};
}

// Walks the feed over what the log holds already and proves that it is the same run.  Steps and frames need
// not have the same borders; commands are compared one by one.
class Resumption {
 public:
  static Result<Resumption, Fault> begin(Node& node, const Companion& companion) {
    Result<std::unique_ptr<LogCursor>, Fault> cursor = node.log->read(node.log->first_index());
    if (!cursor) return cursor.error();
    Resumption r(std::move(cursor.value()), companion);
    r.left_ = node.log->durable_tail().position - r.cursor_->passed().position;
    r.trimmed_ = r.cursor_->passed().position;
    return r;
  }

  // How many of the step's commands the log holds; a fault if it holds others.  What the venue filled and the
  // companion said, before and behind them, is passed over: it follows from them.
  Result<std::size_t, Fault> covered(const Step& step, const std::string& folder) {
    std::size_t n = 0;
    while (n < step.commands.size() && trimmed_ > 0) ++n, --trimmed_;
    for (;;) {
      Result<bool, Fault> more = load(folder);
      if (!more) return more.error();
      if (!more.value()) return n;
      const Command& held = batch_[next_];
      if (!is_of_others(held)) {
        if (n == step.commands.size()) return n;
        if (time_ != step.time || encode(held) != encode(step.commands[n])) return other(folder);
        ++n;
      }
      ++next_, --left_;
    }
  }
  bool is_over() const { return left_ == 0 && trimmed_ == 0; }

 private:
  bool is_of_others(const Command& command) const {
    const auto* fill = std::get_if<Fill>(&command);
    if (fill != nullptr && fill->order >> 63 != 0) return true;
    const bool asked =
        std::holds_alternative<Instruction>(command) || std::holds_alternative<Request>(command);
    if (asked) return true;
    return companion_->is_mine && companion_->is_mine(command);
  }
  // Makes batch_[next_] the next command of the log; false behind its last.
  Result<bool, Fault> load(const std::string& folder) {
    while (left_ > 0 && next_ == batch_.size()) {
      Result<const Frame*, Fault> frame = cursor_->next();
      if (!frame) return frame.error();
      LS_ASSERT(frame.value() != nullptr);
      batch_.clear();
      next_ = 0;
      if (!decode_batch(frame.value()->payload, batch_)) return other(folder);
      time_ = frame.value()->log_time;
    }
    return left_ > 0;
  }
  Resumption(std::unique_ptr<LogCursor> cursor, const Companion& companion)
      : cursor_(std::move(cursor)), companion_(&companion) {}
  static Fault other(const std::string& folder) {
    return Fault{folder +
                     ": this log is of another run (other data, seed, accounts or rulebooks); name an empty "
                     "folder with --log",
                 FaultKind::conflict};
  }

  std::unique_ptr<LogCursor> cursor_;
  const Companion* companion_;
  std::vector<Command> batch_;
  std::size_t next_ = 0;
  Time time_;
  u64 left_ = 0;
  u64 trimmed_ = 0;
};

void summarize_snapshot(Job& job, Node& node, const MainJobWatcher& watcher) {
  const BookSummary summary = summarize(node.engine);
  const u32 below = summary.by_state[static_cast<std::size_t>(MarginState::liquidation)] +
                    summary.by_state[static_cast<std::size_t>(MarginState::bankrupt)];
  if (job.report.worst_moment.empty() || below > job.worst_below) {
    job.worst_below = below;
    job.report.worst_moment = summary_line(summary);
  }
  if (watcher.on_summary) watcher.on_summary(summary);
}

void finish(Job& job, Node& node, const Feed& feed) {
  MainJobReport& report = job.report;
  report.feed = feed.report();
  report.reprice = feed.reprice();
  report.recovered = node.recovered;
  for (const auto& [number, n] : job.refusals) report.refusals.push_back({static_cast<Refusal>(number), n});
  for (u32 i = 0; i < node.engine.state.rulebooks.size(); ++i) {
    report.by_rulebook.emplace_back(node.engine.state.rulebooks[i].name,
                                    summarize(node.engine, RulebookId{i}));
  }
  report.liquidation.accounts = job.liquidated.size();
  const State& state = node.engine.state;
  for (u32 i = 0; i < state.accounts.size(); ++i) {
    const Assessment assessment = assess_account(node.engine, AccountId{i});
    report.liquidation.below_zero += assessment.state == MarginState::bankrupt ? 1 : 0;
  }
  for (u32 i = 0; i < state.assets.size(); ++i) {
    const auto [paid, shared] = job.debts_paid[i];
    const Amount fund = state.house[i].fund;
    if (fund == Amount{} && paid == Amount{} && shared == Amount{}) continue;
    report.funds.push_back({state.assets[i].name, state.assets[i].decimals, fund, paid, shared});
  }
  report.position = node.engine.state.position;
  report.state_hash = state_hash(node.engine);
}

// What follows from a step at the end of the log: the venue fills what the engine liquidates, then the
// companion has its say.
Result<Done, Fault> follow_up(Node& node, const Companion& companion, Time time, const OutcomeSink& sink) {
  const std::vector<Command> fills = fill_liquidations(node.engine.state);
  if (!fills.empty()) {
    if (Result<Done, Fault> done = submit(node, time, fills, sink); !done) return done.error();
  }
  if (!companion.after) return Done{};
  for (bool behind = true; behind;) {
    const Result<Said, Fault> said = companion.after(node.engine);
    if (!said) return said.error();
    behind = said.value().behind;
    if (said.value().commands.empty()) continue;
    if (Result<Done, Fault> done = submit(node, time, said.value().commands, sink); !done)
      return done.error();
  }
  return Done{};
}

}  // namespace

Result<MainJobReport, Fault> run_main_job(Disk& disk, const MainJobRequest& request,
                                          const MainJobWatcher& watcher) {
  Result<Feed, Fault> feed = open_feed(disk, request.feed);
  if (!feed) return feed.error();
  Result<std::unique_ptr<Node>, Fault> opened =
      open_node(disk, NodeOptions{.folder = request.folder, .prefix = request.prefix, .etcd = request.etcd});
  if (!opened) return opened.error();
  Node& node = *opened.value();
  Result<Resumption, Fault> resumption = Resumption::begin(node, request.companion);
  if (!resumption) return resumption.error();
  if (watcher.on_open) {
    if (Result<Done, Fault> done = watcher.on_open(node); !done) return done.error();
  }
  if (watcher.on_start) watcher.on_start(feed.value().report());

  Job job;
  job.report.commands = command_rows(std::make_index_sequence<std::variant_size_v<Command>>{});
  const OutcomeSink sink = [&job, &node](const Command& command, const Outcome& outcome) {
    count(job, node.engine.state, command, outcome);
  };
  u32 snapshots = 0;
  Step step;
  bool ended = false;
  while (!ended) {
    const Result<bool, Fault> more = feed.value().next(step);
    if (!more) return more.error();
    if (!more.value()) break;
    const Result<std::size_t, Fault> covered = resumption.value().covered(step, request.folder);
    if (!covered) return covered.error();
    job.report.skipped += covered.value();
    const std::span<const Command> fresh = std::span<const Command>(step.commands).subspan(covered.value());
    if (!fresh.empty()) {
      if (Result<Done, Fault> done = submit(node, step.time, fresh, sink); !done) return done.error();
    }
    if (resumption.value().is_over()) {
      if (Result<Done, Fault> done = follow_up(node, request.companion, step.time, sink); !done)
        return done.error();
      if (request.between && !fresh.empty()) {
        const Result<bool, Fault> goes_on = request.between(node, step.time, false);
        if (!goes_on) return goes_on.error();
        ended = !goes_on.value();
      }
    }
    if (watcher.on_progress) watcher.on_progress(step.time, node.engine.state.position);
    if (!step.snapshot || fresh.empty()) continue;
    summarize_snapshot(job, node, watcher);
    if (++snapshots % request.snapshot_every != 0) continue;
    if (Result<Done, Fault> done = take_snapshot(node); !done) return done.error();
  }
  if (request.between && !ended) {
    const Result<bool, Fault> done = request.between(node, node.engine.state.time, true);
    if (!done) return done.error();
  }
  if (node.engine.state.position != 0) {
    if (Result<Done, Fault> done = take_snapshot(node); !done) return done.error();
  }
  finish(job, node, feed.value());
  return std::move(job.report);
}

}  // namespace lockstep
