// Whose vectors this project knows: one line a peer.  A peer's adapters are one file beside this one.
#include "tests/conform/conform.h"

namespace lockstep::conform {

const std::vector<Entry>& known_models() {
  static const std::vector<Entry> all = [] {
    std::vector<Entry> entries;
    for (const auto models : {
             derive_models,
             dydx_models,
             vega_models,
             drift_models,
             mango_models,
             venue_models,
         }) {
      for (const Entry& entry : models()) entries.push_back(entry);
    }
    return entries;
  }();
  return all;
}

}  // namespace lockstep::conform
