// The newest overview: told by the service as soon as the state moves, and shown at once.
import { signal } from "@preact/signals";
import { position } from "./query";
import { connection } from "./session";
import type { Overview } from "./types";

export const overview = signal<Overview | undefined>(undefined);

// What the indexes are prices of: the names of indexes begin with it.
export function underlyings(now: Overview | undefined): string[] {
  const names = now?.indexes.map((one) => /^(.+?)[-_]?(USD[TC]?|EUR)$/i.exec(one.name)?.[1] ?? "") ?? [];
  return [...new Set(names)].filter((name) => name !== "");
}

function take(data: Overview): void {
  overview.value = data;
  position.value = data.position;
}

export function follow(): void {
  connection.subscribe<Overview>("lockstep.overview", take);
  // Asked for once on every connection too: a market that stands still sends nothing.
  connection.status.subscribe((status) => {
    if (status === "ready") connection.call<Overview>("lockstep/overview").then(take, () => {});
  });
}
