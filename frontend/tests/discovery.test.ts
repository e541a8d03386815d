import { beforeEach, describe, expect, it, vi } from "vitest";
import { ADA, announce, BEN, FakeWallet } from "./wallets.ts";

beforeEach(() => {
  vi.resetModules(); // each test is a page of its own
  localStorage.clear();
});

describe("finding wallets (EIP-6963)", () => {
  it("lists each wallet once, however often it announces itself", async () => {
    const { findWallets } = await import("../src/wallet/discovery.ts");
    const stop = announce({ "a.example": new FakeWallet({}), "b.example": new FakeWallet({}) });
    await findWallets(10);
    const found = await findWallets(10);
    expect(found.map((wallet) => wallet.info.rdns)).toEqual(["a.example", "b.example"]);
    stop();
  });

  it("hears of a wallet that comes late", async () => {
    const { watchWallets } = await import("../src/wallet/discovery.ts");
    const seen: string[][] = [];
    watchWallets((wallets) => seen.push(wallets.map((wallet) => wallet.info.rdns)));
    const stop = announce({ "late.example": new FakeWallet({}) });
    window.dispatchEvent(new Event("eip6963:requestProvider"));
    expect(seen).toEqual([[], ["late.example"]]);
    stop();
  });

  it("ignores an announcement without a provider", async () => {
    const { findWallets } = await import("../src/wallet/discovery.ts");
    window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail: { info: { rdns: "x" } } }));
    expect(await findWallets(10)).toEqual([]);
  });

  it("puts the wallet that was used last first", async () => {
    const { findWallets, rememberWallet } = await import("../src/wallet/discovery.ts");
    const stop = announce({ "a.example": new FakeWallet({}), "b.example": new FakeWallet({}) });
    const found = await findWallets(10);
    rememberWallet(found[1] as (typeof found)[number]);
    expect((await findWallets(10))[0]?.info.rdns).toBe("b.example");
    stop();
  });

  it("takes the wallet that shows the account, without opening any", async () => {
    const { findWallets, walletWith } = await import("../src/wallet/discovery.ts");
    const [other, right] = [
      new FakeWallet({ eth_accounts: [BEN] }),
      new FakeWallet({ eth_accounts: [ADA.toUpperCase().replace("0X", "0x")] }),
    ];
    const stop = announce({ "a.example": other, "b.example": right });
    expect((await walletWith(ADA, await findWallets(10)))?.info.rdns).toBe("b.example");
    expect([...other.methods(), ...right.methods()]).toEqual(["eth_accounts", "eth_accounts"]);
    stop();
  });
});
