const THEMES = ["system", "light", "dark"] as const;
const YEAR = 31_536_000; // seconds

/** `<theme-toggle>`: system, light, dark. Kept in a cookie, so that the server paints the next page right at once. */
class ThemeToggle extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    this.#show(document.documentElement.dataset.theme ?? "system");
    this.addEventListener("click", this);
  }

  disconnectedCallback() {
    this.removeEventListener("click", this);
  }

  handleEvent() {
    const root = document.documentElement;
    const at = THEMES.findIndex((theme) => theme === (root.dataset.theme ?? "system"));
    const theme = THEMES[(at + 1) % THEMES.length] ?? "system";
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere yet
    document.cookie = `theme=${theme}; path=/; max-age=${theme === "system" ? 0 : YEAR}; samesite=lax`;
    this.#show(theme);
  }

  #show(theme: string) {
    for (const face of this.querySelectorAll<HTMLElement>("[data-theme-is]")) {
      face.hidden = face.dataset.themeIs !== theme;
    }
  }
}

customElements.define("theme-toggle", ThemeToggle);
