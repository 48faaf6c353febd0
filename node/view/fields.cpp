#include "node/view/fields.h"

#include "node/runtime/summary.h"

namespace lockstep {

std::string field_text(Price x) { return to_decimal(x.raw(), price_decimals); }
std::string field_text(Rate x) { return to_decimal(x.raw(), rate_decimals); }
std::string field_text(Value x) { return to_decimal(x.raw(), value_decimals); }
std::string field_text(Time x) { return x == Time{} ? "0" : time_text(x); }
std::string field_text(Duration x) { return to_decimal(x.raw(), 6) + " s"; }

std::vector<FieldDifference> differences(const FieldTexts& left, const FieldTexts& right) {
  std::vector<FieldDifference> found;
  auto l = left.begin();
  auto r = right.begin();
  while (l != left.end() || r != right.end()) {
    const bool only_left = r == right.end() || (l != left.end() && l->first < r->first);
    const bool only_right = l == left.end() || (r != right.end() && r->first < l->first);
    if (only_left) {
      found.push_back({l->first, l->second, "-"});
      ++l;
    } else if (only_right) {
      found.push_back({r->first, "-", r->second});
      ++r;
    } else {
      if (l->second != r->second) found.push_back({l->first, l->second, r->second});
      ++l, ++r;
    }
  }
  return found;
}

}  // namespace lockstep
