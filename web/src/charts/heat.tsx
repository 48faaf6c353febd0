// Profit over moves of price and volatility, as a table whose cells are coloured: the eye sees the surface,
// a keyboard or a screen reader walks the figures.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { HeatMap } from "../api/types";
import { compact, length, move, percent } from "../lib/decimal";
import { Num } from "../ui/basic";

export function Heat({ map, what }: { map: HeatMap; what: "profit" | "margin" }) {
  const at = useSignal<[number, number]>([map.worst?.price ?? 0, map.worst?.volatility ?? 0]);
  const grid = useRef<HTMLTableElement>(null);
  const cells = what === "margin" ? map.margin : map.cells;
  const most = Math.max(1e-9, ...cells.flat().map((cell) => Math.abs(length(cell))));
  const [price, volatility] = at.value;

  const pressed = (event: KeyboardEvent) => {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!by) return;
    event.preventDefault();
    const within = (value: number, count: number) => Math.min(count - 1, Math.max(0, value));
    at.value = [
      within(price + by[0]!, map.prices.length),
      within(volatility + by[1]!, map.volatilities.length),
    ];
  };
  useEffect(() => {
    const cell = grid.current?.querySelector<HTMLElement>("td[tabindex='0']");
    if (grid.current?.contains(document.activeElement)) cell?.focus();
  }, [price, volatility]);

  const chosen = cells[price]?.[volatility];
  return (
    <div class="heat">
      <p class="readout" aria-live="polite">
        {map.base} <b>{move(map.prices[price] ?? "0")}</b>, volatility{" "}
        <b>{move(map.volatilities[volatility] ?? "0")}</b>:{" "}
        {what === "profit" ? (
          <b>
            <Num value={chosen} /> {map.asset}
          </b>
        ) : (
          <b>
            <Num value={chosen} as="percent" /> of margin in use
          </b>
        )}
        <span class="aside-note">worst is outlined</span>
      </p>
      <div role="group" class="scroller" aria-label="Heat map">
        <table
          role="grid"
          ref={grid}
          aria-label={`${what === "profit" ? "Profit" : "Margin in use"} by price and volatility`}
          onKeyDown={pressed}
        >
          <thead>
            <tr>
              <th scope="col">vol \ price</th>
              {map.prices.map((one) => (
                <th key={one} scope="col" class="right">
                  {move(one)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {map.volatilities.map((name, v) => (
              <tr key={name}>
                <th scope="row">{move(name)}</th>
                {map.prices.map((step, p) => {
                  const value = cells[p]?.[v] ?? "";
                  const share =
                    what === "margin"
                      ? Math.min(1, Math.max(0, length(value)))
                      : Math.abs(length(value)) / most;
                  const worst = map.worst?.price === p && map.worst.volatility === v;
                  const bad = what === "margin" || length(value) < 0;
                  return (
                    <td
                      key={step}
                      tabIndex={p === price && v === volatility ? 0 : -1}
                      aria-selected={p === price && v === volatility}
                      class={`${worst ? "worst " : ""}${bad ? "loss" : "gain"}`}
                      style={{ "--share": `${Math.round(Math.sqrt(share) * 62)}%` }}
                      title={worst ? `${value}: the worst` : value}
                      onClick={() => {
                        at.value = [p, v];
                      }}
                      onFocus={() => {
                        at.value = [p, v];
                      }}
                    >
                      {value === "" ? "–" : what === "margin" ? percent(value, 0) : compact(value)}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
