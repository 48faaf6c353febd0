import { expect, test } from "vitest";
import { href, parse } from "./route";

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
