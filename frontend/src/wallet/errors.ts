import { Unreachable } from "../lib/http.ts";

/** What kept a wallet from doing it. The server has the words; `marketplace/web/wording.py` holds one set per code. */
export type ProblemCode =
  | "no-wallet"
  | "rejected"
  | "pending"
  | "wrong-chain"
  | "unknown-chain"
  | "wrong-account"
  | "low-funds"
  | "would-revert"
  | "node-down"
  | "failed";

/** A problem that we found ourselves. */
export class WalletProblem extends Error {
  constructor(readonly code: ProblemCode) {
    super(code);
  }
}

// EIP-1193, EIP-1474 and EIP-3326; 5000 is WalletConnect's and ACTION_REJECTED ethers' own for "no".
const BY_CODE: Record<string, ProblemCode> = {
  "4001": "rejected",
  "5000": "rejected",
  ACTION_REJECTED: "rejected",
  "4100": "wrong-account",
  "4900": "node-down",
  "4901": "wrong-chain",
  "4902": "unknown-chain",
  "-32002": "pending",
  "3": "would-revert",
};

// Nodes put these in words only, and every client words them alike.
const BY_WORDS: [RegExp, ProblemCode][] = [
  [/insufficient funds|exceeds (the )?balance/i, "low-funds"],
  [/unrecognized chain|unknown chain/i, "unknown-chain"],
  [/user (rejected|denied|cancell?ed)/i, "rejected"],
  [/execution reverted|reverted/i, "would-revert"],
  [
    /failed to fetch|network ?error|timed? ?out|timeout|(did|does) not answer|econnrefused|\b50[234]\b/i,
    "node-down",
  ],
];

/** The code for whatever a wallet threw. Wallets wrap the node's error in their own, so each layer is looked at. */
export function problemCode(thrown: unknown): ProblemCode {
  const layers = layersOf(thrown);
  for (const layer of layers) {
    if (layer instanceof WalletProblem) return layer.code;
    if (layer instanceof Unreachable) return "node-down";
  }
  for (const layer of layers) {
    const code = BY_CODE[String(layer.code)];
    if (code) return code;
  }
  for (const layer of layers) {
    const match = BY_WORDS.find(([words]) => words.test(String(layer.message ?? "")));
    if (match) return match[1];
  }
  return "failed";
}

/** The innermost message, for the log; never shown as it is. */
export function problemMessage(thrown: unknown): string {
  return String(layersOf(thrown).findLast((layer) => layer.message)?.message ?? thrown).slice(0, 500);
}

interface Layer {
  code?: unknown;
  message?: unknown;
}

function layersOf(thrown: unknown): Layer[] {
  const layers: Layer[] = [];
  const waiting = [thrown];
  while (waiting.length > 0 && layers.length < 8) {
    const next = waiting.shift();
    if (typeof next !== "object" || next === null || layers.includes(next)) continue;
    layers.push(next);
    const { cause, data, error, originalError } = next as Record<string, unknown>;
    waiting.push(data, originalError, error, cause);
  }
  return layers;
}
