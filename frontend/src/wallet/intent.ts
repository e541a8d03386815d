import { type Answer, getJson, postJson, Unreachable } from "../lib/http.ts";
import { type ChainParameters, ensureChain } from "./chain.ts";
import { findWallets, rememberWallet, walletWith } from "./discovery.ts";
import { problemCode, problemMessage, WalletProblem } from "./errors.ts";
import { accounts, type Provider } from "./provider.ts";

/** What the server asks a wallet for: `GET intents/<id>/request`. */
export interface IntentRequest {
  id: string;
  version: string;
  state: string;
  account: string;
  chain: ChainParameters;
  method: "eth_sendTransaction" | "eth_signTypedData_v4";
  transaction: { to: string; data: string; value: string | number } | null;
  typedData: unknown;
}

/** What came of it, as the server is told. */
export type Outcome =
  | { report: "sent"; body: { hash: string } }
  | { report: "signed"; body: { signature: string } }
  | { report: "refused"; body: { code: string; message: string } }
  | { report: "none" };

/** What the server says to a report: `next` is the intent that follows this one; `message` why it was not taken. */
export interface Reported {
  state?: string;
  next?: string | null;
  message?: string;
}

/** Takes the intent behind `url` to the wallet, if it still is what the page shows (`version`). A refusal is an outcome. Throws Unreachable if we cannot be asked. */
export async function carryOut(url: string, version?: string): Promise<Outcome> {
  const { ok, data: intent } = await getJson<IntentRequest>(url);
  if (!ok) throw new Unreachable(url);
  // Another tab may have been faster: then there is nothing to sign, only to look.
  if (intent.state !== "prepared" && intent.state !== "rejected") return { report: "none" };
  // Or it has changed the order: nobody signs what this page does not show.
  if (version && intent.version !== version) return { report: "none" };
  try {
    const provider = await providerFor(intent.account);
    await ensureChain(provider, intent.chain);
    if (intent.method === "eth_sendTransaction" && intent.transaction) {
      const { to, data, value } = intent.transaction;
      const transaction = { from: intent.account, to, data, value: `0x${BigInt(value).toString(16)}` };
      const hash = String(await provider.request({ method: intent.method, params: [transaction] }));
      return { report: "sent", body: { hash } };
    }
    const params = [intent.account, JSON.stringify(intent.typedData)];
    const signature = String(await provider.request({ method: intent.method, params }));
    return { report: "signed", body: { signature } };
  } catch (problem) {
    return { report: "refused", body: { code: problemCode(problem), message: problemMessage(problem) } };
  }
}

/** Tells the server. Tried again, because a signature that gets lost would have to be asked for again. */
export async function tell(
  url: string,
  body: unknown,
  pauses = [1000, 2000, 4000],
): Promise<Answer<Reported>> {
  for (const pause of [...pauses, 0]) {
    try {
      const answer = await postJson<Reported>(url, body);
      if (answer.status < 500) return answer;
    } catch (problem) {
      if (!(problem instanceof Unreachable)) throw problem;
    }
    if (pause) await new Promise((resolve) => setTimeout(resolve, pause));
  }
  throw new Unreachable(url);
}

async function providerFor(account: string): Promise<Provider> {
  const wallet = await walletWith(account, await findWallets());
  if (!wallet) throw new WalletProblem("no-wallet");
  const { provider } = wallet;
  if (!(await accounts(provider)).includes(account)) await chooseAccount(provider, account);
  rememberWallet(wallet);
  return provider;
}

/** Opens the wallet's own choice of accounts (EIP-2255), or its connection where it has no such choice. */
async function chooseAccount(provider: Provider, account: string): Promise<void> {
  try {
    await provider.request({ method: "wallet_requestPermissions", params: [{ eth_accounts: {} }] });
  } catch (problem) {
    const code = (problem as { code?: unknown }).code;
    if (code !== 4200 && code !== -32601) throw problem; // these two: it does not know the method
    await accounts(provider, true);
  }
  if (!(await accounts(provider)).includes(account)) throw new WalletProblem("wrong-account");
}
