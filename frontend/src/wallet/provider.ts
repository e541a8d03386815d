/** A wallet in the browser (EIP-1193). */
export interface Provider {
  request(call: { method: string; params?: unknown }): Promise<unknown>;
}

/** How a wallet introduces itself (EIP-6963). `icon` is a data URI, `rdns` its lasting name. */
export interface WalletInfo {
  uuid: string;
  name: string;
  icon: string;
  rdns: string;
}

export interface Wallet {
  info: WalletInfo;
  provider: Provider;
}

/** The accounts that `provider` shows this site. `ask`: open the wallet if it shows none yet. */
export async function accounts(provider: Provider, ask = false): Promise<string[]> {
  const method = ask ? "eth_requestAccounts" : "eth_accounts";
  const found = await provider.request({ method });
  return Array.isArray(found) ? found.map((address) => String(address).toLowerCase()) : [];
}

/** UTF-8 as 0x-hex: `personal_sign` takes bytes, and some wallets read plain text that looks like hex as such. */
export function hexOf(text: string): string {
  return `0x${Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
