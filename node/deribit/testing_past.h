// For tests: a past that says what it was told, selected as node/history says.
#pragma once

#include <algorithm>
#include <map>

#include "node/history/history.h"

namespace lockstep::deribit {

// Rows of each kind, newest last.
class ToldPast : public history::History {
 public:
  std::vector<history::Trade> told_trades;
  std::vector<history::EndedOrder> told_orders;
  std::vector<history::Payment> told_payments;
  std::vector<history::LogRow> told_log;
  std::map<u64, std::string> told_commands;
  std::vector<history::PriceSample> told_prices;  // of every index and every mark
  struct ToldLabel {
    AccountId account;
    OrderId order = 0;
    Time at;
    std::string label;
  };
  std::vector<ToldLabel> told_labels;
  mutable int labels_asked = 0;  // one by one

  u64 position() const override { return 0; }
  void before(const Engine&, const Command&) override {}
  void after(const Engine&, const Command&, const Outcome&) override {}
  Result<Done, Fault> commit() override { return Done{}; }
  Result<Done, Fault> forget() override { return Done{}; }
  std::vector<history::Trade> trades(const history::Select& s) const override {
    auto rows = pick(told_trades, s, [&](const history::Trade& t) {
      return of(s.account, t.account) && of(s.instrument, t.instrument) && of(s.order, t.order) &&
             in(s, t.time);
    });
    for (history::Trade& t : rows) {
      if (s.labels) t.label = find_label(t.account, t.order, t.time);
    }
    return rows;
  }
  std::vector<history::EndedOrder> orders(const history::Select& s) const override {
    auto rows = pick(told_orders, s, [&](const history::EndedOrder& o) {
      return of(s.account, o.account) && of(s.instrument, o.order.instrument) && of(s.order, o.order.id);
    });
    for (history::EndedOrder& o : rows) {
      if (s.labels) o.label = find_label(o.account, o.order.id, o.order.placed_at);
    }
    return rows;
  }
  std::vector<history::Payment> payments(const history::Select& s) const override {
    return pick(told_payments, s, [&](const history::Payment& p) {
      return of(s.account, p.account) && of(s.asset, p.asset) && in(s, p.time);
    });
  }
  std::vector<history::LogRow> log(const history::Select& s) const override {
    return pick(told_log, s,
                [&](const history::LogRow& row) { return s.command == row.command && in(s, row.time); });
  }
  std::string command_at(u64 position) const override {
    const auto found = told_commands.find(position);
    return found == told_commands.end() ? "" : found->second;
  }
  std::vector<history::PriceSample> index_prices(IndexId, Time from, Time to) const override {
    return prices(from, to);
  }
  std::vector<history::PriceSample> marks(InstrumentId, Time from, Time to) const override {
    return prices(from, to);
  }
  void keep_notes(std::vector<history::Note>, bool) override {}
  std::vector<history::Note> notes() const override { return {}; }
  void keep_label(AccountId account, OrderId order, Time at, std::string label) override {
    if (!label.empty()) told_labels.push_back({account, order, at, std::move(label)});
  }
  std::string label(AccountId account, OrderId order, Time at) const override {
    ++labels_asked;
    return find_label(account, order, at);
  }
  std::vector<history::EndedOrder> labelled(AccountId account, const std::string& label,
                                            u32 limit) const override {
    std::vector<history::EndedOrder> found;
    for (auto one = told_labels.rbegin(); one != told_labels.rend() && found.size() < limit; ++one) {
      if (one->account != account || one->label != label) continue;
      for (const history::EndedOrder& o : told_orders) {
        if (o.account != account || o.order.id != one->order || o.order.placed_at < one->at) continue;
        found.push_back(o);
        found.back().label = label;
        break;
      }
    }
    return found;
  }

 private:
  std::string find_label(AccountId account, OrderId order, Time at) const {
    std::string found;
    for (const ToldLabel& one : told_labels) {
      if (one.account == account && one.order == order && one.at <= at) found = one.label;
    }
    return found;
  }
  std::vector<history::PriceSample> prices(Time from, Time to) const {
    std::vector<history::PriceSample> found;
    for (const history::PriceSample& one : told_prices) {
      if (one.at >= from && (to == Time{} || one.at <= to)) found.push_back(one);
    }
    return found;
  }
  template <class T>
  static bool of(const std::optional<T>& asked, const T& is) {
    return !asked || *asked == is;
  }
  static bool in(const history::Select& s, Time time) {
    return time >= s.from && (s.to == Time{} || time <= s.to);
  }
  template <class Row>
  static std::pair<u64, u32> place(const Row& row) {
    if constexpr (requires { row.part; }) {
      return {row.position, row.part};
    } else {
      return {row.position, 0};
    }
  }
  template <class Row, class Matches>
  static std::vector<Row> pick(const std::vector<Row>& rows, const history::Select& s,
                               const Matches& matches) {
    std::vector<Row> out;
    for (const Row& row : rows) {
      const auto at = place(row);
      const bool inside = at < std::pair(s.before, s.before_part) && at >= std::pair(s.behind, s.behind_part);
      if (inside && matches(row)) out.push_back(row);
    }
    if (!s.rising) std::reverse(out.begin(), out.end());
    out.resize(std::min<std::size_t>(out.size(), s.limit));
    return out;
  }
};

}  // namespace lockstep::deribit
