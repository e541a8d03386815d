import { type TypedDataDefinition, verifyMessage, verifyTypedData } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DemoProvider } from "../src/demo-wallet/provider.ts";
import { decimal, fieldsOf } from "../src/demo-wallet/reading.ts";
import { hexOf } from "../src/wallet/provider.ts";

// Accounts 2 and 3 of the mnemonic that anvil and Hardhat share with the world.
const KEY = "0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a";
const OTHER = "0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6";
const { address } = privateKeyToAccount(KEY);
const PEOPLE = [
  { name: "Ada", role: "artist", address, privateKey: KEY },
  { name: "Ben", role: "collaborator", address: privateKeyToAccount(OTHER).address, privateKey: OTHER },
];
const TYPED = {
  domain: { name: "Mintmark", chainId: 31337, verifyingContract: address },
  types: {
    EIP712Domain: [
      { name: "name", type: "string" },
      { name: "chainId", type: "uint256" },
      { name: "verifyingContract", type: "address" },
    ],
    Offer: [
      { name: "price", type: "uint256" },
      { name: "terms", type: "bytes32" },
    ],
  },
  primaryType: "Offer",
  // Amounts come as strings: they may be larger than a JavaScript number.
  message: {
    price: "115792089237316195423570985008687907853269984665640564039457584007913129639935",
    terms: `0x${"7f".repeat(32)}`,
  },
} as const;

let node: Record<string, unknown>;
let wallet: DemoProvider;

beforeEach(() => {
  localStorage.clear();
  document.body.innerHTML = ["connect", "message", "typed-data", "transaction"]
    .map(
      (
        kind,
      ) => `<template data-demo-wallet-dialog="${kind}"><dialog><span data-fill="name"></span><b data-fill="message"></b>
        <i data-fill="value"></i><div data-people></div><dl data-fields></dl><template><button></button></template></dialog></template>`,
    )
    .join("");
  node = { eth_chainId: "0x7a69" };
  vi.stubGlobal("fetch", async (url: string, init?: RequestInit) => {
    if (url === "/dev/accounts") return Response.json(PEOPLE);
    const { method, params } = JSON.parse(String(init?.body));
    const answer = node[method];
    return Response.json(typeof answer === "function" ? answer(params) : { result: answer });
  });
  wallet = new DemoProvider();
});

afterEach(() => vi.unstubAllGlobals());

const dialog = () => document.querySelector<HTMLDialogElement>("body > dialog");

/** Answers the dialog that is open, as its buttons do. */
async function answer(value: string): Promise<void> {
  await vi.waitFor(() => expect(dialog()).not.toBeNull());
  dialog()?.close(value);
}

async function connect(): Promise<void> {
  const connected = wallet.request({ method: "eth_requestAccounts" });
  await answer(address);
  await connected;
}

describe("the demo wallet", () => {
  it("shows no account before it was asked, and the chosen one after", async () => {
    expect(await wallet.request({ method: "eth_accounts" })).toEqual([]);
    const changed = vi.fn();
    wallet.on("accountsChanged", changed);
    await connect();
    expect(await wallet.request({ method: "eth_accounts" })).toEqual([address]);
    expect(changed).toHaveBeenCalledWith([address]);
    expect(await new DemoProvider().request({ method: "eth_accounts" })).toEqual([address]); // on the next page too
  });

  it.each(["eth_requestAccounts", "personal_sign"])("answers a refusal of %s by EIP-1193", async (method) => {
    if (method === "personal_sign") await connect();
    const asked = wallet.request({ method, params: ["0x41", address] });
    await answer("");
    await expect(asked).rejects.toMatchObject({ code: 4001 });
  });

  it("signs the message that it showed", async () => {
    await connect();
    const message = "Sign in to Mintmark: é";
    const asked = wallet.request({ method: "personal_sign", params: [hexOf(message), address] });
    await vi.waitFor(() => expect(dialog()).not.toBeNull());
    expect(dialog()?.textContent).toContain(message);
    await answer("approve");
    const signature = (await asked) as `0x${string}`;
    expect(await verifyMessage({ address, message, signature })).toBe(true);
  });

  it("signs typed data to the last unit", async () => {
    await connect();
    const asked = wallet.request({
      method: "eth_signTypedData_v4",
      params: [address, JSON.stringify(TYPED)],
    });
    await answer("approve");
    const signature = (await asked) as `0x${string}`;
    const message = { ...TYPED.message, price: BigInt(TYPED.message.price) };
    const typed: TypedDataDefinition = { ...TYPED, message };
    expect(await verifyTypedData({ ...typed, address, signature })).toBe(true);
  });

  it("does not sign for an account that was not connected", async () => {
    await connect();
    const asked = wallet.request({ method: "personal_sign", params: ["0x41", PEOPLE[1]?.address] });
    await expect(asked).rejects.toMatchObject({ code: 4100 });
  });

  it("asks one thing at a time", async () => {
    await connect();
    const first = wallet.request({ method: "personal_sign", params: ["0x41", address] });
    await vi.waitFor(() => expect(dialog()).not.toBeNull());
    await expect(
      wallet.request({ method: "personal_sign", params: ["0x41", address] }),
    ).rejects.toMatchObject({ code: -32002 });
    await answer("approve");
    await first;
  });

  it("knows the local chain only", async () => {
    const to = (chainId: string) =>
      wallet.request({ method: "wallet_switchEthereumChain", params: [{ chainId }] });
    expect(await to("0x7A69")).toBeNull();
    await expect(to("0x1")).rejects.toMatchObject({ code: 4902 });
  });

  it("sends a transaction that its account signed, and passes the node's refusal on", async () => {
    await connect();
    let raw = "";
    Object.assign(node, {
      eth_getTransactionCount: "0x5",
      eth_estimateGas: "0x5208",
      eth_gasPrice: "0x3b9aca00",
      eth_maxPriorityFeePerGas: "0x1",
      eth_sendRawTransaction: ([signed]: string[]) => {
        raw = String(signed);
        return { result: "0xabc" };
      },
    });
    const send = () =>
      wallet.request({
        method: "eth_sendTransaction",
        params: [{ from: address, to: PEOPLE[1]?.address, data: "0x12345678", value: "0xde0b6b3a7640000" }],
      });
    const asked = send();
    await vi.waitFor(() => expect(dialog()?.querySelector('[data-fill="value"]')?.textContent).toBe("1"));
    await answer("approve");
    expect(await asked).toBe("0xabc");
    expect(raw).toMatch(/^0x02/); // EIP-1559

    node.eth_estimateGas = () => ({ error: { code: 3, message: "execution reverted", data: "0x1234" } });
    await expect(send()).rejects.toMatchObject({ code: 3, data: "0x1234" });
  });
});

describe("reading what is asked", () => {
  it("writes wei in full", () => {
    expect(decimal(1n, 18)).toBe("0.000000000000000001");
    expect(decimal(10n ** 18n, 18)).toBe("1");
    expect(decimal(0n, 18)).toBe("0");
  });

  it("names nested fields by their path, and never reads them as markup", () => {
    const rows = fieldsOf({ price: 5, terms: { name: "<b>x</b>" }, holders: ["0x1"] });
    expect(rows.map((row) => row.textContent)).toEqual(["price5", "terms.name<b>x</b>", "holders.00x1"]);
    expect(rows[1]?.querySelector("b")).toBeNull();
  });
});
