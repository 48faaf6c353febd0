// Which fields of a command have to be sent, because a default would be a guess.
#pragma once

#include <string>
#include <string_view>

#include "node/rest/fields.h"

namespace lockstep::rest {

// Besides names, which are always required.
template <class T>
constexpr std::string_view needed = "";
template <>
inline constexpr std::string_view needed<RegisterAsset> = " decimals ";
template <>
inline constexpr std::string_view needed<RegisterInstrument> = " kind lot tick price_max lots_max ";
template <>
inline constexpr std::string_view needed<SetMarginMode> = " mode ";
template <>
inline constexpr std::string_view needed<SetLeverage> = " leverage ";
template <>
inline constexpr std::string_view needed<SetProtection> = " interval ";
template <>
inline constexpr std::string_view needed<Deposit> = " amount ";
template <>
inline constexpr std::string_view needed<Withdraw> = " amount ";
template <>
inline constexpr std::string_view needed<Transfer> = " amount ";
template <>
inline constexpr std::string_view needed<AdjustIsolated> = " amount ";
template <>
inline constexpr std::string_view needed<PlaceOrder> = " order side lots ";
template <>
inline constexpr std::string_view needed<AmendOrder> = " order ";
template <>
inline constexpr std::string_view needed<CancelOrder> = " order ";
template <>
inline constexpr std::string_view needed<Fill> = " side price lots ";
template <>
inline constexpr std::string_view needed<IndexPrice> = " price ";
template <>
inline constexpr std::string_view needed<IndexPrices> = " sequence rows ";
template <>
inline constexpr std::string_view needed<MarkPrices> = " sequence rows ";
template <>
inline constexpr std::string_view needed<ExpirySlice> = " expiry slice ";
template <>
inline constexpr std::string_view needed<SurfaceSlice> = " kind ";
template <>
inline constexpr std::string_view needed<VolatilitySurface> = " sequence rows ";
template <>
inline constexpr std::string_view needed<ExpiryForward> = " expiry price ";
template <>
inline constexpr std::string_view needed<ForwardCurve> = " sequence rows ";
template <>
inline constexpr std::string_view needed<ObservedValue> = " kind subject value ";
template <>
inline constexpr std::string_view needed<Observations> = " sequence rows ";
template <>
inline constexpr std::string_view needed<FundingRate> = " rate ";
template <>
inline constexpr std::string_view needed<ProposeRulebook> = " image ";
template <>
inline constexpr std::string_view needed<ScheduleEpoch> = " epoch ";
template <>
inline constexpr std::string_view needed<CancelEpoch> = " epoch ";
template <>
inline constexpr std::string_view needed<ApproveEpoch> = " epoch ";
template <>
inline constexpr std::string_view needed<PlanUpgrade> = " behaviour at_position deadline_position ";
template <>
inline constexpr std::string_view needed<SetResumeRule> = " rule ";
template <>
inline constexpr std::string_view needed<FeedVerdict> = " feed standing reason ";
template <>
inline constexpr std::string_view needed<AdjustFund> = " amount ";

template <class T, class F>
bool is_needed(std::string_view name) {
  if (IsId<F> || name == "name") return true;
  return needed<T>.find(" " + std::string(name) + " ") != std::string_view::npos;
}

}  // namespace lockstep::rest
