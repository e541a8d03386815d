import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { show } from "./page.ts";
import { ADA, announce, BEN, FakeWallet } from "./wallets.ts";

const CHAIN = {
  chainId: "0x7a69",
  chainName: "Test",
  rpcUrls: ["http://127.0.0.1:8545"],
  nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
};
const MINT = { to: BEN, data: "0x12345678", value: "1000000000000000000000" };
const HASH = `0x${"ab".repeat(32)}`;

let server: { request: Record<string, unknown>; reports: [string, unknown][]; answer: Response };
let stop = () => {};

beforeEach(async () => {
  server = {
    request: {
      id: "1",
      version: "one",
      state: "prepared",
      account: ADA,
      chain: CHAIN,
      method: "eth_sendTransaction",
      transaction: MINT,
      typedData: null,
    },
    reports: [],
    answer: Response.json({ state: "submitted", next: null }),
  };
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    if (init.method === "GET") return Response.json(server.request);
    server.reports.push([url, JSON.parse(String(init.body))]);
    return server.answer.clone();
  });
  await import("../src/islands/tx-step.ts");
});

afterEach(() => {
  stop();
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

function page(wallet?: FakeWallet) {
  stop = wallet ? announce({ "a.example": wallet }) : () => {};
  document.head.innerHTML = '<meta name="csrf-token" content="token">';
  show(`
    <tx-step data-intent="1" data-version="one" hx-get="/intents/1/" data-request-url="/intents/1/request" data-sent-url="/intents/1/sent"
             data-signed-url="/intents/1/signed" data-refused-url="/intents/1/refused">
      <button data-sign><span>Sign</span></button><p hidden data-busy></p>
      <div hidden data-unreported></div><div hidden data-refused><div class="notice__body"><p>Not accepted.</p></div></div>
    </tx-step>`);
  const step = document.querySelector("tx-step") as HTMLElement;
  const changed = new Promise((resolve) => step.addEventListener("intent:changed", resolve, { once: true }));
  const click = () =>
    (step.querySelector("span") as HTMLElement).dispatchEvent(new Event("click", { bubbles: true }));
  return { step, changed, click };
}

const ready = { eth_accounts: [ADA], eth_chainId: "0x7a69" };

describe("<tx-step>", () => {
  it("sends the transaction and reports its hash", async () => {
    const wallet = new FakeWallet({ ...ready, eth_sendTransaction: HASH });
    const { changed, click } = page(wallet);
    click();
    await changed;
    expect(server.reports).toEqual([["/intents/1/sent", { hash: HASH }]]);
    const [transaction] = (wallet.calls.at(-1)?.params ?? []) as Record<string, string>[];
    // 1000 coins do not fit a float: the value must arrive to the last wei.
    expect(transaction).toEqual({ from: ADA, to: BEN, data: "0x12345678", value: "0x3635c9adc5dea00000" });
  });

  it("signs typed data and reports the signature", async () => {
    server.request = {
      ...server.request,
      method: "eth_signTypedData_v4",
      transaction: null,
      typedData: { primaryType: "Offer" },
    };
    const wallet = new FakeWallet({ ...ready, eth_signTypedData_v4: "0x51" });
    const { changed, click } = page(wallet);
    click();
    await changed;
    expect(server.reports).toEqual([["/intents/1/signed", { signature: "0x51" }]]);
    expect(wallet.calls.at(-1)?.params).toEqual([ADA, '{"primaryType":"Offer"}']);
  });

  it("signs nothing that the page does not show, and has it shown first", async () => {
    server.request.version = "two"; // another tab has changed the order
    const wallet = new FakeWallet({ ...ready, eth_sendTransaction: HASH });
    const { changed, click } = page(wallet);
    click();
    await changed;
    expect(wallet.methods()).not.toContain("eth_sendTransaction");
    expect(server.reports).toEqual([]);
  });

  it("ignores a second click while the wallet is open", async () => {
    let answer = (_: string) => {};
    const wallet = new FakeWallet({
      ...ready,
      eth_sendTransaction: () => new Promise((resolve) => (answer = resolve)),
    });
    const { step, changed, click } = page(wallet);
    click();
    await vi.waitFor(() => expect(wallet.methods()).toContain("eth_sendTransaction"));
    expect(step.querySelector<HTMLElement>("[data-busy]")?.hidden).toBe(false);
    click();
    click();
    answer(HASH);
    await changed;
    await Promise.resolve();
    expect(wallet.methods().filter((method) => method === "eth_sendTransaction")).toHaveLength(1);
    expect(server.reports).toHaveLength(1);
    expect(step.ariaBusy).toBe("false");
  });

  it("reports a refusal, and can be clicked again", async () => {
    const wallet = new FakeWallet({ ...ready, eth_sendTransaction: { code: 4001, message: "No." } });
    const { changed, click } = page(wallet);
    click();
    await changed;
    expect(server.reports).toEqual([["/intents/1/refused", { code: "rejected", message: "No." }]]);
    wallet.answers.eth_sendTransaction = HASH;
    await new Promise((resolve) => setTimeout(resolve));
    click();
    await vi.waitFor(() => expect(server.reports).toHaveLength(2));
    expect(server.reports[1]).toEqual(["/intents/1/sent", { hash: HASH }]);
  });

  it("adds a chain that the wallet does not know", async () => {
    let chain = "0x1";
    const wallet = new FakeWallet({
      ...ready,
      eth_chainId: () => chain,
      wallet_switchEthereumChain: { code: 4902, message: "Unrecognized chain ID" },
      wallet_addEthereumChain: () => {
        chain = "0x7A69"; // hex in capitals is the same chain
        return null;
      },
      eth_sendTransaction: HASH,
    });
    const { changed, click } = page(wallet);
    click();
    await changed;
    expect(server.reports[0]?.[0]).toBe("/intents/1/sent");
  });

  it("asks for the account before it gives up", async () => {
    let shown = [BEN];
    const wallet = new FakeWallet({
      ...ready,
      eth_accounts: () => shown,
      wallet_requestPermissions: () => {
        shown = [BEN, ADA];
        return [];
      },
      eth_sendTransaction: HASH,
    });
    const { changed, click } = page(wallet);
    click();
    await changed;
    expect(server.reports[0]?.[0]).toBe("/intents/1/sent");
  });

  it("sends nothing from another account", async () => {
    const wallet = new FakeWallet({
      ...ready,
      eth_accounts: [BEN],
      wallet_requestPermissions: [],
      eth_sendTransaction: HASH,
    });
    const { changed, click } = page(wallet);
    click();
    await changed;
    expect(server.reports).toMatchObject([["/intents/1/refused", { code: "wrong-account" }]]);
    expect(wallet.methods()).not.toContain("eth_sendTransaction");
  });

  it("only looks where another tab was faster", async () => {
    server.request = { ...server.request, state: "submitted" };
    const wallet = new FakeWallet(ready);
    const { changed, click } = page(wallet);
    click();
    await changed;
    expect(wallet.calls).toEqual([]);
    expect(server.reports).toEqual([]);
  });

  it("goes on to the intent that follows", async () => {
    server.answer = Response.json({ state: "signed", next: "2" });
    const { step, changed, click } = page(new FakeWallet({ ...ready, eth_sendTransaction: HASH }));
    click();
    await changed;
    expect(step.getAttribute("hx-get")).toBe("/intents/2/");
  });

  it("shows the server's words for a report that it does not take", async () => {
    server.answer = Response.json(
      { code: "bad-signature", message: "That was signed by another account." },
      { status: 409 },
    );
    const { step, click } = page(new FakeWallet({ ...ready, eth_sendTransaction: HASH }));
    click();
    await vi.waitFor(() => expect(step.querySelector<HTMLElement>("[data-refused]")?.hidden).toBe(false));
    expect(step.textContent).toContain("That was signed by another account.");
  });
});
