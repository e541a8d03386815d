import { Unreachable } from "../lib/http.ts";
import { carryOut, tell } from "../wallet/intent.ts";

/**
 * `<tx-step data-intent="…">` takes a prepared intent to the wallet and reports what came of it.
 *
 * The server words every state and htmx fetches it: on `intent:changed`, and by itself while something is under way.
 */
export class TxStep extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this); // on the host: survives a swap of its contents
  }

  disconnectedCallback() {
    this.removeEventListener("click", this);
  }

  async handleEvent({ target }: Event) {
    if (!(target as Element).closest("[data-sign]") || this.ariaBusy === "true") return; // a second click waits
    this.#busy(true);
    try {
      const { requestUrl = "", sentUrl = "", signedUrl = "", refusedUrl = "", version } = this.dataset;
      const outcome = await carryOut(requestUrl, version);
      if (outcome.report !== "none") {
        const url = { sent: sentUrl, signed: signedUrl, refused: refusedUrl }[outcome.report];
        const { ok, data } = await tell(url, outcome.body);
        if (!ok) return this.#refuse(data.message);
        if (data.next) this.#goOnTo(data.next);
      }
      this.dispatchEvent(new Event("intent:changed", { bubbles: true }));
    } catch (problem) {
      if (!(problem instanceof Unreachable)) throw problem;
      // A transaction that was sent still counts: the watcher matches it by its event.
      this.#show("[data-unreported]", true);
    } finally {
      this.#busy(false);
    }
  }

  #busy(busy: boolean) {
    this.ariaBusy = String(busy);
    this.#show("[data-busy]", busy);
    if (busy) for (const old of ["[data-unreported]", "[data-refused]"]) this.#show(old, false);
    for (const button of this.querySelectorAll("[data-sign]")) button.ariaDisabled = String(busy);
  }

  /** The server did not take the report, and says why: its words stand in the notice that waits for them. */
  #refuse(message = "") {
    const words = this.querySelector("[data-refused] .notice__body > p");
    if (words && message) words.textContent = message;
    this.#show("[data-refused]", true);
  }

  #show(part: string, shown: boolean) {
    const element = this.querySelector<HTMLElement>(part);
    if (element) element.hidden = !shown;
  }

  /** The fragment that is fetched next is the following intent's. */
  #goOnTo(intent: string) {
    const here = this.getAttribute("hx-get") ?? "";
    this.setAttribute("hx-get", here.replace(this.dataset.intent ?? "", intent));
  }
}

customElements.define("tx-step", TxStep);
