import { expect, test } from "vitest";
import { href, parse, withAll } from "./route";

test("an address is read as it was written", () => {
  const route = parse(href("account", ["a/b c", "statement"], { rule: "5.4", empty: "" }));
  expect(route.view).toBe("account");
  expect(route.path).toEqual(["a/b c", "statement"]);
  expect([...route.query]).toEqual([["rule", "5.4"]]);
});

test("an empty address is the overview", () => {
  expect(parse("").view).toBe("overview");
  expect(parse("#/").view).toBe("overview");
});

test("what is no encoding is taken as it stands", () => {
  expect(parse("#/account/100%").path).toEqual(["100%"]);
});

test("all values of one name are replaced, the rest of the address stays", () => {
  const route = parse("#/what-if?account=a&if=cancel+all");
  const next = parse(withAll(route, "if", ["price BTC -12 %", "volatility BTC 25 %"]));
  expect(next.query.getAll("if")).toEqual(["price BTC -12 %", "volatility BTC 25 %"]);
  expect(next.query.get("account")).toBe("a");
  expect(withAll(route, "if", [])).toBe("#/what-if?account=a");
});
