// The fates of all accounts in one moved market after another.  An account sees only the prices of what it
// has to do with: where two of the markets look the same to it, its fate is found once.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <vector>

#include "node/stress/exposure.h"
#include "node/stress/fate.h"

namespace lockstep::stress {

class Fates {
 public:
  // The State must outlive it, and is not changed.
  explicit Fates(const State& state);

  // Whether an account is asked about; depends on nothing but what an account touches, whether it has
  // holdings, orders and balances, and whether it is pooled.
  using Concerns = std::function<bool(const Account&)>;
  using Visit = std::function<void(AccountId, const Fate&)>;
  // Moves the live market, and visits by number the accounts that are in liquidation or cannot be judged.
  // Says how many were asked about.
  u64 sweep(std::span<const Move> moves, const Concerns& concerns, const Visit& visit);

  const State& live() const { return state_; }
  const State& moved() const { return market_.state(); }  // as the last sweep moved it
  const Exposure& exposure() const { return exposure_; }

 private:
  // An asset whose price means something to the accounts of a class.
  struct Part {
    AssetId asset;
    bool touched = false;  // touches() says so
    bool options = false;  // and its volatility does, too
    friend auto operator<=>(const Part&, const Part&) = default;
  };
  // What two accounts have in common if they see the same of every market.
  struct Kind {
    std::vector<Part> parts;  // by asset
    RulebookId rulebook;
    bool pooled = false, holdings = false, orders = false, balances = false;
    friend auto operator<=>(const Kind&, const Kind&) = default;
  };
  using Sight = std::vector<i64>;  // what such an account sees of the moves
  struct Class {
    Kind kind;
    const Account* one = nullptr;
    std::map<Sight, u32> seen;  // in which sweep first
  };
  struct Copy {
    AccountId id;
    Account account;
  };
  struct Notable {
    AccountId account;
    Fate fate;
  };

  Kind kind_of(const Account& account) const;
  static Sight sight_of(const Kind& kind, std::span<const Move> moves);
  void seek(const std::vector<bool>& unknown, std::vector<Notable>& found);

  const State& state_;
  Exposure exposure_;
  MovedMarket market_;
  FateScratch scratch_;
  std::vector<Class> classes_;
  std::vector<u32> class_of_;  // by account; no_class: shares nothing
  // Class by class and one behind the other in memory: what lies scattered takes twice as long to look at.
  std::vector<Copy> copies_;
  std::vector<std::vector<Notable>> sweeps_;  // found in each, by account
};

}  // namespace lockstep::stress
