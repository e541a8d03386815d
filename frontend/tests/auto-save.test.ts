import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import "../src/islands/auto-save.ts";
import { show } from "./page.ts";

let saved: FormData[];
let answer: () => Promise<Response> | Response;

beforeEach(() => {
  vi.useFakeTimers();
  saved = [];
  answer = () => new Response(null, { status: 204 });
  vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
    saved.push(init.body as FormData);
    return answer();
  });
  show(
    `<form action="/describe/"><auto-save><input name="title" value=""><p data-save-state="idle"></p></auto-save></form>`,
  );
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function type(text: string) {
  const input = document.querySelector("input") as HTMLInputElement;
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

const state = () => document.querySelector<HTMLElement>("[data-save-state]")?.dataset.saveState;

describe("<auto-save>", () => {
  it("saves once after a pause, not per letter", async () => {
    for (const text of ["C", "Co", "Coffee"]) type(text);
    await vi.advanceTimersByTimeAsync(599);
    expect(saved).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(saved.map((form) => [form.get("title"), form.get("autosave")])).toEqual([["Coffee", "1"]]);
    expect(state()).toBe("saved");
  });

  it("says that it could not save", async () => {
    answer = () => Response.json({}, { status: 422 });
    type("x");
    await vi.advanceTimersByTimeAsync(600);
    expect(state()).toBe("failed");
    answer = () => Promise.reject(new TypeError("Failed to fetch"));
    type("y");
    await vi.advanceTimersByTimeAsync(600);
    expect(state()).toBe("failed");
  });

  it("saves what was typed last when the page is left", async () => {
    type("Coffee");
    window.dispatchEvent(new Event("pagehide"));
    await vi.advanceTimersByTimeAsync(0);
    expect(saved).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(600);
    expect(saved).toHaveLength(1); // and not a second time
  });

  it("leaves a form alone that is being submitted", async () => {
    type("Coffee");
    document.querySelector("form")?.dispatchEvent(new Event("submit"));
    window.dispatchEvent(new Event("pagehide"));
    await vi.advanceTimersByTimeAsync(600);
    expect(saved).toHaveLength(0);
  });
});
