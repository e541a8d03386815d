/** An error as a node or a wallet gives it (EIP-1474, EIP-1193). */
export class RpcError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly data?: unknown,
  ) {
    super(message);
  }
}

/** Asks the local node, through our own origin: the page may talk to nothing else. Throws RpcError. */
export async function node<T = unknown>(method: string, params: unknown = []): Promise<T> {
  const response = await fetch("/dev/rpc", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  if (!response.ok && !response.headers.get("Content-Type")?.includes("json")) {
    throw new RpcError(-32603, `timeout: the node answered ${response.status}`);
  }
  const { result, error } = await response.json();
  if (error) throw new RpcError(error.code, error.message, error.data);
  return result;
}
