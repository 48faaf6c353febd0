import { expect, test } from "vitest";
import type { Step } from "../api/types";
import { bars } from "./waterfall";

const step = (amount: string, kind: Step["kind"], binds = true): Step => ({
  label: "",
  rule: "",
  asset: "USDT",
  amount,
  kind,
  binds,
});
const spans = (steps: Step[], scale: number) =>
  bars(steps).bars.map((bar) => [Math.round(bar.from * scale), Math.round(bar.to * scale)]);

test("parts stand on each other and end where their total does", () => {
  const steps = [
    step("250", "balance"),
    step("-97", "balance"),
    step("-26", "balance"),
    step("127", "total"),
    step("127", "total"),
    step("4", "requirement"),
    step("1", "requirement"),
    step("5", "total"),
    step("91", "requirement"),
    step("11", "requirement"),
    step("102", "total"),
    step("25", "free"),
  ];
  expect(spans(steps, 250)).toEqual([
    [0, 250],
    [153, 250],
    [127, 153],
    [0, 127],
    [0, 127],
    [0, 4],
    [4, 5],
    [0, 5],
    [0, 91],
    [91, 102],
    [0, 102],
    [102, 127],
  ]);
});

test("what is left out of the margin balance is drawn on the equity's end", () => {
  const steps = [step("29", "balance"), step("29", "total"), step("1", "haircut"), step("30", "total")];
  expect(spans(steps, 30)).toEqual([
    [0, 29],
    [0, 29],
    [29, 30],
    [0, 30],
  ]);
});

test("assets that count after a haircut make the margin balance up", () => {
  const steps = [step("98", "total"), step("12", "haircut"), step("82", "haircut"), step("94", "total")];
  expect(spans(steps, 98)).toEqual([
    [0, 98],
    [0, 12],
    [12, 94],
    [0, 94],
  ]);
});

test("what does not bind adds nothing, and what is missing lies below the initial margin", () => {
  const steps = [
    step("50", "total"),
    step("70", "requirement"),
    step("30", "requirement", false),
    step("70", "total"),
    step("-20", "free"),
  ];
  expect(spans(steps, 70)).toEqual([
    [0, 50],
    [0, 70],
    [0, 30],
    [0, 70],
    [50, 70],
  ]);
});

test("a negative equity moves the line of zero to the right", () => {
  const { bars: drawn, zero } = bars([step("-50", "total"), step("100", "total")]);
  expect(zero).toBeCloseTo(1 / 3);
  expect(drawn[0]).toMatchObject({ from: 0 });
});

test("nothing but zeros draws nothing", () => {
  expect(bars([step("0", "total")])).toEqual({ bars: [{ from: 0, to: 0 }], zero: 0 });
});
