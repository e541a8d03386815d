import { afterPause } from "../lib/dom.ts";

const PAUSE = 600; // ms without typing

/** `<auto-save>` inside a form: posts it with `autosave=1` after a pause, and shows whether that worked. */
class AutoSave extends HTMLElement {
  #form: HTMLFormElement | null = null;
  #latest: AbortController | undefined;
  #unsaved = false;

  readonly #saveSoon = afterPause(PAUSE, () => this.#unsaved && this.#save());

  connectedCallback() {
    this.#form = this.closest("form");
    this.#form?.addEventListener("input", this);
    this.#form?.addEventListener("submit", this);
    window.addEventListener("pagehide", this);
  }

  disconnectedCallback() {
    this.#form?.removeEventListener("input", this);
    this.#form?.removeEventListener("submit", this);
    window.removeEventListener("pagehide", this);
  }

  handleEvent({ type }: Event) {
    if (type === "pagehide" && this.#unsaved) return void this.#save();
    this.#unsaved = type === "input"; // what is submitted needs no saving
    if (this.#unsaved) this.#saveSoon();
  }

  async #save() {
    const form = this.#form;
    if (!form) return;
    this.#unsaved = false;
    this.#latest?.abort(); // what is typed now is newer than what is on its way
    const call = new AbortController();
    this.#latest = call;
    const body = new FormData(form);
    body.set("autosave", "1");
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    this.#show("saving");
    try {
      const response = await fetch(form.action, {
        method: "POST",
        body,
        credentials: "same-origin",
        keepalive: true, // goes out even if the page is left
        signal: call.signal,
      });
      this.#show(response.ok ? "saved" : "failed");
      if (response.ok) this.dispatchEvent(new Event("draft:saved", { bubbles: true }));
    } catch {
      if (!call.signal.aborted) this.#show("failed");
    }
  }

  #show(state: string) {
    const place = this.querySelector<HTMLElement>("[data-save-state]");
    if (place) place.dataset.saveState = state;
  }
}

customElements.define("auto-save", AutoSave);
