/** `<confirm-post>`: a form that is only sent once its dialog was answered with yes. */
class ConfirmPost extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", this);
  }

  disconnectedCallback() {
    this.removeEventListener("submit", this);
  }

  handleEvent(event: Event) {
    const form = event.target as HTMLFormElement;
    const dialog = this.querySelector("dialog");
    if (!dialog || form.method === "dialog") return;
    event.preventDefault();
    dialog.addEventListener(
      "close",
      () => {
        if (dialog.returnValue === "yes") form.submit();
      },
      { once: true },
    );
    dialog.returnValue = "";
    dialog.showModal();
  }
}

customElements.define("confirm-post", ConfirmPost);
