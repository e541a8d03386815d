/** `<copy-button data-text="…">`: copies, and says so in the server's words. */
class CopyButton extends HTMLElement {
  connectedCallback() {
    this.hidden = !navigator.clipboard; // there is none on plain http
    this.addEventListener("click", this);
  }

  disconnectedCallback() {
    this.removeEventListener("click", this);
  }

  async handleEvent() {
    const place = this.querySelector<HTMLElement>("[data-done]");
    const copied = await navigator.clipboard.writeText(this.dataset.text ?? "").then(
      () => true,
      () => false,
    );
    if (!place) return;
    place.textContent = (copied ? place.dataset.done : place.dataset.failed) ?? "";
    setTimeout(() => {
      place.textContent = "";
    }, 2000);
  }
}

customElements.define("copy-button", CopyButton);
