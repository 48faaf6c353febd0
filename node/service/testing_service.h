// For tests: a service on a node of its own in a temporary folder, with its writer beside it, and a small
// market: accounts alice-1 and bob-1 of two parties with 100,000 USDT, and a perpetual BTC-PERP.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "node/io/linux_disk.h"
#include "node/rules/compile.h"
#include "node/service/service.h"
#include "node/service/testing_socket.h"
#include "node/service/writer.h"

namespace lockstep::service::testing {

inline const std::string secret = "correct-horse-battery";

inline access::Key key_of(const std::string& id, const std::string& party, bool operate) {
  access::Key key;
  key.id = id;
  key.party = party;
  key.secret = secret;
  key.scopes = {true, true, true, operate};
  key.reads = key.trades = access::RateLimit{1'000'000, 1'000'000, 1'000'000};
  return key;
}

inline ServiceOptions usual_options() {
  ServiceOptions options;
  options.keys = {key_of("ops", "", true), key_of("alice", "alice", false), key_of("bob", "bob", false)};
  options.access.anonymous = {1'000'000, 1'000'000, 1'000'000};
  options.source.kind = "serve";
  options.logging.level = metrics::Level::error;
  options.version = "test";
  return options;
}

constexpr char market_rules[] = R"toml(
rulebook = "small"
version  = "1"
source   = "made up for this test"
leverage_default = "10"
[scheme.cross]
margin_balance   = "equity"
unit_initial     = "brackets"
unit_maintenance = "brackets"
initial          = "sum(unit) + orders"
maintenance      = "sum(unit)"
orders           = { rule = "per order" }
liquidate        = "margin balance < maintenance"
[component.brackets]
kind       = "brackets"
applies_to = ["linear perpetual"]
[component.brackets.rows]
default = [["0", "0.4 %", "100", "0"], ["100 k", "1 %", "50", "600"]]
[liquidation]
size     = "whole"
limit_at = "bankruptcy"
limit    = "1 %"
losses   = { rest = "ranked" }
[prices]
stale_after = { mark = "24 h", index = "24 h", volatility = "24 h" }
divergence  = { perpetual = "90 %", future = "90 %" }
[prices.allow]
stale    = ["reduce"]
diverged = ["reduce"]
missing  = []
)toml";

inline std::vector<Command> small_market() {
  const auto price = [](i64 whole) { return Price::from_raw(whole * price_one); };
  std::vector<Command> commands = {RegisterAsset{"USDT", 6}, RegisterAsset{"BTC", 8},
                                   RegisterAsset{"ETH", 8}};
  ProposeRulebook propose;
  propose.image = compile_rulebook_text(market_rules, "rules").value();
  commands.push_back(propose);
  ScheduleEpoch schedule;
  schedule.rulebook = RulebookId{0}, schedule.epoch = 1;
  commands.push_back(schedule);
  commands.push_back(RegisterIndex{"BTCUSDT", AssetId{1}, AssetId{0}});
  RegisterInstrument perpetual;
  perpetual.name = "BTC-PERP";
  perpetual.kind = InstrumentKind::perpetual;
  perpetual.index = IndexId{0}, perpetual.rulebook = RulebookId{0};
  perpetual.lot = price_one / 1'000, perpetual.tick = Price::from_raw(price_one / 10);
  perpetual.price_max = price(10'000'000), perpetual.lots_max = Lots::from_raw(100'000'000);
  commands.push_back(perpetual);
  for (const u32 i : {0u, 1u}) {
    const std::string party = i == 0 ? "alice" : "bob";
    commands.push_back(OpenParty{party});
    commands.push_back(OpenAccount{party + "-1", PartyId{i}, RulebookId{0}, MarginMode::cross});
    commands.push_back(Deposit{AccountId{i}, AssetId{0}, Amount::from_raw(i128{100'000} * 1'000'000)});
  }
  IndexPrices indexes;
  indexes.source = 1, indexes.sequence = 1;
  indexes.rows = {{IndexId{0}, price(110'100)}};
  commands.push_back(indexes);
  MarkPrices marks;
  marks.source = 1, marks.sequence = 2;
  marks.rows.push_back({InstrumentId{0}, price(110'000), Rate{}, Price{}});
  commands.push_back(marks);
  return commands;
}

// In a loop: the compiler would try to make such a vector itself, in gigabytes.
inline std::vector<Command> ticks(std::size_t count) {
  std::vector<Command> commands;
  for (std::size_t i = 0; i < count; ++i) commands.push_back(Tick{});
  return commands;
}

class ServiceThreads {
 public:
  explicit ServiceThreads(const ServiceOptions& options = usual_options()) {
    std::string pattern = (std::filesystem::temp_directory_path() / "lockstep-service-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    NodeOptions node_options;
    node_options.folder = folder_ + "/data";
    node_ = std::move(open_node(disk_, node_options)).value();
    const std::vector<Command> market = small_market();
    Time now = Time::from_raw(LinuxClock().wall_us());
    const Result<Done, Fault> begun = submit(
        *node_, now, market, [](const Command&, const Outcome& outcome) { LS_ASSERT(outcome.accepted()); });
    LS_ASSERT(begun);
    service_ = std::move(Service::open(options, line)).value();
    const Result<Done, Fault> followed = service_->follow(*node_);
    LS_ASSERT(followed);
    serving_ = std::thread([this] { service_->run(); });
  }
  ~ServiceThreads() {
    end_writer();
    service_->stop();
    serving_.join();
    service_.reset();
    node_.reset();
    std::filesystem::remove_all(folder_);
  }
  u16 port() const { return service_->port(); }
  Service& service() { return *service_; }
  // Nothing ticks while a test looks.
  void begin_writer(KeepOptions keeping = {i64{3'600} * 1'000'000, 1'000'000, {}}) {
    writing_ = std::thread([this, keeping] {
      LinuxClock clock;
      const Result<Done, Fault> kept = keep(*node_, line, clock, keeping);
      if (!kept) line.fail(kept.error());
    });
  }
  void end_writer() {
    line.stop();
    if (writing_.joinable()) writing_.join();
  }
  // For tests that write themselves, in their own thread.
  Node& node() { return *node_; }
  Line line;

 private:
  std::string folder_;
  LinuxDisk disk_;
  std::unique_ptr<Node> node_;
  std::unique_ptr<Service> service_;
  std::thread serving_, writing_;
};

}  // namespace lockstep::service::testing
