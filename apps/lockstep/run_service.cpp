#include "apps/lockstep/run_service.h"

#include <cstdlib>

#include "apps/lockstep/terminal.h"
#include "core/wire/asked.h"
#include "node/json/json.h"

namespace lockstep {
namespace {

// A key of the given scopes; whoever may do everything belongs to no party.
access::Key make_key(const std::string& id, const std::string& secret) {
  access::Key key;
  key.id = id;
  key.secret = secret;
  key.scopes.read = key.scopes.simulate = key.scopes.trade = true;
  return key;
}

// The account that shows most: of those that hold a perpetual and options, the one with the most holdings.
// Not under portfolio margin, where Deribit's rulebook takes no orders: its gap portfolio_orders.
AccountId find_trader(const State& state) {
  AccountId best;
  std::size_t most = 0;
  for (u32 i = 0; i < state.accounts.size(); ++i) {
    const Account& account = state.accounts[i];
    bool future = false, option = false;
    for (const Holding& holding : account.holdings) {
      const InstrumentKind kind = state.instrument(holding.instrument).kind;
      option |= kind == InstrumentKind::option;
      future |= kind == InstrumentKind::perpetual || kind == InstrumentKind::future;
    }
    const bool trades = account.mode != MarginMode::portfolio && account.state == MarginState::normal;
    if (!future || !option || !trades || account.holdings.size() <= most) continue;
    most = account.holdings.size();
    best = AccountId{i};
  }
  return best;
}

// An order for one lot of what the account holds, far enough from the market to rest there.
std::vector<Command> resting_orders(const State& state, AccountId trader) {
  std::vector<Command> orders;
  const Account& account = state.account(trader);
  OrderId next = account.orders.empty() ? 1 : account.orders.back().id + 1;
  bool has_future = false, has_option = false;
  for (const Holding& holding : account.holdings) {
    const Instrument& instrument = state.instrument(holding.instrument);
    bool& has = instrument.kind == InstrumentKind::option ? has_option : has_future;
    const Price mark = state.market(holding.instrument).mark;
    const i64 price = mark.raw() / 2 / instrument.tick.raw() * instrument.tick.raw();
    if (has || price <= 0) continue;
    has = true;
    PlaceOrder order;
    order.account = trader;
    order.order = next++;
    order.instrument = holding.instrument;
    order.side = Side::buy;
    order.price = Price::from_raw(price);
    order.lots = Lots::from_raw(1);
    orders.push_back(instruct("run", "", order));
  }
  return orders;
}

}  // namespace

Result<std::unique_ptr<RunService>, Fault> RunService::open(const RunOptions& options,
                                                            const std::string& folder) {
  const std::size_t colon = options.listen.rfind(':');
  int port = -1;
  if (colon != std::string::npos && colon + 1 < options.listen.size()) {
    char* end = nullptr;
    const long number = std::strtol(options.listen.c_str() + colon + 1, &end, 10);
    if (*end == '\0' && number >= 0 && number <= 65'535) port = static_cast<int>(number);
  }
  if (port < 0 || colon == 0) {
    return Fault{"--listen \"" + options.listen + "\": ADDRESS:PORT is needed, such as 127.0.0.1:8087"};
  }
  std::unique_ptr<RunService> run(new RunService(options));
  // Tests know the secret; everybody else gets a fresh one.
  const char* given = std::getenv("LOCKSTEP_RUN_SECRET");
  run->operator_secret_ = given != nullptr ? std::string(given) + "-operator" : access::random_secret();
  run->trader_secret_ = given != nullptr ? std::string(given) + "-trader" : access::random_secret();
  service::ServiceOptions service;
  service.server.address = options.listen.substr(0, colon);
  service.server.port = static_cast<u16>(port);
  service.source.kind = "run";
  service.source.name =
      options.data.empty() ? (options.preset.empty() ? "crash-2025-10-10" : options.preset) : options.data;
  service.source.running = true;
  service.source.pace = std::to_string(options.pace);
  service.source.allows_market_moves = true;
  service.history = folder + "/history.sqlite";
  service.feed_registers = true;
  // Whoever runs this for an afternoon signs in once, and measures what the service can do.
  service.access.access_token_us = i64{7} * 86'400'000'000;
  service.access.reads = service.access.trades = service.access.anonymous = {1'000'000, 1'000'000, 1'000'000};
  service.keys.push_back(make_key("operator", run->operator_secret_));
  service.keys.back().scopes.operate = true;
  service.trusted_token_by = "operator";
  Result<std::unique_ptr<Hosted>, Fault> hosted = Hosted::open(service);
  if (!hosted) return hosted.error();
  run->hosted_ = std::move(hosted).value();
  return run;
}

Result<Done, Fault> RunService::start(Node& node) {
  if (Result<Done, Fault> done = hosted_->start(node); !done) return done;
  say_where();
  return Done{};
}

void RunService::say_where() {
  const std::string address = options_.listen.substr(0, options_.listen.rfind(':'));
  const std::string url = "http://" + address + ":" + std::to_string(hosted_->service().port());
  if (options_.json) {
    Json json;
    json.begin_object().field("kind", "service").field("url", url);
    json.field("page", url + "/#token=" + hosted_->service().token());
    json.field("operator_secret", operator_secret_).field("trader_secret", trader_secret_).end_object();
    return print_line(json.str());
  }
  print_line("dashboard  " + url + "/#token=" + hosted_->service().token());
  print_line("API        " + url + "/api/v2   key \"operator\", secret " + operator_secret_);
  print_line("           Ctrl-C ends it");
}

Result<Done, Fault> RunService::seat_trader(Node& node, Time time) {
  const State& state = node.engine.state;
  trader_ = find_trader(state);
  if (trader_.is_none()) return Done{};
  const Account& account = state.account(trader_);
  access::Key key = make_key("trader", trader_secret_);
  key.party = state.parties[account.party.index].name;
  key.account = account.name;
  hosted_->service().add_key(key);
  if (!options_.json) {
    print_line("           key \"trader\", secret " + trader_secret_ + ": account " + account.name);
  } else {
    print_line(
        Json().begin_object().field("kind", "trader").field("account", account.name).end_object().str());
  }
  const bool seated_before = !account.orders.empty();
  if (seated_before) return Done{};
  const std::vector<Command> orders = resting_orders(state, trader_);
  if (orders.empty()) return Done{};
  return submit(node, time, orders, {});
}

Result<bool, Fault> RunService::between(Node& node, Time time, bool over) {
  if (trader_.is_none()) {
    if (Result<Done, Fault> done = seat_trader(node, time); !done) return done.error();
  }
  if (over) hosted_->service().feed_is_over();
  const i64 wait_us = options_.pace == 0 ? 0 : 1'000'000 / options_.pace;
  do {
    if (Result<Done, Fault> done = hosted_->answer(time, over ? 1'000'000 : wait_us, true); !done)
      return done.error();
  } while (over && !asked_to_stop());
  if (!asked_to_stop()) return true;
  if (Result<Done, Fault> done = hosted_->finish(time, true); !done) return done.error();
  return false;
}

}  // namespace lockstep
