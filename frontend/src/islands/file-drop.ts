import { stamp } from "../lib/dom.ts";
import { send } from "../lib/upload.ts";

/**
 * `<file-drop>`: a form with one file, sent with progress.
 *
 * Its checks only save the reader a wait; the server looks at the bytes whatever the browser thought of the name.
 */
class FileDrop extends HTMLElement {
  #stop: AbortController | undefined;

  connectedCallback() {
    this.#part("[data-drop]").hidden = false;
    for (const type of ["change", "submit", "click", "dragover", "dragleave", "drop"])
      this.addEventListener(type, this);
  }

  disconnectedCallback() {
    this.#stop?.abort();
  }

  handleEvent(event: Event) {
    if (event.type === "change") this.#chosen();
    else if (event.type === "submit") this.#submit(event);
    else if (event.type === "click")
      (event.target as Element).closest("[data-cancel]") && this.#stop?.abort();
    else this.#drag(event as DragEvent);
  }

  get #form(): HTMLFormElement {
    return this.querySelector("form") as HTMLFormElement;
  }

  get #input(): HTMLInputElement {
    return this.querySelector('input[type="file"]') as HTMLInputElement;
  }

  #part(selector: string): HTMLElement {
    return this.querySelector(selector) as HTMLElement;
  }

  #drag(event: DragEvent) {
    event.preventDefault();
    this.toggleAttribute("data-over", event.type === "dragover");
    const files = event.dataTransfer?.files;
    if (event.type !== "drop" || !files?.length) return;
    this.#input.files = files;
    this.#chosen();
    if (this.#problem === "") this.#form.requestSubmit();
  }

  #chosen() {
    const file = this.#input.files?.[0];
    this.#part("[data-chosen]").hidden = !file;
    this.#part("[data-name]").textContent = file?.name ?? "";
    this.#part("[data-size]").textContent = file ? inBytes(file.size) : "";
    this.#say(this.#problem);
  }

  /** Why the chosen file cannot be taken, by its size and kind; "" if nothing speaks against it. */
  get #problem(): string {
    const file = this.#input.files?.[0];
    if (!file) return "";
    if (file.size > Number(this.dataset.maxBytes)) return "too-large";
    const accepted = (this.dataset.accept ?? "").split(",").map((kind) => kind.trim());
    return !file.type || accepted.includes(file.type) ? "" : "type";
  }

  async #submit(event: Event) {
    if (!this.#input.files?.length) return; // the browser's own "choose a file"
    event.preventDefault();
    if (this.#stop || this.#problem) return;
    this.#stop = new AbortController();
    this.#say("");
    this.#progress(0);
    const outcome = await send(this.#form, this.#stop.signal, (part) => this.#progress(part));
    this.#stop = undefined;
    if (outcome.kind === "next") return location.assign(outcome.url);
    this.#part("[data-progress]").hidden = true;
    if (outcome.kind === "page") return this.#showPage(outcome.html);
    this.#say(outcome.problem);
  }

  /** `part`: 0…1 of the bytes that are out. */
  #progress(part: number) {
    const sent = part >= 1;
    this.#part("[data-progress]").hidden = false;
    const bar = this.querySelector("progress") as HTMLProgressElement;
    if (sent) bar.removeAttribute("value");
    else bar.value = part * 100;
    this.#part("[data-percent]").textContent = `${Math.floor(part * 100)}%`;
    this.#part('[data-when="sending"]').hidden = sent;
    this.#part('[data-when="checking"]').hidden = !sent;
  }

  /** The server's answer is this page again, with its reasons: they move to where they are looked for. */
  #showPage(html: string) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const reasons = page.querySelector("[data-errors]")?.childNodes ?? [];
    this.#part("[data-errors]").replaceChildren(
      ...Array.from(reasons, (reason) => document.importNode(reason, true)),
    );
    if (!this.#part("[data-errors]").textContent?.trim()) this.#say("failed");
  }

  #say(problem: string) {
    const template = this.querySelector<HTMLTemplateElement>(`template[data-error="${problem}"]`);
    this.#part("[data-errors]").replaceChildren(...(template ? [stamp(template)] : []));
  }
}

function inBytes(size: number): string {
  const [unit, divisor] = size < 1e6 ? ["kilobyte", 1e3] : ["megabyte", 1e6];
  const style = { style: "unit", unit, maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(document.documentElement.lang || "en", style).format(size / divisor);
}

customElements.define("file-drop", FileDrop);
