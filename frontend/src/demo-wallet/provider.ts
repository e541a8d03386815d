import type { TypedDataDefinition } from "viem";
import { choose, chosen, everybody, forget, type Person, signerOf } from "./accounts.ts";
import { type Ask, approve, chooseAccount } from "./dialog.ts";
import { node, RpcError } from "./node.ts";
import { send, type TransactionRequest } from "./transaction.ts";

type Listener = (value: unknown) => void;
type Params = readonly unknown[];

/** The demo wallet as the page sees it (EIP-1193): it asks before it connects, signs or sends, like any wallet. */
export class DemoProvider {
  readonly #listeners = new Map<string, Set<Listener>>();
  #asking = false;

  async request({ method, params }: { method: string; params?: unknown }): Promise<unknown> {
    const given = (Array.isArray(params) ? params : []) as Params;
    const handler = this.#methods[method];
    return handler ? handler(given) : node(method, params); // reading goes straight to the node
  }

  on(event: string, listener: Listener): this {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return this;
  }

  removeListener(event: string, listener: Listener): this {
    this.#listeners.get(event)?.delete(listener);
    return this;
  }

  readonly #methods: Record<string, (params: Params) => Promise<unknown>> = {
    eth_accounts: async () => this.#shown(),
    eth_requestAccounts: () => this.#connect(),
    wallet_requestPermissions: async () => {
      await this.#connect();
      return [{ parentCapability: "eth_accounts", caveats: [] }];
    },
    wallet_getPermissions: async () =>
      (await chosen()) ? [{ parentCapability: "eth_accounts", caveats: [] }] : [],
    wallet_revokePermissions: async () => {
      forget();
      this.#emit("accountsChanged", []);
      return null;
    },
    wallet_switchEthereumChain: async ([wanted]) => this.#onlyOurs((wanted as { chainId: string }).chainId),
    wallet_addEthereumChain: async ([wanted]) => this.#onlyOurs((wanted as { chainId: string }).chainId),
    personal_sign: async ([message, address]) => {
      const person = await this.#person(address);
      const raw = String(message) as `0x${string}`;
      await this.#ask({ kind: "message", person, message: textOf(raw) });
      return (await signerOf(person)).signMessage({ message: raw.startsWith("0x") ? { raw } : raw });
    },
    eth_signTypedData_v4: async ([address, json]) => {
      const person = await this.#person(address);
      const typed = (typeof json === "string" ? JSON.parse(json) : json) as TypedDataDefinition;
      await this.#ask({ kind: "typed-data", person, typed });
      return (await signerOf(person)).signTypedData(typed);
    },
    eth_sendTransaction: async ([given]) => {
      const request = given as TransactionRequest;
      const person = await this.#person(request.from);
      return send(request, person, (transaction) => this.#ask({ kind: "transaction", person, transaction }));
    },
  };

  async #shown(): Promise<string[]> {
    const person = await chosen();
    return person ? [person.address] : [];
  }

  /** Always asks who to be: switching between people is what this wallet is for. */
  async #connect(): Promise<string[]> {
    const people = await everybody();
    const person = await this.#once(async () => chooseAccount(people, await chosen()));
    choose(person);
    this.#emit("accountsChanged", [person.address]);
    return [person.address];
  }

  async #person(address: unknown): Promise<Person> {
    const wanted = String(address).toLowerCase();
    const person = await chosen();
    if (person?.address.toLowerCase() !== wanted) throw new RpcError(4100, "This account is not connected.");
    return person;
  }

  async #onlyOurs(chainId: string): Promise<null> {
    if (BigInt(chainId) === BigInt(await node<string>("eth_chainId"))) return null;
    throw new RpcError(4902, "The demo wallet lives on the local chain only.");
  }

  #ask(ask: Ask): Promise<void> {
    return this.#once(() => approve(ask));
  }

  async #once<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#asking) throw new RpcError(-32002, "The demo wallet already has a request open.");
    this.#asking = true;
    try {
      return await ask();
    } finally {
      this.#asking = false;
    }
  }

  #emit(event: string, value: unknown) {
    for (const listener of this.#listeners.get(event) ?? []) listener(value);
  }
}

function textOf(message: string): string {
  if (!message.startsWith("0x")) return message;
  const bytes = message.slice(2).match(/../g) ?? [];
  return new TextDecoder().decode(Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 16)));
}
