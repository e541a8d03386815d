import { expect, it } from "vitest";
import { inWords } from "../src/islands/local-time.ts";

const NOW = Date.UTC(2026, 10, 23, 12);
const ago = (seconds: number) => inWords(new Date(NOW - seconds * 1000), "relative", "en-GB", NOW);

it("tells near moments by their distance", () => {
  expect(ago(5)).toBe("5 seconds ago");
  expect(ago(3 * 60 + 59)).toBe("3 minutes ago");
  expect(ago(26 * 3600)).toBe("yesterday");
  expect(ago(-2 * 3600)).toBe("in 2 hours");
});

it("tells far moments by their date", () => {
  expect(ago(40 * 86_400)).toBe("14 Oct 2026");
});

it("tells the time of day only where it is asked for", () => {
  expect(inWords(new Date(NOW), "date", "en-GB")).toBe("23 Nov 2026");
  expect(inWords(new Date(NOW), "datetime", "en-GB")).toMatch(/^23 Nov 2026, \d\d:00$/);
});
