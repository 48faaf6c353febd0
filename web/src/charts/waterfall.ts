// Where the bars of a margin waterfall lie.  The steps of a pool come in groups, each ended by the total that
// they add up to: parts of the equity, what makes it the margin balance, parts of each requirement.
import type { Step } from "../api/types";
import { length } from "../lib/decimal";

export interface Bar {
  from: number; // share of the width, 0 to 1
  to: number;
}

type Span = [number, number];

// What only says how assets are counted ends at the total, so that it either makes the total up or is seen to
// raise or lower the one before; everything else begins at zero.
function group(parts: readonly Step[], total: number): Span[] {
  const counted = parts.filter((step) => step.binds !== false);
  const sum = counted.reduce((all, step) => all + length(step.amount), 0);
  let end = counted[0]?.kind === "haircut" ? total - sum : 0;
  return parts.map((step) => {
    if (step.binds === false) return [0, length(step.amount)];
    const begin = end;
    end += length(step.amount);
    return [begin, end];
  });
}

export function bars(steps: readonly Step[]): { bars: Bar[]; zero: number } {
  const spans: Span[] = [];
  let parts: Step[] = [];
  let total = 0;
  for (const step of steps) {
    if (step.kind !== "total" && step.kind !== "free") {
      parts.push(step);
      continue;
    }
    const amount = length(step.amount);
    spans.push(...group(parts, amount));
    // What is free lies between the initial margin and the balance.
    spans.push(step.kind === "free" ? [total, total + amount] : [0, amount]);
    total = amount;
    parts = [];
  }
  spans.push(...group(parts, 0));
  const low = Math.min(0, ...spans.flat());
  const high = Math.max(0, ...spans.flat());
  const share = (value: number) => (high === low ? 0 : (value - low) / (high - low));
  return {
    bars: spans.map(([begin, stop]) => ({
      from: share(Math.min(begin, stop)),
      to: share(Math.max(begin, stop)),
    })),
    zero: share(0),
  };
}
