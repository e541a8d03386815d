import { remember, remembered } from "../lib/store.ts";
import { accounts, type Wallet } from "./provider.ts";

const found = new Map<string, Wallet>();
const watchers = new Set<(wallets: Wallet[]) => void>();

/** Wallets that have announced themselves so far (EIP-6963), the one used last first. */
export function wallets(): Wallet[] {
  const last = remembered("wallet");
  return [...found.values()].sort((a, b) => Number(b.info.rdns === last) - Number(a.info.rdns === last));
}

/** Calls `watcher` now and whenever another wallet turns up; returns what stops that. */
export function watchWallets(watcher: (wallets: Wallet[]) => void): () => void {
  watchers.add(watcher);
  ask();
  watcher(wallets());
  return () => watchers.delete(watcher);
}

/** All wallets there are: announcements come at once, or not at all, so `patience` (ms) is short. */
export async function findWallets(patience = 300): Promise<Wallet[]> {
  ask();
  if (found.size === 0) await new Promise((resolve) => setTimeout(resolve, patience));
  return wallets();
}

/** The wallet that shows `account`, without opening any; else the one used last, or the first. */
export async function walletWith(account: string, choices: Wallet[]): Promise<Wallet | undefined> {
  for (const wallet of choices) {
    const shown = await accounts(wallet.provider).catch((): string[] => []);
    if (shown.includes(account.toLowerCase())) return wallet;
  }
  return choices[0];
}

export function rememberWallet(wallet: Wallet): void {
  remember("wallet", wallet.info.rdns);
}

function ask(): void {
  window.dispatchEvent(new Event("eip6963:requestProvider"));
}

window.addEventListener("eip6963:announceProvider", (event) => {
  const wallet = (event as CustomEvent<Wallet>).detail;
  if (!wallet?.info?.rdns || !wallet.provider) return;
  found.set(wallet.info.rdns, wallet);
  for (const watcher of watchers) watcher(wallets());
});
