import { expect, test } from "vitest";
import { KINDS } from "./what_if_change";

// The words of node/whatif/change.h, one example a kind.
const WORDS: Record<string, [string[], string]> = {
  price: [["BTC", "-12"], "price BTC -12 %"],
  volatility: [["ETH", "20"], "volatility ETH 20 %"],
  time: [["12 h"], "time 12 h"],
  trade: [["BTCUSDT-PERP", "-2", ""], "trade BTCUSDT-PERP -2"],
  order: [["buy", "20", "ETHUSDT-PERP", "3500"], "order buy 20 ETHUSDT-PERP @ 3500"],
  cancel: [["all"], "cancel all"],
  transfer: [["USDT", "-100000"], "transfer USDT -100000"],
};

test.each(KINDS)("$kind is written as the command line takes it", ({ kind, text }) => {
  const [said, written] = WORDS[kind]!;
  expect(text(said)).toBe(written);
});

test("a trade may name its price", () => {
  expect(KINDS.find((one) => one.kind === "trade")!.text(["X", "1", "9"])).toBe("trade X 1 @ 9");
});
