// Derive: auctions of accounts that are below maintenance, by themselves and on top of the first
// generation's margin.
#include "core/liquidation/auction.h"
#include "tests/conform/derive.h"

namespace lockstep::conform::derive {
namespace {

namespace rules = liquidation;

Duration seconds(const Json& json) { return Duration::from_raw(static_cast<i64>(json.fixed(6))); }

Rate optional_rate(const Json& json, std::string_view key) {
  const Json* found = json.find(key);
  return found == nullptr ? Rate{} : rate_of(*found);
}

rules::AuctionPolicy policy_of(const Json& params) {
  rules::AuctionPolicy policy;
  policy.start = rate_of(params.at("starting_mtm_percentage"));
  policy.cutoff = rate_of(params.at("fast_auction_cutoff_percentage"));
  policy.fast = seconds(params.at("fast_auction_length"));
  policy.slow = seconds(params.at("slow_auction_length"));
  policy.insolvent = seconds(params.at("insolvent_auction_length"));
  policy.fee = optional_rate(params, "liquidator_fee_rate");
  policy.buffer = optional_rate(params, "buffer_margin_percentage");
  policy.worth_min = optional_value(params, "mtm_cutoff");
  return policy;
}

Rate asked_of(const Json& portfolio) {
  const Json* asked = portfolio.find("bid_percent");
  return asked == nullptr ? Rate::from_raw(rate_one) : rate_of(*asked);
}

void answer_solvent(const rules::AuctionPolicy& policy, const rules::AuctionedAccount& account,
                    const Json& portfolio, Answer& answer) {
  const Duration elapsed = seconds(portfolio.at("elapsed_seconds"));
  const Rate discount = rules::auction_discount(policy, elapsed);
  const rules::AuctionBid bid = rules::auction_bid(policy, account, elapsed, asked_of(portfolio));
  const auto share = [](Rate rate) { return to_decimal(rate.raw(), rate_decimals); };
  const std::vector<std::pair<std::string, std::string>> values{
      {"discount", share(discount)},
      {"buffer_margin", text(rules::buffer_margin(policy, account))},
      {"bid_price", text(rules::auction_price(account, discount))},
      {"max_proportion", share(rules::auction_share(policy, account, discount))},
      {"final_percent", share(bid.share)},
      {"cash_from_bidder", text(bid.payment)},
      {"cash_required", text(bid.cash_required)},
      {"fee", text(rules::auction_fee(policy, account))},
      {"terminates", bid.ends ? "true" : "false"}};
  answer.values.insert(answer.values.end(), values.begin(), values.end());
}

void answer_insolvent(const rules::AuctionPolicy& policy, const rules::AuctionedAccount& account,
                      const Json& portfolio, Answer& answer) {
  const Value payout = rules::insolvent_payout(policy, account, seconds(portfolio.at("elapsed_seconds")));
  const Rate share = asked_of(portfolio);
  const std::vector<std::pair<std::string, std::string>> values{
      {"buffer_margin", text(rules::buffer_margin(policy, account))},
      {"bid_price", text(-payout)},
      {"payout", text(payout)},
      {"max_proportion", "1"},
      {"final_percent", to_decimal(share.raw(), rate_decimals)},
      {"cash_from_bidder", "0"},
      {"cash_to_bidder", text(scale(payout, share, Round::zero))},
      {"cash_required", text(rules::insolvent_cash_required(account, payout, share))}};
  answer.values.insert(answer.values.end(), values.begin(), values.end());
}

rules::AuctionedAccount stated_account(const Json& portfolio) {
  return {value_of(portfolio.at("mark_to_market")), value_of(portfolio.at("maintenance_margin")),
          optional_value(portfolio, "reserved_cash")};
}

Value answered_value(const Answer& answer, std::string_view name) {
  for (const auto& [key, text] : answer.values) {
    i128 raw = 0;
    if (key == name && parse_decimal(text, value_decimals, raw)) return Value::from_raw(raw);
  }
  throw VectorError{"no answer for " + std::string(name)};
}

}  // namespace

Answer auction_solvent(const Vector& vector) {
  const Json& portfolio = vector.json.at("portfolio");
  Answer answer;
  answer_solvent(policy_of(vector.json.at("params")), stated_account(portfolio), portfolio, answer);
  return answer;
}

Answer auction_insolvent(const Vector& vector) {
  const Json& portfolio = vector.json.at("portfolio");
  Answer answer;
  answer_insolvent(policy_of(vector.json.at("params")), stated_account(portfolio), portfolio, answer);
  return answer;
}

Answer liquidated_portfolio(const Vector& vector) {
  const Json& portfolio = vector.json.at("portfolio");
  const rules::AuctionPolicy policy = policy_of(vector.json.at("params").at("auction"));
  Answer answer = first_generation(vector);
  const rules::AuctionedAccount account{answered_value(answer, "mtm"), answered_value(answer, "mm"),
                                        optional_value(portfolio, "reserved_cash")};
  const bool insolvent = is_true(portfolio.at("insolvent"));
  (insolvent ? answer_insolvent : answer_solvent)(policy, account, portfolio, answer);
  return answer;
}

}  // namespace lockstep::conform::derive
