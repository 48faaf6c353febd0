// A falling price for a share of a whole account.  While the account is worth something bidders pay for it,
// at a discount that grows with time, and may take no more than restores a buffer above maintenance; when
// it is worth nothing bidders are paid to take it, more and more up to what maintenance lacks.
// Source: Derive, v2-core src/liquidation/DutchAuction.sol and the venue's documentation of liquidations.
#pragma once

#include "core/units/units.h"

namespace lockstep::liquidation {

struct AuctionPolicy {
  Rate start;           // of the worth, the price at the start
  Rate cutoff;          // at the end of the fast phase
  Duration fast, slow;  // from start to cutoff, from there to 0
  Duration insolvent;   // until the whole of what maintenance lacks is paid
  Rate fee;             // to the insurance fund at the start, of what may be taken then
  Rate buffer;          // of the requirement, restored beyond it
  Value worth_min;      // an account worth less goes as a whole
};

// One account, all in one asset.
struct AuctionedAccount {
  Value worth;     // marked to market, with what bidders have paid
  Value margin;    // worth less the maintenance requirement
  Value reserved;  // paid in by bidders and set aside, 0 or more
};

// margin + (margin - worth) x buffer: worth less a requirement that is larger by the buffer; toward zero.
Value buffer_margin(const AuctionPolicy& policy, const AuctionedAccount& account);

// Share of the worth that is asked `elapsed` after the start: linear from start to cutoff, then to 0; each
// product toward zero.
Rate auction_discount(const AuctionPolicy& policy, Duration elapsed);

// (worth - reserved) x discount, toward zero, for the whole account.
Value auction_price(const AuctionedAccount& account, Rate discount);

// The largest share that one may take: b / (b - worth x discount - reserved x (1 - discount)), b the buffer
// margin; 0 if b is not negative.  1 if the account is worth less than worth_min or nothing is asked for
// it.
Rate auction_share(const AuctionPolicy& policy, const AuctionedAccount& account, Rate discount);

// What one bid for `asked` (a share of what is there now) comes to.
struct AuctionBid {
  Rate share;           // taken
  Value payment;        // from the bidder
  Value cash_required;  // of the bidder: the payment and the buffer margin of what is taken
  bool ends = false;    // the bid reached the largest share: the account is restored
};
AuctionBid auction_bid(const AuctionPolicy& policy, const AuctionedAccount& account, Duration elapsed,
                       Rate asked);

// To the insurance fund when the auction starts: worth x largest share at no discount x fee.
Value auction_fee(const AuctionPolicy& policy, const AuctionedAccount& account);

// What the insurance fund pays to whoever takes the whole account: from -min(worth, 0) at once to -margin
// when the insolvent phase is over, linear, toward zero; 0 if margin is not negative.
Value insolvent_payout(const AuctionPolicy& policy, const AuctionedAccount& account, Duration elapsed);

// Cash that taking `share` of an insolvent account asks of the bidder: its maintenance less what he is paid.
Value insolvent_cash_required(const AuctionedAccount& account, Value payout, Rate share);

enum class AuctionState : u8 { solvent, insolvent, over };
// over: the account is back above its buffer (insolvent phase: above maintenance).  insolvent: the account
// is worth nothing, what was set aside is all that it has, or the solvent phase has run out.
AuctionState auction_state(const AuctionPolicy& policy, const AuctionedAccount& account, bool insolvent,
                           Duration elapsed);

}  // namespace lockstep::liquidation
