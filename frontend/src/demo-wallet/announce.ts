import { DemoProvider } from "./provider.ts";

const MARK = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#915c08"/><path d="M7 24.5V14a4.5 4.5 0 0 1 9 0v10.5M16 14a4.5 4.5 0 0 1 9 0v10.5" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round"/><circle cx="20.5" cy="22.5" r="2" fill="#fff"/></svg>`;

/** Makes the demo wallet known to the page (EIP-6963), now and whenever wallets are asked for. */
export function announce(): void {
  const info = Object.freeze({
    uuid: crypto.randomUUID(),
    name: "Mintmark demo wallet",
    icon: `data:image/svg+xml;base64,${btoa(MARK)}`,
    rdns: "local.mintmark.demo",
  });
  const detail = Object.freeze({ info, provider: new DemoProvider() });
  const tell = () => window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
  window.addEventListener("eip6963:requestProvider", tell);
  tell();
}
