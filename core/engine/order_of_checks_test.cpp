// Which refusal wins when several apply is part of the specification (methodology 3.1).  Each walk starts
// from a command in which everything is wrong and mends one thing at a time: the refusals must come in this
// order.
#include <gtest/gtest.h>

#include "core/engine/engine_testing.h"

namespace lockstep {
namespace {

// Mends `command` step by step; step i must be refused with expected[i], and the mended command is accepted.
template <class C>
void walk(SmallVenue& venue, C command,
          const std::vector<std::pair<Refusal, std::function<void(C&)>>>& steps) {
  for (const auto& [expected, mend] : steps) {
    const Hash128 before = entities_hash(venue.engine);
    EXPECT_EQ(refusal_name(venue.refusal(command)), refusal_name(expected));
    EXPECT_EQ(entities_hash(venue.engine), before) << "a refused command changed something";
    mend(command);
  }
  venue.must(command);
}

TEST(OrderOfChecks, PlaceOrder) {
  SmallVenue venue;
  venue.must(small_order());
  PlaceOrder order = small_order();
  order.account = AccountId{9};
  order.instrument = InstrumentId{9};
  order.order = 0;
  order.leg = Leg::long_leg;
  order.trigger = dollars(1);
  order.price = Price::from_raw(dollars(2'000'000).raw() + 1);
  order.lots = Lots::from_raw(2'000'000);
  order.reduce_only = true;
  walk<PlaceOrder>(venue, order,
                   {{Refusal::unknown_account, [](PlaceOrder& o) { o.account = AccountId{0}; }},
                    {Refusal::unknown_instrument, [](PlaceOrder& o) { o.instrument = InstrumentId{0}; }},
                    {Refusal::number_out_of_range, [](PlaceOrder& o) { o.order = 1; }},
                    {Refusal::order_exists, [](PlaceOrder& o) { o.order = 2; }},
                    {Refusal::leg_invalid, [](PlaceOrder& o) { o.leg = Leg::net; }},
                    {Refusal::order_fields_invalid, [](PlaceOrder& o) { o.trigger = Price{}; }},
                    {Refusal::lots_out_of_range, [](PlaceOrder& o) { o.lots = Lots::from_raw(999'999); }},
                    {Refusal::price_out_of_range,
                     [](PlaceOrder& o) { o.price = Price::from_raw(dollars(19'000).raw() + 1); }},
                    {Refusal::price_off_tick, [](PlaceOrder& o) { o.price = dollars(19'000); }},
                    {Refusal::reduce_only_would_increase, [](PlaceOrder& o) { o.reduce_only = false; }},
                    {Refusal::holding_limit, [](PlaceOrder& o) { o.lots = Lots::from_raw(500'000); }},
                    {Refusal::margin_insufficient, [](PlaceOrder& o) { o.lots = Lots::from_raw(100); }}});
}

TEST(OrderOfChecks, Fill) {
  SmallVenue venue;
  PlaceOrder resting = small_order();
  resting.post_only = true;
  venue.must(resting);
  Fill fill = small_fill();
  fill.account = AccountId{9};
  fill.instrument = InstrumentId{9};
  fill.leg = Leg::short_leg;
  fill.lots = Lots{};
  fill.price = Price{};
  fill.order = 7;
  fill.side = Side::sell;
  fill.taker = true;
  walk<Fill>(
      venue, fill,
      {{Refusal::unknown_account, [](Fill& f) { f.account = AccountId{0}; }},
       {Refusal::unknown_instrument, [](Fill& f) { f.instrument = InstrumentId{0}; }},
       {Refusal::leg_invalid, [](Fill& f) { f.leg = Leg::net; }},
       {Refusal::lots_out_of_range, [](Fill& f) { f.lots = Lots::from_raw(101); }},
       {Refusal::price_out_of_range, [](Fill& f) { f.price = Price::from_raw(dollars(19'001).raw() + 1); }},
       {Refusal::price_off_tick, [](Fill& f) { f.price = dollars(19'001); }},
       {Refusal::unknown_order, [](Fill& f) { f.order = 1; }},
       {Refusal::fill_does_not_match_order, [](Fill& f) { f.side = Side::buy; }},
       {Refusal::fill_exceeds_order, [](Fill& f) { f.lots = Lots::from_raw(100); }},
       {Refusal::post_only_would_take, [](Fill& f) { f.taker = false; }},
       {Refusal::fill_worse_than_limit, [](Fill& f) { f.price = dollars(19'000); }}});
}

TEST(OrderOfChecks, RegisterInstrument) {
  SmallVenue venue;
  RegisterInstrument r = SmallVenue::perpetual("");
  r.rulebook = RulebookId{7};
  r.index = IndexId{7};
  r.lot = 0;
  r.lots_max = Lots::from_raw(limits::lots_raw_max);
  walk<RegisterInstrument>(
      venue, r,
      {{Refusal::name_invalid, [](RegisterInstrument& x) { x.name = "BTCUSDT"; }},
       {Refusal::name_taken, [](RegisterInstrument& x) { x.name = "BTC-SECOND"; }},
       {Refusal::unknown_rulebook, [](RegisterInstrument& x) { x.rulebook = RulebookId{0}; }},
       {Refusal::unknown_index, [](RegisterInstrument& x) { x.index = IndexId{0}; }},
       {Refusal::instrument_invalid, [](RegisterInstrument& x) { x.lot = 100'000; }},
       {Refusal::instrument_over_limit, [](RegisterInstrument& x) { x.lots_max = Lots::from_raw(1'000); }}});
}

TEST(OrderOfChecks, Money) {
  SmallVenue venue;
  venue.must(small_fill());
  const auto usdt = [](i64 whole) { return Amount::from_raw(i128{whole} * 1'000'000); };
  walk<Withdraw>(venue, Withdraw{AccountId{9}, AssetId{9}, usdt(-1)},
                 {{Refusal::unknown_account, [](Withdraw& w) { w.account = AccountId{0}; }},
                  {Refusal::unknown_asset, [](Withdraw& w) { w.asset = AssetId{0}; }},
                  {Refusal::amount_invalid, [&](Withdraw& w) { w.amount = usdt(1'001); }},
                  {Refusal::balance_insufficient, [&](Withdraw& w) { w.amount = usdt(201); }},
                  // 0.4 BTC at 20,000 with leverage 10 needs 800 of 1,000.
                  {Refusal::margin_insufficient, [&](Withdraw& w) { w.amount = usdt(200); }}});
  walk<Transfer>(venue, Transfer{AccountId{0}, AccountId{9}, AssetId{9}, usdt(0)},
                 {{Refusal::unknown_account, [](Transfer& t) { t.to = AccountId{0}; }},
                  {Refusal::same_account, [](Transfer& t) { t.to = AccountId{1}; }},
                  {Refusal::unknown_asset, [](Transfer& t) { t.asset = AssetId{0}; }},
                  {Refusal::amount_invalid, [&](Transfer& t) { t.amount = usdt(5'000); }},
                  {Refusal::balance_insufficient, [&](Transfer& t) { t.amount = usdt(1); }},
                  {Refusal::margin_insufficient, [](Transfer& t) { std::swap(t.from, t.to); }}});
}

TEST(OrderOfChecks, PriceBatches) {
  SmallVenue venue;
  MarkPrices marks{1, 1, {}};
  const MarkPrice good{InstrumentId{0}, dollars(20'000), Rate{}, Price{}};
  walk<MarkPrices>(
      venue, marks,
      {{Refusal::batch_empty,
        [&](MarkPrices& m) {
          m.rows = {good, good};
        }},
       {Refusal::sequence_not_newer,
        [](MarkPrices& m) { m.sequence = 99, m.rows[0].instrument = InstrumentId{9}; }},
       {Refusal::unknown_instrument,
        [](MarkPrices& m) { m.rows[0].instrument = InstrumentId{0}, m.rows[0].price = Price{}; }},
       {Refusal::price_out_of_range, [&](MarkPrices& m) { m.rows[0].price = dollars(20'000); }},
       {Refusal::row_duplicate, [](MarkPrices& m) { m.rows.pop_back(); }}});
}

TEST(OrderOfChecks, Epochs) {
  SmallVenue venue;
  Rulebook asks = small_rulebook(4);
  asks.epochs = {1, 2, hour, Duration{}};
  venue.must(ProposeRulebook{asks});
  venue.must(ScheduleEpoch{RulebookId{0}, 2, 0, Time{}});
  venue.must(ProposeRulebook{small_rulebook(5)});
  ScheduleEpoch s{RulebookId{3}, 9, 1, start_time};
  const auto approve = [&](const char* by) { venue.must(ApproveEpoch{RulebookId{0}, 3, by}); };
  walk<ScheduleEpoch>(venue, s,
                      {{Refusal::unknown_rulebook, [](ScheduleEpoch& x) { x.rulebook = RulebookId{0}; }},
                       {Refusal::unknown_epoch, [](ScheduleEpoch& x) { x.epoch = 1; }},
                       {Refusal::epoch_already_active, [](ScheduleEpoch& x) { x.epoch = 3; }},
                       {Refusal::number_out_of_range, [](ScheduleEpoch& x) { x.at_time = Time{}; }},
                       {Refusal::activation_in_the_past, [](ScheduleEpoch& x) { x.at_position = 1'000; }},
                       {Refusal::epoch_not_approved, [&](ScheduleEpoch&) { approve("bob"); }},
                       {Refusal::notice_too_short, [](ScheduleEpoch& x) { x.emergency = true; }},
                       {Refusal::epoch_not_approved, [&](ScheduleEpoch&) { approve("carol"); }}});
}

TEST(OrderOfChecks, Approvals) {
  SmallVenue venue;
  venue.must(ProposeRulebook{small_rulebook(4), "alice"});
  venue.must(ApproveEpoch{RulebookId{0}, 2, "bob"});
  ApproveEpoch a{RulebookId{3}, 9, "no*star", std::string(limits::note_size_max + 1, 'x')};
  walk<ApproveEpoch>(venue, a,
                     {{Refusal::unknown_rulebook, [](ApproveEpoch& x) { x.rulebook = RulebookId{0}; }},
                      {Refusal::unknown_epoch, [](ApproveEpoch& x) { x.epoch = 1; }},
                      {Refusal::epoch_already_active, [](ApproveEpoch& x) { x.epoch = 2; }},
                      {Refusal::name_invalid, [](ApproveEpoch& x) { x.by = "alice"; }},
                      {Refusal::note_too_long, [](ApproveEpoch& x) { x.note.clear(); }},
                      {Refusal::approved_by_proposer, [](ApproveEpoch& x) { x.by = "bob"; }},
                      {Refusal::approved_already, [](ApproveEpoch& x) { x.by = "carol"; }}});
}

}  // namespace
}  // namespace lockstep
