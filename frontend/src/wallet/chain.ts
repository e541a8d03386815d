import { problemCode, WalletProblem } from "./errors.ts";
import type { Provider } from "./provider.ts";

/** A chain as EIP-3085 wants to be told. `chainId` is 0x-hex. */
export interface ChainParameters {
  chainId: string;
  chainName: string;
  rpcUrls: string[];
  nativeCurrency: { name: string; symbol: string; decimals: number };
  blockExplorerUrls?: string[];
}

/** Brings the wallet to `chain`: asks it to switch (EIP-3326), and to add the chain (EIP-3085) if it knows it not. */
export async function ensureChain(provider: Provider, chain: ChainParameters): Promise<void> {
  if (await isOn(provider, chain)) return;
  try {
    await provider.request({ method: "wallet_switchEthereumChain", params: [{ chainId: chain.chainId }] });
  } catch (problem) {
    if (problemCode(problem) !== "unknown-chain") throw problem;
    if (chain.rpcUrls.length === 0) throw new WalletProblem("unknown-chain");
    await provider.request({ method: "wallet_addEthereumChain", params: [chain] });
  }
  // Some wallets answer before they have switched, or add without switching.
  if (!(await isOn(provider, chain))) throw new WalletProblem("wrong-chain");
}

async function isOn(provider: Provider, chain: ChainParameters): Promise<boolean> {
  return BigInt(String(await provider.request({ method: "eth_chainId" }))) === BigInt(chain.chainId);
}
