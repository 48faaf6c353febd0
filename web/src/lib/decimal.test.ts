import { expect, test } from "vitest";
import { compact, grouped, isNegative, isZero, move, percent } from "./decimal";

test("thousands are grouped and no digit is invented", () => {
  expect(grouped("1234567.891")).toBe("1,234,567.891");
  expect(grouped("-999")).toBe("-999");
  expect(grouped("1000")).toBe("1,000");
  expect(grouped("123456789012345678901234567890.1")).toBe("123,456,789,012,345,678,901,234,567,890.1");
});

test("visible decimals are cut, not rounded", () => {
  expect(grouped("0.999", 2)).toBe("0.99");
  expect(grouped("-55072.7298", 2)).toBe("-55,072.72");
  expect(grouped("5", 2)).toBe("5.00");
  expect(grouped("17.9", 0)).toBe("17");
});

test("what is not a decimal stays as it is", () => {
  for (const text of ["", "none", "1e9", "1,000", "NaN", "+1"]) expect(grouped(text, 2)).toBe(text);
});

test("ratios become percents by moving the point", () => {
  expect(percent("0.8312")).toBe("83.1 %");
  expect(percent("1")).toBe("100.0 %");
  expect(percent("0.004565738014", 2)).toBe("0.45 %");
  expect(percent("-0.5", 0)).toBe("-50 %");
  expect(percent("12.345", 0)).toBe("1,234 %");
  expect(move("-0.15")).toBe("-15 %");
  expect(move("0.075")).toBe("+7.5 %");
  expect(move("0")).toBe("0 %");
});

test("compact figures keep three digits", () => {
  expect(compact("1234567.891")).toBe("1.23M");
  expect(compact("-999999")).toBe("-999k");
  expect(compact("12000")).toBe("12.0k");
  expect(compact("4500000000")).toBe("4.50B");
  expect(compact("0.12345")).toBe("0.12");
  expect(compact("42.7")).toBe("42");
});

test("signs are read from the text", () => {
  expect(isNegative("-0.00000001")).toBe(true);
  expect(isZero("-0.000")).toBe(true);
  expect(isZero("0.0001")).toBe(false);
});
