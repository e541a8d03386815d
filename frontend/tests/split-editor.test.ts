import { beforeEach, describe, expect, it } from "vitest";
import "../src/islands/split-editor.ts";
import { show } from "./page.ts";

const row = (percent: string, spare = false) =>
  `<div data-split-row ${spare ? "data-spare" : ""}><input name="holder"><input name="percent" value="${percent}"><button type="button" data-remove hidden></button></div>`;

function page(...percents: string[]) {
  show(`<form><split-editor>
    <div data-rows>${percents.map((percent) => row(percent)).join("")}${row("", true)}</div>
    <button type="button" data-add hidden></button>
    <p data-sum hidden><output data-total></output><output data-rest></output></p>
    <svg data-bar></svg><template data-row>${row("")}</template>
  </split-editor></form>`);
}

const find = <E extends HTMLElement>(selector: string) => document.querySelector<E>(selector) as E;
const percents = () => [...document.querySelectorAll<HTMLInputElement>('[name="percent"]')];

function type(at: number, value: string) {
  const input = percents()[at] as HTMLInputElement;
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

beforeEach(() => page("90", "10"));

describe("<split-editor>", () => {
  it("takes the spare row away where rows can be added", () => {
    expect(percents()).toHaveLength(2);
    page();
    expect(percents()).toHaveLength(1); // one to begin with
  });

  it("adds up exactly where floats would not", () => {
    page("33.3333", "33.3333", "33.3334");
    expect(find("[data-sum]").dataset.sum).toBe("exact");
    expect(find("[data-total]").textContent).toBe("100%");
  });

  it("says how much is missing, and how much is too much", () => {
    type(0, "89.9999");
    expect(find("[data-sum]").dataset.sum).toBe("short");
    expect(find("[data-rest]").textContent).toBe("0.0001%");
    type(0, "95");
    expect(find("[data-sum]").dataset.sum).toBe("over");
    expect(find("[data-rest]").textContent).toBe("5%");
  });

  it("counts what is no number as nothing", () => {
    type(1, "ten");
    expect(find("[data-total]").textContent).toBe("90%");
  });

  it("adds a row and removes it, keeping the focus and telling the form", () => {
    let told = 0;
    find("form").addEventListener("input", () => {
      told += 1;
    });
    find("[data-add]").click();
    expect(percents()).toHaveLength(3);
    expect(document.activeElement).toBe(document.querySelectorAll('[name="holder"]')[2]);
    document.querySelectorAll<HTMLElement>("[data-rows] [data-remove]")[0]?.click();
    expect(percents().map((input) => input.value)).toEqual(["10", ""]);
    expect(document.activeElement).toBe(document.querySelector('[name="holder"]'));
    expect(find("[data-total]").textContent).toBe("10%");
    expect(told).toBe(2);
  });

  it("draws each part as wide as it is", () => {
    const bars = [...document.querySelectorAll("[data-bar] rect")];
    expect(bars.map((bar) => [bar.getAttribute("x"), bar.getAttribute("width")])).toEqual([
      ["0", "900000"],
      ["900000", "100000"],
    ]);
  });
});
