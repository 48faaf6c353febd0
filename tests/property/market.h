// The world of the streams: what is registered at the beginning, and what things cost.
#pragma once

#include "core/engine/engine.h"

namespace lockstep::property {

constexpr Time first_moment = Time::from_raw(1'767'225'600'000'000);  // 2026-01-01

std::size_t setup_size();
// The n-th command of the setup.
Command setup_command(std::size_t n);

// A price near which trades make sense: the mark, or one guessed from the index.
Price fair_price(const State& state, const Instrument& instrument);
// How many lots are an ordinary trade.
i64 usual_lots(const Instrument& instrument);

}  // namespace lockstep::property
