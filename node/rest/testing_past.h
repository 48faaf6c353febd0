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
  std::string command_at(u64) const override { return command; }
};

}  // namespace lockstep::rest
