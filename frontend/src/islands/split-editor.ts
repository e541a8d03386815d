import { stamp } from "../lib/dom.ts";
import { percentOf, SHARES, sharesOf } from "../lib/shares.ts";

const SVG = "http://www.w3.org/2000/svg";
const COLOURS = 6;

/** `<split-editor>`: rows of holder and percentage that come and go, and their exact sum. */
class SplitEditor extends HTMLElement {
  connectedCallback() {
    const [given, spare] = [this.#rows.length - 1, this.querySelector("[data-spare]")];
    if (given > 0) spare?.remove(); // that one is for browsers without JavaScript
    for (const row of this.#rows) this.#ready(row);
    this.#part("[data-add]").hidden = false;
    this.#part("[data-sum]").hidden = false;
    this.addEventListener("click", this);
    this.addEventListener("input", this);
    this.#sum();
  }

  disconnectedCallback() {
    this.removeEventListener("click", this);
    this.removeEventListener("input", this);
  }

  handleEvent({ type, target }: Event) {
    const clicked = type === "click" ? (target as Element) : null;
    if (clicked?.closest("[data-add]")) this.#add();
    else if (clicked?.closest("[data-remove]")) this.#remove(clicked.closest("[data-split-row]"));
    else if (type === "input") this.#sum();
  }

  get #rows(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>("[data-rows] [data-split-row]")];
  }

  #part(selector: string): HTMLElement {
    return this.querySelector(selector) as HTMLElement;
  }

  #ready(row: HTMLElement) {
    (row.querySelector("[data-remove]") as HTMLElement).hidden = false;
  }

  #add() {
    const row = stamp(this.querySelector("template[data-row]") as HTMLTemplateElement);
    this.#ready(row);
    this.#part("[data-rows]").append(row);
    row.querySelector("input")?.focus();
    this.#changed();
  }

  #remove(row: Element | null) {
    const next = (row?.nextElementSibling ?? row?.previousElementSibling)?.querySelector("input");
    row?.remove();
    (next ?? this.#part("[data-add]")).focus();
    this.#changed();
  }

  /** Typing is an input event by itself; rows that come and go are told as one, so that autosave hears of them. */
  #changed() {
    this.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #sum() {
    const parts = this.#rows.map((row) =>
      sharesOf(row.querySelector<HTMLInputElement>('[name="percent"]')?.value ?? ""),
    );
    const total = parts.reduce<number>((sum, part) => sum + (part ?? 0), 0);
    const place = this.#part("[data-sum]");
    place.dataset.sum = total === SHARES ? "exact" : total < SHARES ? "short" : "over";
    this.#part("[data-total]").textContent = percentOf(total);
    for (const rest of this.querySelectorAll("[data-rest]"))
      rest.textContent = percentOf(Math.abs(SHARES - total));
    this.#draw(parts.map((part) => part ?? 0));
  }

  #draw(parts: number[]) {
    let x = 0;
    const bars = parts.map((width, at) => {
      const bar = document.createElementNS(SVG, "rect");
      bar.setAttribute("class", `series-${(at % COLOURS) + 1}`);
      bar.setAttribute("x", String(x));
      bar.setAttribute("width", String(width));
      bar.setAttribute("height", "10");
      x += width;
      return bar;
    });
    this.querySelector("[data-bar]")?.replaceChildren(...bars);
  }
}

customElements.define("split-editor", SplitEditor);
