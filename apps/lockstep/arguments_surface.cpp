// The verb about volatility surfaces.
#include "apps/lockstep/arguments_parts.h"

namespace lockstep {
namespace {

constexpr char surface_more[] =
    "Reads every snapshot of a recorded option chain, makes forwards and smiles from its bids and asks, and\n"
    "compares them with the venue's mark volatilities, which no fit has seen, beside plain interpolation of\n"
    "each mark between its two neighbours. Exit code 1 if a published surface has arbitrage.\n"
    "docs/surface.md says what the figures mean.\n"
    "\n"
    "  lockstep surface --data DIR\n"
    "  lockstep surface --data DIR --coin BTC --from 2026-02-05 --to 2026-02-06 --svg smiles.svg";

}  // namespace

void add_surface(CLI::App& app, SurfaceOptions& o, int& result) {
  CLI::App* verb = add_verb(app, "surface", "forwards and volatility smiles from recorded option chains",
                            surface_more, o.json);
  verb->add_option("--data", o.data, "a folder with a recorded option chain")->required();
  verb->add_option("--coin", o.coin, "only this one: BTC or ETH");
  verb->add_option("--from", o.from, "UTC; the data says from when by itself");
  verb->add_option("--to", o.to, "UTC");
  verb->add_option("--limit", o.limit, "end after so many snapshots (all)");
  CLI::Option* svg = verb->add_option("--svg", o.svg, "draw the smiles of one snapshot into this file");
  verb->add_option("--at", o.at, "of the picture: the first snapshot at or after, UTC (the last one)")
      ->needs(svg);
  verb->callback([&o, &result] { result = surface_verb(o); });
}

}  // namespace lockstep
