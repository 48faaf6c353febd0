// A history of one command, for tests.
#pragma once

#include "node/history/history.h"

namespace lockstep::rest {

struct TestingPast final : history::History {
  std::string command;
  u64 position() const override { return 0; }
  void before(const Engine&, const Command&) override {}
  void after(const Engine&, const Command&, const Outcome&) override {}
  Result<Done, Fault> commit() override { return Done{}; }
  Result<Done, Fault> forget() override { return Done{}; }
  std::vector<history::Trade> trades(const history::Select&) const override { return {}; }
  std::vector<history::EndedOrder> orders(const history::Select&) const override { return {}; }
  std::vector<history::Payment> payments(const history::Select&) const override { return {}; }
  std::vector<history::LogRow> log(const history::Select&) const override { return {}; }
  std::vector<history::PriceSample> index_prices(IndexId, Time, Time) const override { return {}; }
  std::vector<history::PriceSample> marks(InstrumentId, Time, Time) const override { return {}; }
  std::string command_at(u64) const override { return command; }
  void keep_notes(std::vector<history::Note>, bool) override {}
  std::vector<history::Note> notes() const override { return {}; }
  void keep_label(AccountId, OrderId, Time, std::string) override {}
  std::string label(AccountId, OrderId, Time) const override { return {}; }
  std::vector<history::EndedOrder> labelled(AccountId, const std::string&, u32) const override { return {}; }
};

}  // namespace lockstep::rest
