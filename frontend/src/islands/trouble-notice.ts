interface Requested {
  ctx?: { response?: { status: number } };
}

/**
 * `<trouble-notice>`: appears when our server fails a fragment, or cannot be reached, and goes with the next good answer.
 *
 * htmx is told not to swap a 5xx in (base.html), so the part that it was meant for stays as it was.
 */
class TroubleNotice extends HTMLElement {
  connectedCallback() {
    for (const type of ["htmx:after:request", "htmx:error"]) document.addEventListener(type, this);
  }

  disconnectedCallback() {
    for (const type of ["htmx:after:request", "htmx:error"]) document.removeEventListener(type, this);
  }

  handleEvent({ type, detail }: CustomEvent<Requested>) {
    const status = detail.ctx?.response?.status ?? 0; // none: it never got there
    this.hidden = type === "htmx:after:request" && status < 500;
  }
}

customElements.define("trouble-notice", TroubleNotice);
