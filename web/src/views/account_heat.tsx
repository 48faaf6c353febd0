// Profit and margin of one account over moves of price and volatility of one underlying.
import { useSignal } from "@preact/signals";
import { overview, underlyings } from "../api/overview";
import { useQuery } from "../api/query";
import type { HeatMap } from "../api/types";
import { Heat } from "../charts/heat";
import { Answer, Panel, Position } from "../ui/basic";

export function HeatTab({ account }: { account: string }) {
  const base = useSignal("");
  const what = useSignal<"profit" | "margin">("profit");
  const query = useQuery<HeatMap>("lockstep/heat_map", { account, base: base.value }, { every: 1_000 });
  const bases = underlyings(overview.value);
  const choice = (
    <>
      <label>
        <span class="hidden">Underlying</span>
        <select
          value={base.value || query.data?.base}
          onChange={(event) => {
            base.value = event.currentTarget.value;
          }}
        >
          {bases.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span class="hidden">Figure</span>
        <select
          value={what.value}
          onChange={(event) => {
            what.value = event.currentTarget.value as "profit" | "margin";
          }}
        >
          <option value="profit">profit $</option>
          <option value="margin">margin in use</option>
        </select>
      </label>
    </>
  );
  return (
    <Panel title="Heat map" wide aside={choice}>
      <Answer of={query}>
        {(map) => (
          <>
            <Heat key={map.base} map={map} what={what.value} />
            <p class="faint">
              Every cell is the whole account put through the engine at position{" "}
              <Position at={map.position} />.
            </p>
          </>
        )}
      </Answer>
    </Panel>
  );
}
