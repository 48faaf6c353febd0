// Vega: what the network sells of the positions that it takes over, and what winners get when losers cannot
// pay.
#include "core/liquidation/close_size.h"
#include "core/liquidation/socialise.h"
#include "tests/conform/vega.h"

namespace lockstep::conform::vega {
namespace {

namespace rules = liquidation;

constexpr std::string_view network = "network";
constexpr std::size_t rounds_max = 10'000;

Lots lots(const Json& json) { return Lots::from_raw(static_cast<i64>(json.fixed(0))); }

rules::DisposalPolicy policy_of(const Json& params) {
  const auto rate = [&](std::string_view key) {
    return Rate::from_raw(static_cast<i64>(params.at(key).fixed(rate_decimals)));
  };
  return {rate("disposal_fraction"), lots(params.at("full_disposal_size")), rate("max_fraction_consumed")};
}

}  // namespace

Answer disposal_size(const Vector& vector) {
  const Lots size = rules::disposal_size(lots(vector.json.at("portfolio").at("network_position")),
                                         lots(vector.json.at("market").at("available_volume")),
                                         policy_of(vector.json.at("params")));
  return {{{"size", to_decimal(size.raw(), 0)}}, ""};
}

// Round after round, against the same volume, until nothing is left or nothing can be sold.
Answer disposal_sequence(const Vector& vector) {
  const rules::DisposalPolicy policy = policy_of(vector.json.at("params"));
  const Lots volume = lots(vector.json.at("market").at("available_volume"));
  Lots left = abs(lots(vector.json.at("portfolio").at("network_position")));
  Answer answer;
  for (std::size_t round = 0; round < rounds_max; ++round) {
    const Lots size = rules::disposal_size(left, volume, policy);
    if (size == Lots{}) break;
    answer.values.emplace_back("sizes[" + std::to_string(round) + "]", to_decimal(size.raw(), 0));
    left -= size;
  }
  return answer;
}

// Winners by the order in which their positions came to be.
Answer loss_socialisation(const Vector& vector) {
  std::vector<std::string> names;
  std::vector<Amount> wins;
  for (const Json& win : vector.json.at("portfolio").at("wins").items) {
    names.push_back(win.items.at(0).text);
    wins.push_back(Amount::from_raw(win.items.at(1).fixed(0)));
  }
  std::size_t last = wins.empty() ? 0 : wins.size() - 1;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == network) last = i;
  }
  const Amount collected = Amount::from_raw(vector.json.at("market").at("collected").fixed(0));
  const std::vector<Amount> payouts = rules::pro_rata(wins, collected, last);
  Answer answer;
  for (std::size_t i = 0; i < payouts.size(); ++i) {
    const std::string name = "payouts[" + std::to_string(i) + "]";
    answer.values.emplace_back(name + "[0]", names[i]);
    answer.values.emplace_back(name + "[1]", to_decimal(payouts[i].raw(), 0));
  }
  return answer;
}

}  // namespace lockstep::conform::vega
