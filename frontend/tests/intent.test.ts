import { afterEach, expect, it, vi } from "vitest";
import { Unreachable } from "../src/lib/http.ts";
import { carryOut, tell } from "../src/wallet/intent.ts";
import { ADA } from "./wallets.ts";

afterEach(() => vi.unstubAllGlobals());

it("reports that there is no wallet in this browser", async () => {
  vi.stubGlobal("fetch", async () => Response.json({ state: "prepared", account: ADA }));
  expect(await carryOut("/request")).toMatchObject({ report: "refused", body: { code: "no-wallet" } });
});

it("does not go to the wallet with a request that the server refuses to give", async () => {
  vi.stubGlobal("fetch", async () => Response.json({ code: "gone", message: "" }, { status: 404 }));
  await expect(carryOut("/request")).rejects.toBeInstanceOf(Unreachable);
});

it("tells again while the server is away", async () => {
  const answers = [
    () => Promise.reject(new TypeError("Failed to fetch")),
    () => Response.json({}, { status: 503 }),
    () => Response.json({ state: "submitted", next: null }),
  ];
  vi.stubGlobal("fetch", async () => answers.shift()?.());
  expect((await tell("/sent", {}, [1, 1])).data.state).toBe("submitted");
});

it("gives up telling in the end", async () => {
  const call = vi.fn(() => Promise.reject(new TypeError("Failed to fetch")));
  vi.stubGlobal("fetch", call);
  await expect(tell("/sent", {}, [1, 1])).rejects.toBeInstanceOf(Unreachable);
  expect(call).toHaveBeenCalledTimes(3);
});

it("does not repeat a report that the server understood and refused", async () => {
  const call = vi.fn(async () => Response.json({ code: "bad", message: "No." }, { status: 409 }));
  vi.stubGlobal("fetch", call);
  expect(await tell("/signed", {}, [1])).toMatchObject({ ok: false, data: { message: "No." } });
  expect(call).toHaveBeenCalledTimes(1);
});
