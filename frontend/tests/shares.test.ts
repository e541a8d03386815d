import { describe, expect, it } from "vitest";
import { percentOf, SHARES, sharesOf } from "../src/lib/shares.ts";

describe("percentages of shares", () => {
  it("reads what people type, exactly", () => {
    expect(sharesOf("12.5")).toBe(125_000);
    expect(sharesOf(" 0,0001 ")).toBe(1);
    expect(sharesOf("100 %")).toBe(SHARES);
    // In floats this is 33.330000000000005 %.
    expect(sharesOf("33.33")).toBe(333_300);
  });

  it("refuses what is no percentage or too fine", () => {
    for (const wrong of ["", "ten", "-5", "1.23456", "1e2", "1234", "5.", ".5"])
      expect(sharesOf(wrong)).toBeNull();
  });

  it("writes every number of shares so that it reads back", () => {
    for (const shares of [0, 1, 9_999, 10_000, 125_000, 333_333, 999_999, SHARES]) {
      expect(sharesOf(percentOf(shares))).toBe(shares);
    }
  });
});
