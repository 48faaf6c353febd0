import { expect, test } from "vitest";
import { tree, visible } from "./tree";

const line = (depth: number, label: string) => ({ depth, label });
const LINES = [
  line(2, "balance"),
  line(2, "profit"),
  line(0, "equity"),
  line(3, "worst loss"),
  line(3, "runner-up"),
  line(2, "scenarios"),
  line(2, "roll"),
  line(1, "unit"),
  line(0, "maintenance"),
];

test("a line owns the deeper lines before it", () => {
  const roots = tree(LINES);
  expect(roots.map((root) => root.line.label)).toEqual(["equity", "maintenance"]);
  expect(roots[0]!.children.map((child) => child.line.label)).toEqual(["balance", "profit"]);
  const unit = roots[1]!.children[0]!;
  expect(unit.children.map((child) => child.line.label)).toEqual(["scenarios", "roll"]);
  expect(unit.children[0]!.children.map((child) => child.line.label)).toEqual(["worst loss", "runner-up"]);
});

test("every line is in the tree once, even when the last is deep", () => {
  const roots = tree([...LINES, line(4, "loose")]);
  const all = visible(roots, new Set(LINES.map((_, index) => index)));
  expect(all.length).toBe(LINES.length + 1);
});

test("closed nodes hide what is below them", () => {
  const shown = visible(tree(LINES), new Set([8])).map(([node, level]) => [node.line.label, level]);
  expect(shown).toEqual([
    ["equity", 1],
    ["maintenance", 1],
    ["unit", 2],
  ]);
});
