// The adapters of Vega that have files of their own.
#pragma once

#include "tests/conform/conform.h"

namespace lockstep::conform::vega {

Answer disposal_size(const Vector& vector);
Answer disposal_sequence(const Vector& vector);
Answer loss_socialisation(const Vector& vector);

Answer twap(const Vector& vector);
Answer funding_payment(const Vector& vector);
Answer funding_period(const Vector& vector);
Answer funding_flows(const Vector& vector);
Answer mark_to_market(const Vector& vector);
Answer final_settlement(const Vector& vector);
Answer average_entry_price(const Vector& vector);

}  // namespace lockstep::conform::vega
