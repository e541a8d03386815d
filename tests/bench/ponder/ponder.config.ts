import { createConfig } from "ponder";

export const transferSingle = {
  type: "event",
  name: "TransferSingle",
  inputs: [
    { name: "operator", type: "address", indexed: true },
    { name: "from", type: "address", indexed: true },
    { name: "to", type: "address", indexed: true },
    { name: "id", type: "uint256", indexed: false },
    { name: "value", type: "uint256", indexed: false },
  ],
} as const;

// Ponder starts at 20 requests a second for each URL and grows slowly, which a node next door does not need. Several
// spellings of the same URL lift that: LANES=32 is its best, 1 is how it comes.
const url = process.env.CHAIN_RPC_URL as string;
const lanes = Number(process.env.LANES ?? 1);

export default createConfig({
  ordering: "multichain",
  database: { kind: "postgres", connectionString: process.env.DATABASE_URL as string },
  chains: {
    local: {
      id: 31337,
      rpc: Array.from({ length: lanes }, (_, i) => (i ? `${url}/?lane=${i}` : url)),
      disableCache: true,
    },
  },
  contracts: {
    Rights: {
      chain: "local",
      abi: [transferSingle],
      address: process.env.RIGHTS as `0x${string}`,
      startBlock: 1,
      endBlock: Number(process.env.END_BLOCK),
    },
  },
});
