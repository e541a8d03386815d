import { expect, it } from "vitest";
import "../src/islands/trouble-notice.ts";
import { show } from "./page.ts";

it("appears when our side fails, and goes with the next good answer", () => {
  show("<trouble-notice hidden></trouble-notice>");
  const notice = document.querySelector("trouble-notice") as HTMLElement;
  const tell = (type: string, status?: number) => {
    const ctx = status === undefined ? {} : { response: { status } };
    document.dispatchEvent(new CustomEvent(type, { detail: { ctx } }));
    return !notice.hidden;
  };
  expect(tell("htmx:after:request", 200)).toBe(false);
  expect(tell("htmx:after:request", 503)).toBe(true);
  expect(tell("htmx:after:request", 422)).toBe(false); // a form with errors is an answer
  expect(tell("htmx:error")).toBe(true); // the network is away
  expect(tell("htmx:after:request", 200)).toBe(false);
});
