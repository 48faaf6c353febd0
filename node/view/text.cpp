#include "node/view/text.h"

#include "core/ledger/valuation.h"
#include "node/book/words.h"

namespace lockstep {

std::string exact(Value value) { return to_decimal(value.raw(), value_decimals); }
std::string exact(Price price) { return to_decimal(price.raw(), price_decimals); }
std::string exact(Rate rate) { return to_decimal(rate.raw(), rate_decimals); }
std::string exact(Amount amount, const Asset& asset) { return to_decimal(amount.raw(), asset.decimals); }

std::string size_text(const Instrument& instrument, Lots lots) {
  return to_decimal(i128{lots.raw()} * instrument.lot, lot_decimals);
}

std::string dollars_text(Value dollars) {
  constexpr int decimals = 2;
  return to_decimal(div(dollars.raw(), pow10(value_decimals - decimals), Round::nearest), decimals, decimals);
}

std::string mode_text(const Account& account) {
  std::string text(word(account.mode));
  if (account.pooled) text += " pooled";
  if (account.hedge) text += " hedge";
  return text;
}

i64 milliseconds(Time time) { return static_cast<i64>(div(time.raw(), 1'000, Round::down)); }

void write_ms(Json& json, const char* name, Time time) {
  json.key(std::string(name) + "_ms");
  if (time == Time{}) {
    json.null();
  } else {
    json.number(milliseconds(time));
  }
}

}  // namespace lockstep
