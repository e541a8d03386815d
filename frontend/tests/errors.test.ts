import { describe, expect, it } from "vitest";
import { Unreachable } from "../src/lib/http.ts";
import { problemCode, problemMessage, WalletProblem } from "../src/wallet/errors.ts";

describe("what a wallet threw, as a code", () => {
  const cases: [string, unknown, string][] = [
    ["a refusal (EIP-1193)", { code: 4001, message: "User rejected the request." }, "rejected"],
    ["a refusal in ethers' words", { code: "ACTION_REJECTED", message: "x" }, "rejected"],
    [
      "a refusal without its code",
      { code: -32603, message: "MetaMask Tx Signature: User denied transaction" },
      "rejected",
    ],
    ["a prompt that is still open", { code: -32002, message: "Request already pending" }, "pending"],
    ["a chain that it is not on", { code: 4901, message: "Disconnected from chain" }, "wrong-chain"],
    ["a chain that it does not know", { code: 4902, message: "Unrecognized chain ID" }, "unknown-chain"],
    ["the same, wrapped", { code: -32603, data: { originalError: { code: 4902 } } }, "unknown-chain"],
    ["an account that is not connected", { code: 4100, message: "Unauthorized" }, "wrong-account"],
    [
      "too little for gas",
      { code: -32000, message: "insufficient funds for gas * price + value" },
      "low-funds",
    ],
    [
      "the same, wrapped",
      { code: -32603, message: "Internal", data: { message: "err: Insufficient funds" } },
      "low-funds",
    ],
    [
      "a call that would revert",
      { code: 3, message: "execution reverted", data: "0x08c379a0" },
      "would-revert",
    ],
    ["a node that is away", { code: -32603, message: "Failed to fetch" }, "node-down"],
    ["our own server away", new Unreachable("/intents/1/request"), "node-down"],
    ["no wallet", new WalletProblem("no-wallet"), "no-wallet"],
    ["anything else", { code: -32603, message: "Internal error" }, "failed"],
    ["nothing to read", undefined, "failed"],
    ["a string", "no", "failed"],
  ];
  it.each(cases)("%s", (_, thrown, code) => {
    expect(problemCode(thrown)).toBe(code);
  });

  it("survives an error that holds itself", () => {
    const loop: { code: number; cause?: unknown } = { code: -1 };
    loop.cause = loop;
    expect(problemCode(loop)).toBe("failed");
  });

  it("keeps the innermost message, at most 500 characters of it", () => {
    const wrapped = { message: "outer", data: { message: "z".repeat(600) } };
    expect(problemMessage(wrapped)).toBe("z".repeat(500));
  });
});
