import { stamp } from "../lib/dom.ts";
import { watchWallets } from "../wallet/discovery.ts";
import { problemCode } from "../wallet/errors.ts";
import type { Wallet } from "../wallet/provider.ts";
import { Refused, signIn } from "../wallet/sign-in.ts";

const PATIENCE = 400; // ms until "no wallet" is said; the list still grows if one comes later

/** `<wallet-connect>`: lists the wallets of this browser, and signs in with the one that is chosen. */
class WalletConnect extends HTMLElement {
  #stop: (() => void) | undefined;

  connectedCallback() {
    const patience = setTimeout(() => this.#say(this.#list.children.length ? "choose" : "none"), PATIENCE);
    const stopWatching = watchWallets((wallets) => this.#show(wallets));
    this.#stop = () => {
      clearTimeout(patience);
      stopWatching();
    };
  }

  disconnectedCallback() {
    this.#stop?.();
  }

  get #list(): HTMLElement {
    return this.querySelector("[data-wallets]") as HTMLElement;
  }

  #show(wallets: Wallet[]) {
    const template = this.querySelector<HTMLTemplateElement>("template[data-wallet]");
    if (!template || wallets.length === 0) return;
    this.#list.replaceChildren(
      ...wallets.map((wallet) => {
        const choice = stamp(template);
        const icon = choice.querySelector<HTMLImageElement>("[data-icon]");
        // Only pictures in the announcement itself (EIP-6963): a wallet must not make us call another host.
        if (icon && wallet.info.icon.startsWith("data:image/")) icon.src = wallet.info.icon;
        (choice.querySelector("[data-name]") as HTMLElement).textContent = wallet.info.name;
        choice.dataset.rdns = wallet.info.rdns;
        choice.addEventListener("click", () => this.#signIn(wallet));
        return choice;
      }),
    );
    this.#say("choose");
  }

  async #signIn(wallet: Wallet) {
    if (this.ariaBusy === "true") return; // the wallet is already asked
    this.ariaBusy = "true";
    const { nonceUrl = "", verifyUrl = "", next = "" } = this.dataset;
    try {
      const urls = { nonce: nonceUrl, verify: verifyUrl, next };
      location.assign(await signIn(wallet, urls, (step) => this.#say(step)));
    } catch (problem) {
      this.ariaBusy = "false";
      if (problem instanceof Refused) this.#say("refused", problem.message);
      else this.#say(problemCode(problem));
    }
  }

  /** Shows the server's words for `code`; `words` that came with a refusal stand instead of the general ones. */
  #say(code: string, words = "") {
    const template =
      this.querySelector<HTMLTemplateElement>(`template[data-say="${code}"]`) ??
      this.querySelector<HTMLTemplateElement>('template[data-say="failed"]');
    const place = this.querySelector("div[data-say]");
    if (!template || !place) return;
    const said = stamp(template);
    const text = said.querySelector(".notice__body > p:last-child");
    if (words && text) text.textContent = words;
    place.replaceChildren(said);
  }
}

customElements.define("wallet-connect", WalletConnect);
