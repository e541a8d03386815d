import { type Person, signerOf } from "./accounts.ts";
import { node } from "./node.ts";

type Hex = `0x${string}`;

/** What a page hands to `eth_sendTransaction`. Amounts are 0x-hex, in wei. */
export interface TransactionRequest {
  from: Hex;
  to?: Hex;
  data?: Hex;
  value?: Hex;
}

/** What is shown before it is signed. `fee`: the most that the network may take, in wei. */
export interface Prepared {
  to: Hex;
  data: Hex;
  value: bigint;
  fee: bigint;
}

/** Fills in nonce, gas and fees (EIP-1559), asks, signs, sends. Gives the hash. Throws RpcError if it would revert. */
export async function send(
  request: TransactionRequest,
  person: Person,
  ask: (prepared: Prepared) => Promise<void>,
): Promise<string> {
  const { to = "0x", data = "0x", value = "0x0" } = request;
  const call = { from: request.from, to, data, value };
  const [chainId, nonce, estimate, price, tip] = (
    await Promise.all([
      node<Hex>("eth_chainId"),
      node<Hex>("eth_getTransactionCount", [request.from, "pending"]),
      node<Hex>("eth_estimateGas", [call]),
      node<Hex>("eth_gasPrice"),
      node<Hex>("eth_maxPriorityFeePerGas"),
    ])
  ).map(BigInt) as [bigint, bigint, bigint, bigint, bigint];
  const gas = (estimate * 12n) / 10n; // state may change between the estimate and the block
  const maxFeePerGas = price * 2n + tip;

  await ask({ to, data, value: BigInt(value), fee: gas * maxFeePerGas });

  const signer = await signerOf(person);
  const signed = await signer.signTransaction({
    type: "eip1559",
    chainId: Number(chainId),
    nonce: Number(nonce),
    to,
    data,
    value: BigInt(value),
    gas,
    maxFeePerGas,
    maxPriorityFeePerGas: tip,
  });
  return node<string>("eth_sendRawTransaction", [signed]);
}
