/** `<char-count for="…" data-max="…">`: counts the characters of a field, as Python counts them. */
class CharCount extends HTMLElement {
  #field: HTMLInputElement | HTMLTextAreaElement | null = null;

  connectedCallback() {
    this.#field = document.querySelector(`#${CSS.escape(this.getAttribute("for") ?? "")}`);
    this.#field?.addEventListener("input", this);
    this.handleEvent();
  }

  disconnectedCallback() {
    this.#field?.removeEventListener("input", this);
  }

  handleEvent() {
    if (!this.#field) return;
    const count = [...this.#field.value].length; // code points: an emoji is one
    const place = this.querySelector("[data-count]");
    if (place) place.textContent = String(count);
    this.toggleAttribute("data-over", count > Number(this.dataset.max));
    this.hidden = false;
  }
}

customElements.define("char-count", CharCount);
