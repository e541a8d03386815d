import type { Provider } from "../src/wallet/provider.ts";

export const ADA = "0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc";
export const BEN = "0x90f79bf6eb2c4f870365e785982e1f101e93b906";

/** A wallet that answers from `answers` (a value, an error to throw, or a function of the parameters) and keeps the calls. */
export class FakeWallet implements Provider {
  readonly calls: { method: string; params: unknown }[] = [];

  constructor(readonly answers: Record<string, unknown>) {}

  async request({ method, params }: { method: string; params?: unknown }): Promise<unknown> {
    this.calls.push({ method, params });
    if (!(method in this.answers)) throw { code: 4200, message: `${method} is not known` };
    const answer = this.answers[method];
    const result = typeof answer === "function" ? await answer(params) : answer;
    if (result instanceof Error || (result as { code?: unknown })?.code) throw result;
    return result;
  }

  methods(): string[] {
    return this.calls.map((call) => call.method);
  }
}

/** Announces wallets whenever they are asked for (EIP-6963); returns what stops that. */
export function announce(wallets: Record<string, Provider>): () => void {
  const tell = () => {
    for (const [rdns, provider] of Object.entries(wallets)) {
      const info = { uuid: rdns, name: rdns, icon: "data:image/svg+xml,<svg/>", rdns };
      window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail: { info, provider } }));
    }
  };
  window.addEventListener("eip6963:requestProvider", tell);
  return () => window.removeEventListener("eip6963:requestProvider", tell);
}
