import { postJson } from "../lib/http.ts";
import { rememberWallet } from "./discovery.ts";
import { WalletProblem } from "./errors.ts";
import { accounts, hexOf, type Wallet } from "./provider.ts";

/** The server did not accept a sign-in, and says why in its own words. */
export class Refused extends Error {}

export interface SignInUrls {
  nonce: string;
  verify: string;
  next: string;
}

type Step = "connecting" | "signing" | "verifying";

/** Connects `wallet` and signs in with one signature (EIP-4361). Gives the page to go to. Throws Refused. */
export async function signIn(
  wallet: Wallet,
  urls: SignInUrls,
  onStep: (step: Step) => void,
): Promise<string> {
  onStep("connecting");
  const [address] = await accounts(wallet.provider, true);
  if (!address) throw new WalletProblem("rejected");
  rememberWallet(wallet);

  onStep("signing");
  const { message } = await asked<{ message: string }>(urls.nonce, { address });
  const signature = await wallet.provider.request({
    method: "personal_sign",
    params: [hexOf(message), address],
  });

  onStep("verifying");
  const { next } = await asked<{ next: string }>(urls.verify, { message, signature, next: urls.next });
  return next;
}

async function asked<T>(url: string, body: unknown): Promise<T> {
  const { ok, data } = await postJson<T & { message?: string }>(url, body);
  if (!ok) throw new Refused(data.message);
  return data;
}
