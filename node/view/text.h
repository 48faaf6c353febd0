// Numbers and moments as the JSON of this project writes them.
#pragma once

#include <string>

#include "core/model/entities.h"
#include "node/json/json.h"

namespace lockstep {

// All decimals, without trailing zeros.
std::string exact(Value value);
std::string exact(Price price);
std::string exact(Rate rate);
// In units of the asset.
std::string exact(Amount amount, const Asset& asset);
// Lots in coins, or in quote units if the instrument is inverse and margined; signed.
std::string size_text(const Instrument& instrument, Lots lots);

// A value in dollars with two decimals, to nearest: "-12.50".
std::string dollars_text(Value dollars);

// "portfolio", "cross pooled hedge"
std::string mode_text(const Account& account);

// Milliseconds since 1970, rounded down; and the key `name`_ms with it, or null where there is no moment (0).
i64 milliseconds(Time time);
void write_ms(Json& json, const char* name, Time time);

}  // namespace lockstep
