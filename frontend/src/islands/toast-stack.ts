const SHOWN = 6000; // ms

/** `<toast-stack>`: shows the text of each `toast` event for a moment. It only repeats what the page says too. */
class ToastStack extends HTMLElement {
  connectedCallback() {
    document.addEventListener("toast", this);
  }

  disconnectedCallback() {
    document.removeEventListener("toast", this);
  }

  handleEvent(event: Event) {
    const text = (event as CustomEvent<{ text?: string }>).detail?.text;
    if (!text) return;
    const toast = document.createElement("p");
    toast.className = "toast";
    toast.textContent = text;
    this.append(toast);
    setTimeout(() => toast.remove(), SHOWN);
  }
}

customElements.define("toast-stack", ToastStack);
