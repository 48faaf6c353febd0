// The line between two threads: nothing is lost, doubled or out of order, and nobody waits for ever.
#include "node/service/line.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace lockstep::service {
namespace {

using namespace std::chrono_literals;

Written ticks(std::size_t count, u64 ticket = 0) {
  Written written;
  written.commands.assign(count, Tick{});
  written.tickets.assign(count, ticket);
  return written;
}

Asking asking(u64 ticket) { return {ticket, {Tick{}}}; }

std::vector<u64> tickets_of(const std::vector<Asking>& taken) {
  std::vector<u64> tickets;
  for (const Asking& one : taken) tickets.push_back(one.ticket);
  return tickets;
}

TEST(Line, WhatIsAskedForIsTakenOnceAndInOrder) {
  Line line;
  for (u64 ticket = 1; ticket <= 3; ++ticket) EXPECT_TRUE(line.ask(asking(ticket)));
  EXPECT_EQ(tickets_of(line.take(0)), (std::vector<u64>{1, 2, 3}));
  EXPECT_TRUE(line.take(0).empty());
}

TEST(Line, WhatIsWrittenIsReceivedOnceAndInOrderWithItsTickets) {
  Line line;
  int woken = 0;
  line.wake = [&] { ++woken; };
  line.publish(ticks(2, 7));
  line.publish(ticks(1, 8));
  EXPECT_EQ(woken, 2);
  const std::vector<Written> received = line.receive();
  ASSERT_EQ(received.size(), 2u);
  EXPECT_EQ(received[0].tickets, (std::vector<u64>{7, 7}));
  EXPECT_EQ(received[1].tickets, (std::vector<u64>{8}));
  EXPECT_TRUE(line.receive().empty());
}

// From several threads: every ticket that ask() took comes out, once, and each thread's in its order.
TEST(Line, ThreadsLoseNothing) {
  Line line;
  constexpr u64 threads = 4, each = 2'000;
  std::vector<std::thread> askers;
  std::atomic<u64> taken_of_line{0};
  for (u64 thread = 0; thread < threads; ++thread) {
    askers.emplace_back([&, thread] {
      for (u64 i = 1; i <= each; ++i) {
        while (!line.ask(asking(thread * each + i))) std::this_thread::yield();
        ++taken_of_line;
      }
    });
  }
  std::vector<u64> all;
  while (all.size() < threads * each) {
    for (const u64 ticket : tickets_of(line.take(100'000))) all.push_back(ticket);
  }
  for (std::thread& asker : askers) asker.join();
  std::vector<u64> latest(threads, 0);
  for (const u64 ticket : all) {
    u64& before = latest[(ticket - 1) / each];
    const u64 number = (ticket - 1) % each + 1;
    EXPECT_EQ(number, before + 1);
    before = number;
  }
  EXPECT_EQ(taken_of_line, threads * each);
}

// A service that does not come to read makes the writer wait, and its reading lets it go on.
TEST(Line, AWriterFarAheadWaitsForTheService) {
  Line line;
  line.publish(ticks(20'000));
  std::future<void> second = std::async(std::launch::async, [&] { line.publish(ticks(1)); });
  EXPECT_EQ(second.wait_for(50ms), std::future_status::timeout);
  EXPECT_EQ(line.receive().size(), 1u);
  EXPECT_EQ(second.wait_for(20s), std::future_status::ready);
  EXPECT_EQ(line.receive().size(), 1u);
}

// A service that has ended does not keep the writer from ending, too.
TEST(Line, AStopLetsAWaitingWriterGo) {
  Line line;
  line.publish(ticks(20'000));
  std::future<void> second = std::async(std::launch::async, [&] { line.publish(ticks(1)); });
  EXPECT_EQ(second.wait_for(50ms), std::future_status::timeout);
  line.stop();
  EXPECT_EQ(second.wait_for(20s), std::future_status::ready);
}

TEST(Line, TooManyThatWaitAreRefused) {
  Line line;
  u64 taken = 0;
  while (taken < 1'000'000 && line.ask(asking(taken + 1))) ++taken;
  EXPECT_EQ(taken, 10'000u);
  EXPECT_EQ(line.take(0).size(), 10'000u);
  EXPECT_TRUE(line.ask(asking(1)));
}

// After stop() nothing more is taken, and what was taken before is still there for the writer: together they
// are why nothing that was acknowledged is lost at the end.
TEST(Line, AStopKeepsWhatWasAskedForBefore) {
  Line line;
  EXPECT_TRUE(line.ask(asking(1)));
  line.stop();
  EXPECT_TRUE(line.is_stopping());
  EXPECT_FALSE(line.ask(asking(2)));
  EXPECT_EQ(tickets_of(line.take(1'000'000'000)), (std::vector<u64>{1}));
  EXPECT_TRUE(line.take(1'000'000'000).empty());
}

TEST(Line, AStopWakesAWriterThatWaits) {
  Line line;
  std::future<std::size_t> taken =
      std::async(std::launch::async, [&] { return line.take(3'600'000'000).size(); });
  line.stop();
  ASSERT_EQ(taken.wait_for(20s), std::future_status::ready);
  EXPECT_EQ(taken.get(), 0u);
}

// Whatever ask() said yes to while another thread stopped is still taken.
TEST(Line, AskingWhileStoppingLosesNothing) {
  for (int round = 0; round < 200; ++round) {
    Line line;
    std::atomic<u64> yes{0};
    std::thread asker([&] {
      while (line.ask(asking(yes + 1))) ++yes;
    });
    std::size_t taken = line.take(0).size();
    line.stop();
    taken += line.take(0).size();
    asker.join();
    EXPECT_EQ(taken, yes);
  }
}

TEST(Line, AFailureIsSaidAndNothingIsTakenAnyMore) {
  Line line;
  int woken = 0;
  line.wake = [&] { ++woken; };
  EXPECT_FALSE(line.failure());
  line.fail(Fault{"the disk is full"});
  line.fail(Fault{"and something else"});
  EXPECT_EQ(woken, 2);
  ASSERT_TRUE(line.failure());
  EXPECT_EQ(line.failure()->what, "the disk is full");
  EXPECT_FALSE(line.ask(asking(1)));
}

}  // namespace
}  // namespace lockstep::service
