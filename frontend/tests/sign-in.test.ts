import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { show } from "./page.ts";
import { ADA, announce, FakeWallet } from "./wallets.ts";

const MESSAGE = "mintmark.example wants you to sign in with your Ethereum account: é";
let posts: [string, unknown][];
let verified: Response;
let stop = () => {};

beforeEach(async () => {
  posts = [];
  verified = Response.json({ next: "/studio/" });
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    posts.push([url, JSON.parse(String(init.body))]);
    return url === "/nonce" ? Response.json({ message: MESSAGE, nonce: "n" }) : verified.clone();
  });
  vi.stubGlobal("location", { assign: vi.fn() });
  await import("../src/islands/wallet-connect.ts");
});

afterEach(() => {
  stop();
  vi.unstubAllGlobals();
});

function page(wallet: FakeWallet): HTMLElement {
  stop = announce({ "a.example": wallet });
  const words = [
    "none",
    "choose",
    "connecting",
    "signing",
    "verifying",
    "rejected",
    "refused",
    "failed",
    "node-down",
  ];
  const said = words.map((code) => `<template data-say="${code}"><p>${code}</p></template>`).join("");
  show(`<wallet-connect data-nonce-url="/nonce" data-verify-url="/verify" data-next="/studio/">
    <div data-wallets></div><div data-say></div>
    <template data-wallet><button><img data-icon alt=""><span data-name></span></button></template>
    ${said.replace("<p>refused</p>", '<div><div class="notice__body"><p>refused</p></div></div>')}
  </wallet-connect>`);
  window.dispatchEvent(new Event("eip6963:requestProvider"));
  return document.querySelector("wallet-connect") as HTMLElement;
}

const words = () => document.querySelector("div[data-say]")?.textContent?.trim();
const choose = () => document.querySelector<HTMLElement>("[data-wallets] button")?.click();
const ready = { eth_requestAccounts: [ADA], personal_sign: "0x51" };

describe("<wallet-connect>", () => {
  it("signs in with one signature over the server's own message", async () => {
    const wallet = new FakeWallet(ready);
    page(wallet);
    choose();
    await vi.waitFor(() => expect(location.assign).toHaveBeenCalledWith("/studio/"));
    expect(posts).toEqual([
      ["/nonce", { address: ADA }],
      ["/verify", { message: MESSAGE, signature: "0x51", next: "/studio/" }],
    ]);
    expect(wallet.methods()).toEqual(["eth_requestAccounts", "personal_sign"]);
    const [signed] = (wallet.calls[1]?.params ?? []) as string[];
    expect(
      new TextDecoder().decode(
        Uint8Array.from(signed?.slice(2).match(/../g) ?? [], (b) => Number.parseInt(b, 16)),
      ),
    ).toBe(MESSAGE);
  });

  it("says that the reader cancelled, and lets them choose again", async () => {
    const wallet = new FakeWallet({ ...ready, personal_sign: { code: 4001, message: "No." } });
    page(wallet);
    choose();
    await vi.waitFor(() => expect(words()).toBe("rejected"));
    wallet.answers.personal_sign = "0x51";
    choose();
    await vi.waitFor(() => expect(location.assign).toHaveBeenCalled());
  });

  it("asks the wallet once, however often it is clicked", async () => {
    const wallet = new FakeWallet({ ...ready, eth_requestAccounts: () => new Promise(() => {}) });
    page(wallet);
    choose();
    choose();
    await vi.waitFor(() => expect(words()).toBe("connecting"));
    expect(wallet.methods()).toEqual(["eth_requestAccounts"]);
  });

  it("gives the server's reason for a sign-in that it refuses", async () => {
    verified = Response.json({ code: "expired", message: "This sign-in is too old." }, { status: 400 });
    page(new FakeWallet(ready));
    choose();
    await vi.waitFor(() => expect(words()).toBe("This sign-in is too old."));
    expect(location.assign).not.toHaveBeenCalled();
  });

  it("shows only pictures that came with the announcement", () => {
    page(new FakeWallet(ready));
    expect(document.querySelector<HTMLImageElement>("[data-icon]")?.src).toMatch(/^data:image/);
    const info = { uuid: "b", name: "b", icon: "https://tracker.example/x.png", rdns: "b.example" };
    const detail = { info, provider: new FakeWallet({}) };
    window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
    expect(document.querySelectorAll('[data-wallets] img[src^="https"]')).toHaveLength(0);
    expect(document.querySelectorAll("[data-wallets] button")).toHaveLength(2);
  });
});
